"""A gateway, read from what the API may answer for it."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import pytest
from pydantic import ValidationError

from pulumi_coreweave_gateway.client.models import Condition, Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import InvalidResponseError

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
DEFAULT = f"https://api.{ID}.gw.cwinference.com"
SECRET = "distinctive-key"

FULL: dict[str, Any] = {
    "spec": {
        "id": ID,
        "name": "prod",
        "organizationId": "org-1",
        "zones": ["US-EAST-04A"],
        "coreWeaveAuth": {},
        "weightsAndBiasesAuth": {
            "serverUrl": "https://wandb.example",
            "enableUsageReports": True,
            "enableRateLimiting": True,
        },
        "endpointConfiguration": {"additionalDns": ["llm.example"]},
        "bodyBasedRouting": {"apiType": "API_TYPE_OPENAI"},
        "headerBasedRouting": {"headerName": "X-Model"},
        "pathBasedRouting": {},
    },
    "status": {
        "status": "STATUS_READY",
        "endpoints": [DEFAULT, "https://llm.example"],
        "conditions": [
            {
                "type": "Ready",
                "status": "True",
                "reason": "Serving",
                "message": "all replicas serve",
                "zone": "US-EAST-04A",
                "lastUpdateTime": "2025-01-31T08:00:00Z",
            }
        ],
        "createdAt": "2025-01-31T07:00:00Z",
        "updatedAt": "2025-01-31T08:00:00.5Z",
    },
}


def _gateway(spec: dict[str, Any] | None = None, status: dict[str, Any] | None = None) -> Gateway:
    return parse_gateway({"spec": {"id": ID, **(spec or {})}, "status": status or {}})


def _refusal(value: object) -> str:
    with pytest.raises(InvalidResponseError) as caught:
        parse_gateway(value, "gateway x")
    message = str(caught.value)
    assert message.startswith("gateway x: the API's response ")
    assert message.isprintable()
    return message


def test_everything() -> None:
    """Every field of the published page is there, under its Python name."""
    gateway = parse_gateway(FULL)
    spec, status = gateway.spec, gateway.status
    assert (spec.id, spec.name, spec.organization_id, spec.zones) == (ID, "prod", "org-1", ("US-EAST-04A",))
    assert spec.core_weave_auth is not None
    assert spec.path_based_routing is not None
    assert spec.weights_and_biases_auth is not None
    assert spec.weights_and_biases_auth.model_dump() == {
        "server_url": "https://wandb.example",
        "enable_usage_reports": True,
        "enable_rate_limiting": True,
        "api_key_set": False,
    }
    assert spec.endpoint_configuration is not None
    assert spec.endpoint_configuration.additional_dns == ("llm.example",)
    assert spec.body_based_routing is not None
    assert spec.body_based_routing.api_type == "API_TYPE_OPENAI"
    assert spec.header_based_routing is not None
    assert spec.header_based_routing.header_name == "X-Model"
    assert (status.status, status.endpoints) == ("STATUS_READY", (DEFAULT, "https://llm.example"))
    assert (status.created_at, status.updated_at) == ("2025-01-31T07:00:00Z", "2025-01-31T08:00:00.5Z")
    assert [condition.model_dump() for condition in status.conditions] == [
        {
            "type": "Ready",
            "status": "True",
            "reason": "Serving",
            "message": "all replicas serve",
            "zone": "US-EAST-04A",
            "last_update_time": "2025-01-31T08:00:00Z",
        }
    ]


def test_defaults_may_be_left_out() -> None:
    """A gateway of which the API says nothing but its id is one that has nothing yet."""
    gateway = parse_gateway({"spec": {"id": ID}})
    assert gateway == _gateway()
    assert (gateway.spec.name, gateway.spec.zones, gateway.spec.core_weave_auth) == ("", (), None)
    assert (gateway.status.status, gateway.status.endpoints) == ("STATUS_UNSPECIFIED", ())
    assert gateway.ready is False


def _with_nulls(value: Any, known: Any = FULL) -> Any:
    """Return an answer with null for whatever it leaves out, at every level."""
    if isinstance(value, dict):
        filled = {key: _with_nulls(item, known.get(key)) for key, item in value.items()}
        return {**dict.fromkeys(known), "unheardOf": None, **filled}
    return [_with_nulls(item, known[0]) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "answer",
    [
        FULL,
        {"spec": {"id": ID}, "status": {}},
        {"spec": {"id": ID, "weightsAndBiasesAuth": {}}, "status": {"conditions": [{}]}},
    ],
    ids=["full", "bare", "empty blocks"],
)
def test_null_is_left_out(answer: dict[str, Any]) -> None:
    """A null says no more than a gap."""
    assert parse_gateway(_with_nulls(answer)) == parse_gateway(answer)
    assert parse_gateway({**answer, "status": None}).status == _gateway().status


@pytest.mark.parametrize("where", ["", "spec", "status", "condition", "block"])
def test_unknown_fields_are_passed_over(where: str) -> None:
    """A field that the API gets tomorrow breaks no deployment, whatever is in it."""
    new: dict[str, Any] = {"colour": {"deep": [1, None]}, "name_": 7, "core_weave_auth": 7}
    answer: dict[str, Any] = {
        "spec": {
            **FULL["spec"],
            "bodyBasedRouting": {**FULL["spec"]["bodyBasedRouting"], **(new if where == "block" else {})},
        },
        "status": {
            **FULL["status"],
            "conditions": [{**one, **(new if where == "condition" else {})} for one in FULL["status"]["conditions"]],
        },
    }
    target = {"": answer, "spec": answer["spec"], "status": answer["status"]}.get(where, {})
    target.update(new)
    assert parse_gateway(answer) == parse_gateway(FULL)


def test_python_names_are_not_the_wires() -> None:
    """Only the API's own names count: a field that merely looks like one is another field."""
    assert _gateway({"organization_id": "org-1"}).spec.organization_id == ""


@pytest.mark.parametrize("value", [None, [], "", "gateway", 7, True, [FULL]], ids=repr)
def test_no_gateway(value: object) -> None:
    """An answer without a gateway is an error, never a gateway without an id."""
    assert "holds no gateway" in _refusal(value)


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ({}, "spec: missing"),
        ({"status": {}}, "spec: missing"),
        ({"spec": None}, "spec: missing"),
        ({"spec": []}, "spec: "),
        ({"spec": {}}, "spec.id: missing"),
        ({"spec": {"id": None}}, "spec.id: missing"),
        ({"spec": {"id": ""}}, "spec.id: expected a UUID"),
        ({"spec": {"id": "prod"}}, "spec.id: expected a UUID"),
        ({"spec": {"id": 7}}, "spec.id: "),
        ({"spec": {"id": ID, "name": 7}}, "spec.name: "),
        ({"spec": {"id": ID, "zones": "US-EAST-04A"}}, "spec.zones: expected a list"),
        ({"spec": {"id": ID, "zones": [7]}}, "spec.zones.0: "),
        ({"spec": {"id": ID, "coreWeaveAuth": True}}, "spec.coreWeaveAuth: "),
        ({"spec": {"id": ID, "pathBasedRouting": []}}, "spec.pathBasedRouting: "),
        (
            {"spec": {"id": ID, "weightsAndBiasesAuth": {"enableUsageReports": "yes"}}},
            "spec.weightsAndBiasesAuth.enableUsageReports: ",
        ),
        ({"spec": {"id": ID}, "status": []}, "status: "),
        ({"spec": {"id": ID}, "status": "STATUS_READY"}, "status: "),
        ({"spec": {"id": ID}, "status": {"status": True}}, "status.status: expected an enum's name or number"),
        ({"spec": {"id": ID}, "status": {"endpoints": [""]}}, "status.endpoints.0: expected an endpoint"),
        ({"spec": {"id": ID}, "status": {"endpoints": ["a\nb"]}}, "status.endpoints.0: expected text without control"),
        ({"spec": {"id": ID}, "status": {"conditions": {}}}, "status.conditions: expected a list"),
        ({"spec": {"id": ID}, "status": {"conditions": [{}, None]}}, "status.conditions.1: "),
        ({"spec": {"id": ID}, "status": {"createdAt": 1738310400}}, "status.createdAt: expected a string"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_broken_contract_names_the_field(answer: object, names: str) -> None:
    """A field of the wrong type is an error that names it by its name on the wire, never an empty value."""
    message = _refusal(answer)
    assert f"breaks its contract: {names}" in message
    assert "check the endpoint" in message


@pytest.mark.parametrize(
    "answer",
    [
        {"spec": {"id": SECRET}},
        {"spec": {"id": ID, "name": [SECRET]}},
        {"spec": {"id": ID, "weightsAndBiasesAuth": {"apiKey": "x", "serverUrl": [SECRET]}}},
        {"spec": {"id": ID, "weightsAndBiasesAuth": SECRET}},
        {"spec": {"id": ID}, "status": {"status": [SECRET], "endpoints": [f"https://me:{SECRET}@x"]}},
        {"spec": {"id": ID}, "status": {"endpoints": [f"https://me:{SECRET}@x\n"]}},
        {"spec": {"id": ID}, "status": {"createdAt": f"{SECRET}\n", SECRET: SECRET}},
    ],
    ids=str,
)
def test_wrong_value_is_not_shown(answer: object) -> None:
    """The value, which may be a secret at the wrong place, is in no message, and in no exception behind it."""
    with pytest.raises(InvalidResponseError) as caught:
        parse_gateway(answer)
    assert SECRET not in str(caught.value) + repr(caught.value)
    # The context of "raise … from None" is not printed, but some tools do.
    assert SECRET not in str(caught.value.__context__)


@pytest.mark.parametrize("key", [SECRET, [SECRET], 7, {"x": SECRET}], ids=repr)
def test_key_is_dropped_while_it_is_read(key: object) -> None:
    """A W&B key that the API should send after all stays nowhere; only that there is one is known."""
    gateway = _gateway({"weightsAndBiasesAuth": {"apiKey": key, "serverUrl": "https://wandb.example"}})
    assert gateway.spec.weights_and_biases_auth is not None
    assert gateway.spec.weights_and_biases_auth.api_key_set is True
    kept = [repr(gateway), str(gateway), str(gateway.model_dump()), gateway.model_dump_json(), repr(vars(gateway.spec))]
    assert all(SECRET not in text for text in kept)
    assert SECRET.encode() not in pickle.dumps(gateway)


@pytest.mark.parametrize("auth", [{}, {"apiKey": ""}, {"apiKey": None}, {"apiKeySet": True}], ids=repr)
def test_no_key(auth: dict[str, Any]) -> None:
    """Without a key there is none set, whatever else stands there."""
    found = _gateway({"weightsAndBiasesAuth": auth}).spec.weights_and_biases_auth
    assert found is not None
    assert found.api_key_set is False


def test_id_in_its_one_spelling() -> None:
    """An id that the API writes in capitals is the same gateway, and no drift."""
    assert parse_gateway({"spec": {"id": ID.upper()}}).spec.id == ID


def test_order_of_conditions_is_no_drift() -> None:
    """However the API orders conditions, those of the same type and zone included, the gateway is the same."""
    conditions = [
        {"type": "Ready", "zone": "B"},
        {"type": "Ready", "zone": "A"},
        {"type": "Degraded", "zone": "C"},
        {"type": "Degraded", "zone": "C", "reason": "Slow"},
        {"type": "Degraded", "zone": "C", "reason": "Slow", "status": "True"},
    ]
    read = {_gateway(status={"conditions": list(order)}) for order in itertools.permutations(conditions)}
    assert len(read) == 1
    assert [(one.type, one.zone) for one in read.pop().status.conditions] == [
        ("Degraded", "C"),
        ("Degraded", "C"),
        ("Degraded", "C"),
        ("Ready", "A"),
        ("Ready", "B"),
    ]


@pytest.mark.parametrize(
    ("status", "endpoints", "ready"),
    [
        ("STATUS_READY", [DEFAULT], True),
        ("STATUS_READY", [], False),
        ("STATUS_UPDATING", [DEFAULT], False),
        ("STATUS_ERROR", [DEFAULT], False),
        ("STATUS_READY_SOON", [DEFAULT], False),
        (6, ["llm.example"], True),
    ],
)
def test_ready(status: object, endpoints: list[str], ready: bool) -> None:
    """A gateway is ready when it says so and has an endpoint."""
    assert _gateway(status={"status": status, "endpoints": endpoints}).ready is ready


def test_immutable() -> None:
    """A gateway that was read can be shared: nobody changes it under another's hands."""
    gateway = parse_gateway(FULL)
    with pytest.raises(ValidationError, match="frozen"):
        gateway.status.status = "STATUS_READY"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        gateway.status.conditions[0].zone = "B"  # type: ignore[misc]
    assert isinstance(gateway.status.conditions, tuple)
    assert hash(gateway) == hash(parse_gateway(FULL))
    assert gateway.status.conditions == (Condition.model_validate(FULL["status"]["conditions"][0]),)


def test_nested_too_deeply() -> None:
    """JSON that is nested more deeply than any gateway is passed over where it is unknown, and never a crash."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert _gateway({"unheardOf": deep}) == _gateway()
    _refusal({"spec": deep})
    _refusal({"spec": {"id": ID, "zones": deep}})
    while deep:
        deep = deep.pop()  # Python itself recurses when it drops such a list at once


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        (None, "EDGE_PROXY_MODE_UNSPECIFIED"),
        (0, "EDGE_PROXY_MODE_UNSPECIFIED"),
        ("EDGE_PROXY_MODE_MANAGED", "EDGE_PROXY_MODE_MANAGED"),
        (2, "EDGE_PROXY_MODE_2"),
    ],
)
def test_endpoint_configuration(mode: object, shown: str) -> None:
    """The allowed source ranges are free text, and the edge proxy mode is an enum of which one number is known."""
    ranges = ["10.0.0.0/8", "2001:db8::/32"]
    wire = {"allowedSourceIpRanges": ranges, "edgeProxyMode": mode, "additionalDns": ["llm.example.com"]}
    found = _gateway({"endpointConfiguration": wire}).spec.endpoint_configuration
    assert found is not None
    assert (found.allowed_source_ip_ranges, found.edge_proxy_mode) == (tuple(ranges), shown)
