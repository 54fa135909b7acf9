"""Answers that are JSON, and no gateway as the contract has it: each field missing, null and of a wrong type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_coreweave_gateway.errors import InvalidResponseError

from ..answers import OUTPUTS, TOKEN, answers, body, gateway, http
from ..changed import answer, with_value, without
from ..model import ONE_TRY, Fault
from ..scenes import served
from .words import CHECK_PROXY, NEWER, breaks

_TEXT, _TIME, _FLAG = "expected a text", "expected a time in RFC 3339", "expected true or false"
_LIST, _OBJECT, _ENUM = "expected a list", "expected an object", "expected an enum's name or number"

_WRONG: Mapping[str, Mapping[str, object]] = {
    _TEXT: {"number": 7, "fraction": 1.5, "boolean": True, "list": ["a"], "object": {"a": "b"}},
    _FLAG: {"text": "true", "number": 1, "list": [True], "object": {}},
    _LIST: {"text": "a", "number": 7, "boolean": True, "object": {"0": "a"}},
    _OBJECT: {"text": "a", "number": 7, "boolean": True, "list": []},
    _ENUM: {"boolean": True, "fraction": 6.0, "list": ["STATUS_READY"], "object": {"status": "STATUS_READY"}},
}
"""What is of a wrong type, by what is expected instead."""
_DEFAULTS: Mapping[str, object] = {_TEXT: "", _FLAG: False, _LIST: [], _ENUM: ""}
"""What proto3 leaves out, by the type."""


@dataclass(frozen=True)
class Field:
    """A field of the contract.

    Attributes:
        path: where it is in the answer; ``0`` for the first one of a list.
        kind: its type, in the words for a value that isn't of it.
        absent: the outputs that differ where it is missing.

    """

    path: str
    kind: str
    absent: Mapping[str, Any] = field(default_factory=dict)


def _in(output: str, **changed: object) -> dict[str, Any]:
    """Return an output of the usual gateway with a part changed."""
    return {output: {**OUTPUTS[output], **changed}}


def _condition(**changed: object) -> dict[str, Any]:
    return {"conditions": [{**OUTPUTS["conditions"][0], **changed}]}


_NO_ENDPOINT = {"endpoints": [], "ready": False, "endpoint": "", "openaiBaseUrl": ""}
_NO_STATUS = {"status": "STATUS_UNSPECIFIED", "ready": False}

FIELDS = (
    Field("spec.name", _TEXT, {"name": ""}),
    Field("spec.organizationId", _TEXT, {"organizationId": ""}),
    Field("spec.zones", _LIST, {"zones": []}),
    Field("spec.coreWeaveAuth", _OBJECT, _in("coreWeaveAuth", enabled=False)),
    Field(
        "spec.weightsAndBiasesAuth",
        _OBJECT,
        _in(
            "weightsAndBiasesAuth",
            enabled=False,
            serverUrl="",
            enableUsageReports=False,
            enableRateLimiting=False,
            apiKeySet=False,
        ),
    ),
    Field("spec.weightsAndBiasesAuth.serverUrl", _TEXT, _in("weightsAndBiasesAuth", serverUrl="")),
    Field("spec.weightsAndBiasesAuth.enableUsageReports", _FLAG, _in("weightsAndBiasesAuth", enableUsageReports=False)),
    Field("spec.weightsAndBiasesAuth.enableRateLimiting", _FLAG, _in("weightsAndBiasesAuth", enableRateLimiting=False)),
    Field("spec.endpointConfiguration", _OBJECT, _in("endpointConfiguration", enabled=False, additionalDns=[])),
    Field("spec.endpointConfiguration.additionalDns", _LIST, _in("endpointConfiguration", additionalDns=[])),
    Field("spec.bodyBasedRouting", _OBJECT, _in("bodyBasedRouting", enabled=False, apiType="")),
    Field("spec.bodyBasedRouting.apiType", _ENUM, _in("bodyBasedRouting", apiType="API_TYPE_UNSPECIFIED")),
    Field("spec.headerBasedRouting", _OBJECT, _in("headerBasedRouting", enabled=False, headerName="")),
    Field("spec.headerBasedRouting.headerName", _TEXT, _in("headerBasedRouting", headerName="")),
    Field("spec.pathBasedRouting", _OBJECT, _in("pathBasedRouting", enabled=False)),
    Field(
        "status",
        _OBJECT,
        {**_NO_STATUS, **_NO_ENDPOINT, "conditions": [], "createdAt": "", "updatedAt": ""},
    ),
    Field("status.status", _ENUM, _NO_STATUS),
    Field("status.endpoints", _LIST, _NO_ENDPOINT),
    Field("status.createdAt", _TEXT, {"createdAt": ""}),
    Field("status.updatedAt", _TEXT, {"updatedAt": ""}),
    Field("status.conditions", _LIST, {"conditions": []}),
    Field("status.conditions.0.type", _TEXT, _condition(type="")),
    Field("status.conditions.0.status", _ENUM, _condition(status="Unknown")),
    Field("status.conditions.0.reason", _TEXT, _condition(reason="")),
    Field("status.conditions.0.message", _TEXT, _condition(message="")),
    Field("status.conditions.0.zone", _TEXT, _condition(zone="")),
    Field("status.conditions.0.lastUpdateTime", _TEXT, _condition(lastUpdateTime="")),
)
"""Every field that may be left out, but for the key of Weights & Biases."""
TIMES = ("status.createdAt", "status.updatedAt", "status.conditions.0.lastUpdateTime")
KEY = "spec.weightsAndBiasesAuth.apiKey"
REQUIRED = ("spec", "spec.id")


def _name(path: str) -> str:
    return path.replace(".", "-").replace("-0", "").lower()


def _absent(one: Field) -> Fault:
    start = {"missing": without(one.path), "null": with_value(one.path, None)}
    what = "is missing or null"
    if one.kind in _DEFAULTS:
        start["default"] = with_value(one.path, _DEFAULTS[one.kind])
        what = "is missing, null or empty" if one.kind != _FLAG else "is missing, null or false"
    return Fault(f"absent-{_name(one.path)}", f"`{one.path}` {what}.", start, ONE_TRY, outputs=one.absent, requests=1)


def _wrong(path: str, kind: str) -> Fault:
    return Fault(
        f"type-{_name(path)}",
        f"`{path}` is of a wrong type: {', '.join(_WRONG[kind])}.",
        {name: with_value(path, value) for name, value in _WRONG[kind].items()},
        ONE_TRY,
        InvalidResponseError,
        breaks(path, kind),
        requests=1,
    )


def _holds(path: str) -> Fault:
    """Return the row of a list that holds something else than texts."""
    wrong = {"null": None, **_WRONG[_TEXT]}
    return Fault(
        f"items-{_name(path)}",
        f"`{path}` holds something that is no text: {', '.join(wrong)}.",
        {name: with_value(path, ["https://a.example", value]) for name, value in wrong.items()},
        ONE_TRY,
        InvalidResponseError,
        breaks(f"{path}.1", _TEXT),
        requests=1,
    )


def _no_time(path: str) -> Fault:
    wrong = {
        "word": "yesterday",
        "date": "2025-01-31",
        "zone": "2025-01-31T08:00:00",
        "month": "2025-13-31T08:00:00Z",
        "day": "2025-02-30T08:00:00Z",
        "hour": "2025-01-31T24:00:00Z",
        "decimals": "2025-01-31T08:00:00.1234567890Z",
        "number": "1738310400",
        "line": "2025-01-31T08:00:00Z\n",
        "digits": "٢٠٢٥-01-31T08:00:00Z",
    }
    return Fault(
        f"time-{_name(path)}",
        f"`{path}` is a text, and no time: {', '.join(ascii(value) for value in wrong.values())}.",
        {name: with_value(path, value) for name, value in wrong.items()},
        ONE_TRY,
        InvalidResponseError,
        breaks(path, _TIME),
        requests=1,
    )


def _rows() -> Iterator[Fault]:
    for one in FIELDS:
        yield _absent(one)
    for path, kind in (("spec", _OBJECT), ("spec.id", _TEXT), *((one.path, one.kind) for one in FIELDS)):
        yield _wrong(path, kind)
    for path in ("spec.zones", "spec.endpointConfiguration.additionalDns", "status.endpoints"):
        yield _holds(path)
    for path in TIMES:
        yield _no_time(path)


FAULTS = (
    Fault(
        "contract-status",
        "An error's body comes with status 200.",
        {
            "number": served(answers(http(200, body({"code": 5, "message": "gateway not found", "details": []})))),
            "name": served(answers(http(200, body({"code": "NOT_FOUND", "message": "gateway\nnot found"})))),
        },
        ONE_TRY,
        InvalidResponseError,
        "gateway {id}: {endpoint} answered an error as if it were none (HTTP 200, not_found), the server says: gateway "
        f"not found; {CHECK_PROXY}",
        requests=1,
    ),
    Fault(
        "contract-status-no-code",
        "An error's body comes with status 200, and without a code; it echoes the token.",
        {"": served(answers(http(200, body({"message": f"no {TOKEN}"}))))},
        ONE_TRY,
        InvalidResponseError,
        "gateway {id}: {endpoint} answered an error as if it were none (HTTP 200), the server says: no ***; "
        f"{CHECK_PROXY}",
        requests=1,
    ),
    Fault(
        "contract-no-gateway",
        "JSON that holds no gateway: another object, none at all, `gateway` missing, null or of a wrong type.",
        {
            "missing": served(answers(http(200, b"{}"))),
            "null": answer(None),
            "text": answer("prod"),
            "number": answer(7),
            "list": answer([gateway()]),
            "bare": served(answers(http(200, body(gateway())))),
            "top-list": served(answers(http(200, body([{"gateway": gateway()}])))),
            "top-null": served(answers(http(200, b"null"))),
            "top-text": served(answers(http(200, b'"gateway"'))),
            "top-number": served(answers(http(200, b"7"))),
        },
        ONE_TRY,
        InvalidResponseError,
        f"gateway {{id}}: the API's answer holds no gateway; {NEWER}",
        requests=1,
    ),
    Fault(
        "contract-no-spec",
        "A gateway whose `spec` is missing or null.",
        {"missing": without("spec"), "null": with_value("spec", None), "empty": answer({})},
        ONE_TRY,
        InvalidResponseError,
        breaks("spec", "missing"),
        requests=1,
    ),
    Fault(
        "contract-no-id",
        "A gateway whose id is missing or null: never a gateway with an empty id.",
        {"missing": without("spec.id"), "null": with_value("spec.id", None), "empty": with_value("spec", {})},
        ONE_TRY,
        InvalidResponseError,
        breaks("spec.id", "missing"),
        requests=1,
    ),
    *_rows(),
)
