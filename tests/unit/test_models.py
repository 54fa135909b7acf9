"""Parsing of gateways: the types of fields are checked, and their values are accepted as sent."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pulumi_coreweave_gateway.client import wire_types
from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import InvalidResponseError

from .samples import DEFAULT, FULL, ID

SECRET = "distinctive-key"


def _gateway(spec: dict[str, Any] | None = None, status: dict[str, Any] | None = None) -> Gateway:
    return parse_gateway({"spec": {"id": ID, **(spec or {})}, "status": status or {}})


def _rejection(value: object) -> str:
    with pytest.raises(InvalidResponseError) as caught:
        parse_gateway(value, "gateway x")
    message = str(caught.value)
    assert message.startswith("gateway x: the API's response ")
    assert message.endswith("; check the endpoint, and for a newer version of this package")
    assert message.isprintable()
    # The value may be a secret. A context that isn't printed is still shown by some tools.
    assert SECRET not in f"{message}{caught.value!r}{caught.value.__context__}"
    return message


def test_every_field_is_parsed() -> None:
    """Every field of the published schema is parsed and dumped unchanged."""
    dumped = parse_gateway(FULL).model_dump(mode="json", by_alias=True)
    assert dumped["spec"]["weightsAndBiasesAuth"].pop("apiKeySet") is False
    assert dumped == FULL


def test_defaults_may_be_omitted() -> None:
    """A gateway with only an ID has the default of every other field."""
    gateway = parse_gateway({"spec": {"id": ID}})
    assert (gateway.spec.name, gateway.spec.zones, gateway.spec.core_weave_auth) == ("", (), None)
    assert (gateway.status.status, gateway.status.endpoints, gateway.ready) == ("STATUS_UNSPECIFIED", (), False)


def _with_nulls(value: Any, known: Any = FULL) -> Any:
    """Return a gateway with null for every omitted field, at every level."""
    if isinstance(value, dict):
        filled = {key: _with_nulls(item, known.get(key)) for key, item in value.items()}
        return {**dict.fromkeys(known), "unknown": None, **filled}
    return [_with_nulls(item, known[0]) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "response",
    [
        FULL,
        {"spec": {"id": ID}, "status": {}},
        {"spec": {"id": ID, "weightsAndBiasesAuth": {}}, "status": {"conditions": [{}]}},
    ],
    ids=["full", "bare", "empty blocks"],
)
def test_null_counts_as_omitted(response: dict[str, Any]) -> None:
    """A null means the same as an omitted field."""
    assert parse_gateway(_with_nulls(response)) == parse_gateway(response)


def _with_unknown_fields(value: Any) -> Any:
    if isinstance(value, dict):
        known = {key: _with_unknown_fields(item) for key, item in value.items()}
        return {**known, "unknown": {"deep": [1, None]}, "name_": 7, "core_weave_auth": 7, "organization_id": "x"}
    return [_with_unknown_fields(item) for item in value] if isinstance(value, list) else value


def test_unknown_fields_are_ignored() -> None:
    """Unknown fields are ignored, even those with the name of a Python attribute."""
    assert parse_gateway(_with_unknown_fields(FULL)) == parse_gateway(FULL)
    assert _gateway({"organization_id": "x"}) == _gateway()


@pytest.mark.parametrize("value", [None, [], "gateway", 7, True, [FULL]], ids=repr)
def test_response_without_gateway_is_an_error(value: object) -> None:
    """A response without a gateway is an error, never a gateway without an ID."""
    assert "holds no gateway" in _rejection(value)


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        ({}, "spec: missing"),
        ({"spec": None}, "spec: missing"),
        ({"spec": [SECRET]}, "spec: expected an object"),
        ({"spec": {"id": None}}, "spec.id: missing"),
        ({"spec": {"id": ""}}, "spec.id: expected a UUID"),
        ({"spec": {"id": SECRET}}, "spec.id: expected a UUID"),
        ({"spec": {"id": 7}}, "spec.id: expected a string"),
        ({"spec": {"id": ID, "name": [SECRET]}}, "spec.name: expected a string"),
        ({"spec": {"id": ID, "zones": "US-EAST-04A"}}, "spec.zones: expected a list"),
        ({"spec": {"id": ID, "zones": [7]}}, "spec.zones.0: expected a string"),
        ({"spec": {"id": ID, "coreWeaveAuth": True}}, "spec.coreWeaveAuth: expected an object"),
        ({"spec": {"id": ID, "weightsAndBiasesAuth": SECRET}}, "spec.weightsAndBiasesAuth: expected an object"),
        (
            {"spec": {"id": ID, "weightsAndBiasesAuth": {"apiKey": SECRET, "enableUsageReports": "yes"}}},
            "spec.weightsAndBiasesAuth.enableUsageReports: expected true or false",
        ),
        ({"spec": {"id": ID}, "status": "STATUS_READY"}, "status: expected an object"),
        ({"spec": {"id": ID}, "status": {"status": [SECRET]}}, "status.status: expected an enum's name or number"),
        ({"spec": {"id": ID}, "status": {"endpoints": [""]}}, "status.endpoints.0: expected an endpoint"),
        (
            {"spec": {"id": ID}, "status": {"endpoints": [f"https://me:{SECRET}@x\n"]}},
            "status.endpoints.0: expected text without control characters",
        ),
        ({"spec": {"id": ID}, "status": {"conditions": {}}}, "status.conditions: expected a list"),
        ({"spec": {"id": ID}, "status": {"conditions": [{}, None]}}, "status.conditions.1: expected an object"),
        ({"spec": {"id": ID}, "status": {"createdAt": 1738310400}}, "status.createdAt: expected a string"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_field_of_wrong_type_is_an_error(response: object, reason: str) -> None:
    """A field of the wrong type is an error that names the field but not its value, and is never read as empty."""
    assert f"breaks its contract: {reason}" in _rejection(response)


@pytest.mark.parametrize("key", [SECRET, [SECRET], 7, {"x": SECRET}], ids=repr)
def test_wandb_key_is_discarded(key: object) -> None:
    """A Weights & Biases key is discarded; only its presence is recorded."""
    gateway = _gateway({"weightsAndBiasesAuth": {"apiKey": key, "serverUrl": "https://wandb.example"}})
    assert gateway.spec.weights_and_biases_auth is not None
    assert gateway.spec.weights_and_biases_auth.api_key_set is True
    kept = [repr(gateway), str(gateway), str(gateway.model_dump()), gateway.model_dump_json(), repr(vars(gateway.spec))]
    assert all(SECRET not in text for text in kept)
    assert SECRET.encode() not in pickle.dumps(gateway)


@pytest.mark.parametrize("auth", [{}, {"apiKey": ""}, {"apiKey": None}, {"apiKeySet": True}], ids=repr)
def test_missing_wandb_key_is_not_set(auth: dict[str, Any]) -> None:
    """Without a key, api_key_set is false."""
    found = _gateway({"weightsAndBiasesAuth": auth}).spec.weights_and_biases_auth
    assert found is not None
    assert found.api_key_set is False


def test_id_is_canonical() -> None:
    """An upper-case ID is converted to lower case."""
    assert parse_gateway({"spec": {"id": ID.upper()}}).spec.id == ID


def test_order_of_conditions_is_canonical() -> None:
    """Conditions are sorted, so that their order in the response doesn't matter."""
    conditions = [
        {"type": "Degraded", "zone": "C"},
        {"type": "Degraded", "zone": "C", "reason": "Slow"},
        {"type": "Ready", "zone": "A"},
        {"type": "Ready", "zone": "B"},
    ]
    read = {_gateway(status={"conditions": list(order)}) for order in itertools.permutations(conditions)}
    assert len(read) == 1
    assert [(one.type, one.zone) for one in read.pop().status.conditions] == [
        ("Degraded", "C"),
        ("Degraded", "C"),
        ("Ready", "A"),
        ("Ready", "B"),
    ]


@pytest.mark.parametrize(
    ("status", "endpoints", "ready"),
    [
        ("STATUS_READY", [DEFAULT], True),
        (6, ["llm.example"], True),
        ("STATUS_READY", [], False),
        ("STATUS_UPDATING", [DEFAULT], False),
        ("STATUS_READY_SOON", [DEFAULT], False),
    ],
)
def test_ready_requires_status_and_endpoint(status: object, endpoints: list[str], ready: bool) -> None:
    """A gateway is ready if its status is READY and it has an endpoint."""
    assert _gateway(status={"status": status, "endpoints": endpoints}).ready is ready


def test_gateway_is_immutable() -> None:
    """A gateway can't be changed, and equal gateways have the same hash."""
    gateway = parse_gateway(FULL)
    with pytest.raises(ValidationError, match="frozen"):
        gateway.status.conditions[0].zone = "B"  # type: ignore[misc]
    assert hash(gateway) == hash(parse_gateway(FULL))


def test_deep_nesting_is_an_error() -> None:
    """Deeply nested JSON is an error, except in an unknown field, which is ignored."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert _gateway({"unknown": deep}) == _gateway()
    _rejection({"spec": deep})
    _rejection({"spec": {"id": ID, "zones": deep}})
    while deep:
        deep = deep.pop()  # freeing the whole list at once would overflow the stack


STATUSES = ("UNSPECIFIED", "CREATING", "UPDATING", "DELETING", "ERROR", "FAILED", "READY")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        *(("GatewayStatusName", number, f"STATUS_{name}") for number, name in enumerate(STATUSES)),
        ("GatewayStatusName", 42, "STATUS_42"),
        ("GatewayStatusName", -1, "STATUS_-1"),
        ("GatewayStatusName", "STATUS_HIBERNATING", "STATUS_HIBERNATING"),
        ("GatewayStatusName", "", "STATUS_UNSPECIFIED"),
        *(("ConditionStatusName", name, name) for name in ("True", "False", "Unknown", "STATUS_MAYBE")),
        *(("ConditionStatusName", value, "True") for value in (1, "STATUS_TRUE")),
        *(("ConditionStatusName", value, "False") for value in (2, "STATUS_FALSE")),
        *(("ConditionStatusName", value, "Unknown") for value in (0, 3, "", "STATUS_UNKNOWN", "STATUS_UNSPECIFIED")),
        ("ConditionStatusName", 9, "STATUS_9"),
        ("ApiTypeName", 0, "API_TYPE_UNSPECIFIED"),
        ("ApiTypeName", 1, "API_TYPE_OPENAI"),
        ("ApiTypeName", 2, "API_TYPE_2"),
        ("ApiTypeName", "API_TYPE_NEW", "API_TYPE_NEW"),
        ("EdgeProxyModeName", 0, "EDGE_PROXY_MODE_UNSPECIFIED"),
        ("EdgeProxyModeName", 2, "EDGE_PROXY_MODE_2"),
        *(("Timestamp", text, text) for text in ("", "2025-01-31T08:00:00.123456789Z", "2026-01-01 00:00:00Z", "soon")),
        ("Timestamp", "1:00\u202fPM", "1:00\u202fPM"),  # the space that ICU writes
        *(("Text", text, text) for text in ("", "zwölf ☃ \U0001f600", "two\nlines", "\x00\x1b[31m", " ")),
        ("Texts", ["b", "a", "b", ""], ("b", "a", "b", "")),
        ("Endpoints", ["https://api.example"], ("https://api.example",)),
        ("Endpoints", ["api.example:8443/v2/"], ("https://api.example:8443/v2/",)),
        ("Endpoints", ["ftp://api.example?x=1"], ("ftp://api.example?x=1",)),
        (
            "Endpoints",
            ["*.llm.example.com", "llm.exämple.com", "not\u200cjoined.example"],
            ("https://*.llm.example.com", "https://llm.exämple.com", "https://not\u200cjoined.example"),
        ),
        (
            "Endpoints",
            ["b.example", "https://a.example", "https://b.example"],
            ("https://b.example", "https://a.example"),
        ),
    ],
    ids=ascii,
)
def test_value_is_normalized(kind: str, value: object, shown: object) -> None:
    """Enums become names, endpoints get a scheme, and other values are unchanged."""
    assert TypeAdapter(getattr(wire_types, kind)).validate_python(value) == shown


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            (enum, value)
            for enum in ("GatewayStatusName", "ConditionStatusName")
            for value in (True, 6.0, ["STATUS_READY"], "two\nlines", "\x1b[31m", "S" * 201, "\ud800", 2**31)
        ),
        *(("Timestamp", value) for value in ("2025-01-31T08:00:00Z\n", "\x1b[31m", "\x85", "\ud800", 1738310400)),
        *(("Text", value) for value in (None, 7, True, b"x", ["x"], "half \udfff pair")),
        *(("Texts", value) for value in ("x", {"x": 1}, [7], [["x"]], {"x"}, ["ok", "\ud800"])),
        *(("Flag", value) for value in (0, 1, "true")),
        *(
            ("Endpoints", value)
            for value in ([""], ["https://x/\x1b[31m"], ["\ud800.example"], [7], "https://x", {"x": 1})
        ),
    ],
    ids=ascii,
)
def test_invalid_value_is_rejected(kind: str, value: object) -> None:
    """Values of another type, lone surrogates and harmful control characters are rejected."""
    with pytest.raises(ValidationError):
        TypeAdapter(getattr(wire_types, kind)).validate_python(value)
