"""What a server of the faults answers: a whole gateway, and the bytes of HTTP around anything."""

from __future__ import annotations

import copy
import functools
import json
import zlib
from typing import Any

from .hostile import Behaviour, Visit

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
"""The gateway that every fault asks for."""
TOKEN = "cwt-Do-Not-Show-5b1e9c7a"
"""Found nowhere but in one header."""
WANDB_KEY = "wandb-Do-Not-Show-e04d77"
"""Stands in every gateway that is answered, and nowhere else."""

_GATEWAY: dict[str, Any] = {
    "spec": {
        "id": ID,
        "name": "prod",
        "organizationId": "org-1",
        "zones": ["US-EAST-04A"],
        "coreWeaveAuth": {},
        "weightsAndBiasesAuth": {
            "apiKey": WANDB_KEY,
            "serverUrl": "https://wandb.example.com",
            "enableUsageReports": True,
            "enableRateLimiting": True,
        },
        "endpointConfiguration": {"additionalDns": ["llm.example.com"]},
        "bodyBasedRouting": {"apiType": "API_TYPE_OPENAI"},
        "headerBasedRouting": {"headerName": "X-Model"},
        "pathBasedRouting": {},
    },
    "status": {
        "status": "STATUS_READY",
        "endpoints": [f"https://api.{ID}.gw.cwinference.com", "https://llm.example.com"],
        "createdAt": "2025-01-31T08:00:00Z",
        "updatedAt": "2025-01-31T08:04:31.123456789Z",
        "conditions": [
            {
                "type": "Ready",
                "status": "True",
                "reason": "Serving",
                "message": "all replicas serve",
                "zone": "US-EAST-04A",
                "lastUpdateTime": "2025-01-31T08:04:31Z",
            }
        ],
    },
}

OUTPUTS: dict[str, Any] = {
    "gatewayId": ID,
    "name": "prod",
    "organizationId": "org-1",
    "zones": ["US-EAST-04A"],
    "endpoints": [f"https://api.{ID}.gw.cwinference.com", "https://llm.example.com"],
    "status": "STATUS_READY",
    "conditions": [
        {
            "type": "Ready",
            "status": "True",
            "reason": "Serving",
            "message": "all replicas serve",
            "zone": "US-EAST-04A",
            "lastUpdateTime": "2025-01-31T08:04:31Z",
        }
    ],
    "createdAt": "2025-01-31T08:00:00Z",
    "updatedAt": "2025-01-31T08:04:31.123456789Z",
    "coreWeaveAuth": {"enabled": True},
    "weightsAndBiasesAuth": {
        "enabled": True,
        "serverUrl": "https://wandb.example.com",
        "enableUsageReports": True,
        "enableRateLimiting": True,
        "apiKeySet": True,
    },
    "endpointConfiguration": {
        "enabled": True,
        "additionalDns": ["llm.example.com"],
        "allowedSourceIpRanges": [],
        "edgeProxyMode": "EDGE_PROXY_MODE_UNSPECIFIED",
    },
    "bodyBasedRouting": {"enabled": True, "apiType": "API_TYPE_OPENAI"},
    "headerBasedRouting": {"enabled": True, "headerName": "X-Model"},
    "pathBasedRouting": {"enabled": True},
    "ready": True,
    "routing": "body",
    "auth": "coreweave",
    "host": f"api.{ID}.gw.cwinference.com",
    "endpoint": f"https://api.{ID}.gw.cwinference.com",
    "openaiBaseUrl": f"https://api.{ID}.gw.cwinference.com/v1",
}
"""The outputs of that gateway, as a program sees them: what a row ends in that ends well."""


def gateway() -> dict[str, Any]:
    """Return a gateway with every field of the contract, to be changed at will."""
    return copy.deepcopy(_GATEWAY)


def body(value: object | None = None) -> bytes:
    """Return the body of an answer: of this JSON value, or of the gateway."""
    return json.dumps({"gateway": _GATEWAY} if value is None else value).encode()


def http(
    status: int = 200,
    content: bytes = b"",
    *headers: str,
    kind: str = "application/json",
    length: int | None = -1,
) -> bytes:
    """Return the bytes of an answer.

    Args:
        status: its status.
        content: its body.
        headers: further header lines.
        kind: the type of its body.
        length: what ``Content-Length`` says, the truth by default; None for no such header.

    """
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", "Connection: close", *headers]
    if length is not None:
        lines.append(f"Content-Length: {len(content) if length == -1 else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def answers(data: bytes) -> Behaviour:
    """Return the behaviour that answers a request with these bytes."""

    def answer(visit: Visit) -> None:
        if visit.request():
            visit.send(data)

    return answer


HUGE = 100 * 1024 * 1024
"""Bytes of what is far too large."""
MUCH = 32 * 1024 * 1024
"""Bytes that may go into the sockets of both sides before a client that reads no more is noticed."""


def floods(head: bytes) -> Behaviour:
    """Return the behaviour that sends these bytes, and then white space without end."""
    white = b" " * (256 * 1024)

    def flood(visit: Visit) -> None:
        if visit.request():
            visit.send(head)
            for _ in range(HUGE // len(white)):
                visit.send(white)

    return flood


def explodes(status: int, *headers: str) -> Behaviour:
    """Return the behaviour that answers with a gzip bomb."""
    return unpacks(HUGE, b"", b" ", b"", *headers, status=status)


def unpacks(size: int, start: bytes, piece: bytes, end: bytes, *headers: str, status: int = 200) -> Behaviour:
    """Return the behaviour that answers with a little gzip: a start, so many bytes of one piece repeated, an end."""

    def unpack(visit: Visit) -> None:
        if visit.request():
            visit.send(http(status, _bomb(size, start, piece, end), "Content-Encoding: gzip", *headers))

    return unpack


@functools.cache
def _bomb(size: int, start: bytes, piece: bytes, end: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = piece * (1024 * 1024 // len(piece))
    middle = (packer.compress(block) for _ in range(size // len(block)))
    return b"".join([packer.compress(start), *middle, packer.compress(end), packer.flush()])


healthy = answers(http(200, body()))
"""Answers as the API does when all is well."""


def silence(visit: Visit) -> None:
    """Take a request, and say nothing."""
    visit.request()
    visit.hold()
