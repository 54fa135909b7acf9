"""Gateways whose fields have the right types, and surprise all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumi_coreweave_gateway.errors import InvalidResponseError

from ..answers import ID, OUTPUTS, WANDB_KEY, answers, gateway, http
from ..changed import answer, with_value, without
from ..model import ONE_TRY, Fault, Start
from ..scenes import served
from .words import breaks

_OTHER_ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
_OWN = f"https://api.{ID}.gw.cwinference.com"
_KEY = "spec.weightsAndBiasesAuth.apiKey"
_STATUS, _ENDPOINTS = "status.status", "status.endpoints"
_CONDITION, _API_TYPE = "status.conditions.0.status", "spec.bodyBasedRouting.apiType"
_UNREADY = {"ready": False}


def _passes(fault: str, what: str, outputs: Mapping[str, Any], **start: Start) -> Fault:
    """Return a row that ends well."""
    named = {name.replace("_", "-"): one for name, one in start.items()} if len(start) > 1 else {"": start["one"]}
    differ = {name: value for name, value in outputs.items() if value != OUTPUTS[name]}
    return Fault(fault, what, named, ONE_TRY, outputs=differ, requests=1)


def _breaks(fault: str, what: str, place: str, reason: str, start: Mapping[str, Start]) -> Fault:
    return Fault(fault, what, start, ONE_TRY, InvalidResponseError, breaks(place, reason), requests=1)


def _status(value: object, seen: str) -> Fault:
    """Return the row of a status that comes as a number."""
    changed = {"status": seen, **({} if seen == "STATUS_READY" else _UNREADY)}
    return _passes(
        f"enum-status-{value}", f"`status.status` is the number {value}.", changed, one=with_value(_STATUS, value)
    )


def _condition_seen(status: str) -> dict[str, Any]:
    return {"conditions": [{**OUTPUTS["conditions"][0], "status": status}]}


def _everywhere_more() -> dict[str, Any]:
    """Return a gateway with unknown fields on every level."""

    def more(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{name: more(item) for name, item in value.items()}, "future": {"a": [1, None]}, "ready": False}
        return [more(item) for item in value] if isinstance(value, list) else value

    changed: dict[str, Any] = more(gateway())
    return changed


def _endpoints(*urls: str) -> Start:
    return with_value(_ENDPOINTS, list(urls))


def _served_at(*urls: str, first: str | None = None) -> dict[str, Any]:
    endpoint = first or urls[0]
    return {"endpoints": list(urls), "endpoint": endpoint, "openaiBaseUrl": f"{endpoint.rstrip('/')}/v1"}


_NO_URLS = {
    "empty": "",
    "words": "not a url",
    "scheme": "ftp://llm.example.com",
    "script": "javascript:alert(1)",
    "data": "data:text/html,hello",
    "no-host": "https://",
    "path-only": "/v1/models",
    "port": "https://llm.example.com:http",
    "port-0": "https://llm.example.com:0",
    "port-large": "https://llm.example.com:99999",
    "user": "https://user:word@llm.example.com",
    "query": "https://llm.example.com?key=value",
    "fragment": "https://llm.example.com#top",
    "space": "https://llm example.com",
    "line": "https://llm.example.com\n",
    "escape": "https://llm.example.com\x1b[31m",
    "quote": 'https://llm.example.com"',
    "backslash": "https:\\\\llm.example.com",
    "unicode": "https://llm.exämple.com",
    "bracket": "https://[::1",
    "placeholder": "https://{id}.example.com",
}

FAULTS = (
    _passes("unknown-fields", "Fields that nobody knows yet, on every level.", {}, one=answer(_everywhere_more())),
    _passes(
        "unknown-top",
        "Fields that nobody knows yet, beside the gateway.",
        {},
        one=served(answers(http(200, json.dumps({"more": [1], "gateway": gateway(), "z": None}).encode()))),
    ),
    _passes(
        "unknown-status",
        "A status that nobody knows yet.",
        {"status": "STATUS_HIBERNATING", **_UNREADY},
        one=with_value(_STATUS, "STATUS_HIBERNATING"),
    ),
    _status(0, "STATUS_UNSPECIFIED"),
    _status(1, "STATUS_CREATING"),
    _status(2, "STATUS_UPDATING"),
    _status(3, "STATUS_DELETING"),
    _status(4, "STATUS_ERROR"),
    _status(5, "STATUS_FAILED"),
    _status(6, "STATUS_READY"),
    _status(42, "STATUS_42"),
    _status(-1, "STATUS_-1"),
    _status(2147483647, "STATUS_2147483647"),
    _breaks(
        "enum-number-large",
        "An enum's number that is larger than any, down to four thousand digits.",
        _STATUS,
        "is no enum's number",
        {
            "32-bit": with_value(_STATUS, 2**31),
            "negative": with_value(_STATUS, -(2**31) - 1),
            "endless": with_value(_STATUS, int("9" * 4000)),
        },
    ),
    _breaks(
        "enum-no-name",
        "An enum's name that is endless, or holds commands for a terminal.",
        _STATUS,
        "is no enum's name",
        {"endless": with_value(_STATUS, "S" * 10_000), "escape": with_value(_STATUS, "STATUS_\x1b[31mREADY")},
    ),
    _passes(
        "unknown-api-type",
        "A type of API that nobody knows yet.",
        {"bodyBasedRouting": {"enabled": True, "apiType": "API_TYPE_7"}},
        number=with_value(_API_TYPE, 7),
        name=with_value(_API_TYPE, "API_TYPE_7"),
    ),
    _passes("api-type-number", "The type of API comes as a number.", {}, one=with_value(_API_TYPE, 1)),
    _passes(
        "condition-true",
        "The status of a condition is `True`, in each of its forms.",
        {},
        name=with_value(_CONDITION, "True"),
        long=with_value(_CONDITION, "STATUS_TRUE"),
        number=with_value(_CONDITION, 1),
    ),
    _passes(
        "condition-false",
        "The status of a condition is `False`, in each of its forms.",
        _condition_seen("False"),
        name=with_value(_CONDITION, "False"),
        long=with_value(_CONDITION, "STATUS_FALSE"),
        number=with_value(_CONDITION, 2),
    ),
    _passes(
        "condition-unknown",
        "The status of a condition is `Unknown`, in each of its forms.",
        _condition_seen("Unknown"),
        name=with_value(_CONDITION, "Unknown"),
        long=with_value(_CONDITION, "STATUS_UNKNOWN"),
        unspecified=with_value(_CONDITION, "STATUS_UNSPECIFIED"),
        zero=with_value(_CONDITION, 0),
        three=with_value(_CONDITION, 3),
    ),
    _passes(
        "condition-other",
        "The status of a condition is one that nobody knows yet.",
        _condition_seen("STATUS_9"),
        number=with_value(_CONDITION, 9),
        name=with_value(_CONDITION, "STATUS_9"),
    ),
    _breaks(
        "condition-null",
        "The list of conditions holds null, or something else that is none.",
        "status.conditions.1",
        "expected an object",
        {
            name: with_value("status.conditions", [{"type": "Ready"}, value])
            for name, value in {"null": None, "text": "Ready", "number": 7, "list": [{"type": "Ready"}]}.items()
        },
    ),
    _passes(
        "condition-order",
        "Conditions come in another order: they are sorted by type, then zone, so that no order is a change.",
        {
            "conditions": [
                {**OUTPUTS["conditions"][0], "type": kind, "zone": zone}
                for kind, zone in (("Degraded", "B"), ("Ready", "A"), ("Ready", "B"))
            ]
        },
        **{
            name: with_value(
                "status.conditions",
                [{**gateway()["status"]["conditions"][0], "type": kind, "zone": zone} for kind, zone in order],
            )
            for name, order in {
                "down": (("Ready", "B"), ("Ready", "A"), ("Degraded", "B")),
                "mixed": (("Ready", "A"), ("Degraded", "B"), ("Ready", "B")),
            }.items()
        },
    ),
    _passes(
        "id-capitals",
        "The id comes in capitals: it is the same gateway.",
        {},
        one=with_value("spec.id", ID.upper()),
    ),
    Fault(
        "id-other",
        "The answer is another gateway.",
        {"": with_value("spec.id", _OTHER_ID)},
        ONE_TRY,
        InvalidResponseError,
        f"gateway {{id}}: the API returned another gateway, {_OTHER_ID}; run the command again",
        requests=1,
    ),
    _breaks(
        "id-none",
        "The id in the answer is none: empty, a name, with a line break, endless.",
        "spec.id",
        "expected a UUID",
        {
            "empty": with_value("spec.id", ""),
            "name": with_value("spec.id", "prod"),
            "line": with_value("spec.id", f"{ID}\n"),
            "endless": with_value("spec.id", "6" * 100_000),
            "braces": with_value("spec.id", f"{{{ID}}}"),
            "digits": with_value("spec.id", ID.replace("6", "٦")),
        },
    ),
    _passes(
        "key-absent",
        "The key of Weights & Biases is missing, null or empty.",
        {"weightsAndBiasesAuth": {**OUTPUTS["weightsAndBiasesAuth"], "apiKeySet": False}},
        missing=without(_KEY),
        null=with_value(_KEY, None),
        empty=with_value(_KEY, ""),
    ),
    _passes(
        "key-of-any-type",
        "The key of Weights & Biases comes back, as a text or of any other type: only that it is set is told.",
        {},
        text=with_value(_KEY, WANDB_KEY),
        number=with_value(_KEY, 7),
        list=with_value(_KEY, [WANDB_KEY]),
        object=with_value(_KEY, {"key": WANDB_KEY}),
    ),
    _breaks(
        "key-beside-wrong",
        "The key of Weights & Biases comes back beside a field of a wrong type: it is not in the message.",
        "spec.weightsAndBiasesAuth.serverUrl",
        "expected a text",
        {"": with_value("spec.weightsAndBiasesAuth", {"apiKey": WANDB_KEY, "serverUrl": [WANDB_KEY]})},
    ),
    _breaks(
        "key-for-object",
        "The key of Weights & Biases comes back in the place of its object.",
        "spec.weightsAndBiasesAuth",
        "expected an object",
        {"": with_value("spec.weightsAndBiasesAuth", WANDB_KEY)},
    ),
    _passes(
        "endpoints-twice",
        "Endpoints that come twice, with and without their scheme: each is shown once.",
        {},
        one=_endpoints(_OWN, "llm.example.com", _OWN.removeprefix("https://"), "https://llm.example.com"),
    ),
    _passes(
        "endpoints-no-scheme",
        "Endpoints without their scheme are given `https://`.",
        _served_at("https://llm.example.com:8443/base"),
        one=_endpoints("llm.example.com:8443/base"),
    ),
    _passes(
        "endpoints-order",
        "A custom name is listed before the gateway's own: the default endpoint stays the own one.",
        _served_at("https://llm.example.com", _OWN, first=_OWN),
        one=_endpoints("llm.example.com", _OWN),
    ),
    _passes(
        "endpoints-http",
        "An endpoint of plain `http`, or an address, passes as it is.",
        _served_at("http://llm.example.com/", "https://[2001:db8::1]:8443", "https://192.0.2.1"),
        one=_endpoints("http://llm.example.com/", "https://[2001:db8::1]:8443", "192.0.2.1"),
    ),
    _breaks(
        "endpoints-no-url",
        f"An endpoint that is no URL: {', '.join(ascii(value) for value in _NO_URLS.values())}.",
        "status.endpoints.1",
        "expected an endpoint's URL",
        {name: _endpoints(_OWN, url) for name, url in _NO_URLS.items()},
    ),
    _passes(
        "ready-no-endpoint",
        "`STATUS_READY`, and no endpoint: it is not ready.",
        {"endpoints": [], "ready": False, "endpoint": "", "openaiBaseUrl": ""},
        one=_endpoints(),
    ),
    _passes(
        "text-as-it-is",
        "A name with line breaks, commands for a terminal, quotes or another script passes as it is.",
        {"name": "\x1b[31m名前\n\"'${name}\u202e"},
        one=with_value("spec.name", "\x1b[31m名前\n\"'${name}\u202e"),
    ),
    *(
        _breaks(
            f"half-pair-{place.split('.')[1].lower()}",
            f"`{place}` holds half a surrogate pair, which no state can hold.",
            f"{place}{item}",
            "expected Unicode text",
            {"": with_value(place, ["\ud800"] if item else "a\ud800b")},
        )
        for place, item in (("spec.name", ""), ("spec.organizationId", ""), ("spec.zones", ".0"))
    ),
    _passes(
        "time-odd",
        "A leap second, or small letters: times pass as they are.",
        {"createdAt": "2016-12-31t23:59:60.000000001z"},
        one=with_value("status.createdAt", "2016-12-31t23:59:60.000000001z"),
    ),
    _passes(
        "empty-objects",
        "Objects that are there, and empty.",
        {
            "bodyBasedRouting": {"enabled": True, "apiType": "API_TYPE_UNSPECIFIED"},
            "headerBasedRouting": {"enabled": True, "headerName": ""},
            "endpointConfiguration": {"enabled": True, "additionalDns": []},
            "weightsAndBiasesAuth": {
                "enabled": True,
                "serverUrl": "",
                "enableUsageReports": False,
                "enableRateLimiting": False,
                "apiKeySet": False,
            },
        },
        one=answer(
            {
                **gateway(),
                "spec": {
                    **gateway()["spec"],
                    **{
                        name: {}
                        for name in (
                            "bodyBasedRouting",
                            "headerBasedRouting",
                            "endpointConfiguration",
                            "weightsAndBiasesAuth",
                        )
                    },
                },
            }
        ),
    ),
    _passes(
        "bare",
        "A gateway that leaves out everything but its id.",
        {
            "name": "",
            "organizationId": "",
            "zones": [],
            "endpoints": [],
            "status": "STATUS_UNSPECIFIED",
            "conditions": [],
            "createdAt": "",
            "updatedAt": "",
            "coreWeaveAuth": {"enabled": False},
            "weightsAndBiasesAuth": {
                "enabled": False,
                "serverUrl": "",
                "enableUsageReports": False,
                "enableRateLimiting": False,
                "apiKeySet": False,
            },
            "endpointConfiguration": {"enabled": False, "additionalDns": []},
            "bodyBasedRouting": {"enabled": False, "apiType": ""},
            "headerBasedRouting": {"enabled": False, "headerName": ""},
            "pathBasedRouting": {"enabled": False},
            "ready": False,
            "endpoint": "",
            "openaiBaseUrl": "",
        },
        one=answer({"spec": {"id": ID}}),
    ),
)
