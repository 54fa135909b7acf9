"""Parsing of gateways: the types of fields are checked, and their values are accepted as sent."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic.alias_generators import to_snake

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
    assert message.endswith("; check the endpoint, or look for a newer version of this package")
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
    assert "contains no gateway" in _rejection(value)


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
        ({"spec": {"id": ID}, "status": {"endpoints": [None]}}, "status.endpoints.0: expected a string"),
        ({"spec": {"id": ID}, "status": {"endpoints": SECRET}}, "status.endpoints: expected a list"),
        ({"spec": {"id": ID}, "status": {"status": "S" * 201}}, "status.status: expected an enum's name or number"),
        ({"spec": {"id": ID}, "status": {"status": 2**31}}, "status.status: expected an enum's name or number"),
        ({"spec": {"id": ID}, "status": {"status": True}}, "status.status: expected an enum's name or number"),
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
        ("STATUS_READY", ["HTTPS://LLM.EXAMPLE"], True),
        ("STATUS_READY", [], False),
        ("STATUS_READY", ["", "https://me:key@llm.example", "ftp://llm.example", "https://*.example"], False),
        ("STATUS_UPDATING", [DEFAULT], False),
        ("STATUS_READY_SOON", [DEFAULT], False),
    ],
)
def test_ready_requires_status_and_usable_endpoint(status: object, endpoints: list[str], ready: bool) -> None:
    """A gateway is ready if its status is READY and it has an endpoint that can be connected to."""
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


_STATUS, _CONDITION, _ENDPOINTS = "status.status", "status.conditions.0.status", "status.endpoints"
_API_TYPE, _MODE = "spec.bodyBasedRouting.apiType", "spec.endpointConfiguration.edgeProxyMode"
_STRINGS = (
    *("spec.name", "spec.organizationId", "spec.zones.0", "spec.headerBasedRouting.headerName"),
    *("status.conditions.0.type", "status.conditions.0.reason", "status.conditions.0.message", "status.createdAt"),
)


def _as_read(path: str, value: object) -> object:
    """Return what is read of a field that a gateway has, by its path in the API's JSON form."""
    names = path.split(".")
    sent: Any = value
    for name in reversed(names):
        sent = [sent] if name == "0" else {name: sent}
    found: Any = _gateway(sent.get("spec"), sent.get("status"))
    for name in names:
        found = found[0] if name == "0" else getattr(found, to_snake(name))
    return found


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        *((_STATUS, number, f"STATUS_{name}") for number, name in enumerate(STATUSES)),
        *((_STATUS, number, f"STATUS_{number}") for number in (42, -1)),
        (_STATUS, "STATUS_HIBERNATING", "STATUS_HIBERNATING"),
        (_STATUS, "", "STATUS_UNSPECIFIED"),
        *((_CONDITION, name, name) for name in ("True", "False", "Unknown", "STATUS_MAYBE")),
        *((_CONDITION, value, "True") for value in (1, "STATUS_TRUE")),
        *((_CONDITION, value, "False") for value in (2, "STATUS_FALSE")),
        *((_CONDITION, value, "Unknown") for value in (0, 3, "", "STATUS_UNKNOWN", "STATUS_UNSPECIFIED")),
        (_CONDITION, 9, "STATUS_9"),
        (_API_TYPE, 1, "API_TYPE_OPENAI"),
        (_API_TYPE, 2, "API_TYPE_2"),
        (_API_TYPE, "API_TYPE_NEW", "API_TYPE_NEW"),
        (_MODE, 0, "EDGE_PROXY_MODE_UNSPECIFIED"),
        (_MODE, 2, "EDGE_PROXY_MODE_2"),
        *(("status.createdAt", text, text) for text in ("", "2025-01-31T08:00:00.123456789Z", "soon", "1:00\u202fPM")),
        *(("spec.name", text, text) for text in ("", "zwölf ☃ \U0001f600", " ")),
        ("spec.zones", ["b", "a", "b", ""], ("b", "a", "b", "")),
        (_ENDPOINTS, ["https://api.example"], ("https://api.example",)),
        (_ENDPOINTS, ["api.example:8443/v2/"], ("https://api.example:8443/v2/",)),
        (_ENDPOINTS, ["ftp://api.example?x=1"], ("ftp://api.example?x=1",)),
        (_ENDPOINTS, ["", "*.llm.exämple.com"], ("https://*.llm.exämple.com",)),
        (_ENDPOINTS, ["b.example", "a.example", "https://b.example"], ("https://b.example", "https://a.example")),
    ],
    ids=ascii,
)
def test_value_is_normalized(path: str, value: object, shown: object) -> None:
    """Enums become names, endpoints get a scheme, and other values are unchanged."""
    assert _as_read(path, value) == shown


@pytest.mark.parametrize("path", [*_STRINGS, _STATUS, _CONDITION, _API_TYPE])
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("a\x00b\x7fc\x85d\x9be", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("a\u202eb\u2066c\u200fd\u061ce", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("one\u2028two\rthree", "one\ufffdtwo\ufffdthree"),
        ("half \udfff pair", "half \ufffd pair"),
    ],
    ids=["escapes", "control", "direction", "lines", "half"],
)
def test_unsafe_characters_are_replaced(path: str, sent: str, shown: str) -> None:
    """Escapes, control characters, what changes the direction of text, and half characters are replaced."""
    assert _as_read(path, sent) == shown
    assert _as_read(_ENDPOINTS, [sent]) == (f"https://{shown}",)


def test_message_of_a_condition_may_have_lines() -> None:
    """Line breaks and tabs stay in a condition's message, and nowhere else."""
    lines, replaced = "one\n\ttwo", "one\ufffd\ufffdtwo"
    assert {path: _as_read(path, lines) for path in _STRINGS} == {
        path: lines if path.endswith(".message") else replaced for path in _STRINGS
    }
