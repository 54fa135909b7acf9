"""Responses: a complete gateway, the bytes of any HTTP response, and behaviours that send them."""

from __future__ import annotations

import copy
import gzip
import json
from typing import Any

from .hostile import Behaviour, Visit

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
"""The gateway that every fault requests."""
TOKEN = "cwt-Do-Not-Show-5b1e9c7a"
"""Must be in the Authorization header only."""
WANDB_KEY = "wandb-Do-Not-Show-e04d77"
"""Part of every gateway that is sent; must not be anywhere else."""

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
"""The outputs of that gateway."""


def gateway() -> dict[str, Any]:
    """Return a copy of a gateway with every field of the contract."""
    return copy.deepcopy(_GATEWAY)


def body(value: object | None = None) -> bytes:
    """Return a JSON body: of a value, or of the gateway."""
    return json.dumps({"gateway": _GATEWAY} if value is None else value).encode()


def http(
    status: int = 200,
    content: bytes = b"",
    *headers: str,
    kind: str = "application/json",
    length: int | None = -1,
) -> bytes:
    """Return the bytes of a response.

    Args:
        status: The status.
        content: The body.
        headers: Further header lines.
        kind: The content type.
        length: The value of ``Content-Length``, by default the true one; None for no such header.

    """
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", "Connection: close", *headers]
    if length is not None:
        lines.append(f"Content-Length: {len(content) if length == -1 else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def responds(data: bytes) -> Behaviour:
    """Return the behaviour that responds with these bytes."""

    def respond(visit: Visit) -> None:
        if visit.request():
            visit.send(data)

    return respond


HUGE = 100 * 1024 * 1024
"""Bytes, far more than any limit."""
MUCH = 32 * 1024 * 1024
"""Bytes that may be sent, or allocated, before a client has stopped reading."""


def floods(head: bytes) -> Behaviour:
    """Return the behaviour that sends these bytes, and then :data:`HUGE` bytes of white space."""
    white = b" " * (256 * 1024)

    def flood(visit: Visit) -> None:
        if visit.request():
            visit.send(head)
            for _ in range(HUGE // len(white)):
                visit.send(white)

    return flood


def explodes(status: int) -> Behaviour:
    """Return the behaviour that responds with a gzip bomb."""

    def explode(visit: Visit) -> None:
        if visit.request():
            bomb = gzip.compress(b" " * 1024 * 1024, 1) * (HUGE // (1024 * 1024))
            visit.send(http(status, bomb, "Content-Encoding: gzip"))

    return explode


healthy = responds(http(200, body()))
"""Responds with the gateway, as the API does."""


def silence(visit: Visit) -> None:
    """Read a request, and send nothing."""
    visit.request()
    visit.hold()
