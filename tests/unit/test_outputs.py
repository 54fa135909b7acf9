"""From a gateway, as the client read it, to what the state holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2

from pulumi_coreweave_gateway import GatewayLookup
from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.gateways.outputs import OUTPUT_NAMES, STATE_NAMES, gateway_outputs
from pulumi_coreweave_gateway.program import output_types as results
from pulumi_coreweave_gateway.program.output_types import GatewayResult

pytestmark = pytest.mark.disable_socket

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
DEFAULT = f"https://api.{ID}.gw.cwinference.com"

FULL: dict[str, Any] = {
    "spec": {
        "id": ID,
        "name": "prod",
        "organizationId": "org-1",
        "zones": ["US-EAST-04A"],
        "coreWeaveAuth": {},
        "weightsAndBiasesAuth": {
            "apiKey": "distinctive-key",
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
        "endpoints": ["https://llm.example", DEFAULT],
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
BARE: dict[str, Any] = {"spec": {"id": ID}, "status": {"conditions": [{}]}}


def _gateway(answer: dict[str, Any]) -> Gateway:
    return parse_gateway(answer)


def test_everything() -> None:
    """A state holds a gateway under the names of the wire, with what is derived from it; the W&B key is not in it."""
    assert gateway_outputs(_gateway(FULL)) == {
        "gatewayId": ID,
        "name": "prod",
        "organizationId": "org-1",
        "zones": ["US-EAST-04A"],
        "endpoints": ["https://llm.example", DEFAULT],
        "status": "STATUS_READY",
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
        "coreWeaveAuth": {"enabled": True},
        "weightsAndBiasesAuth": {
            "enabled": True,
            "serverUrl": "https://wandb.example",
            "enableUsageReports": True,
            "enableRateLimiting": True,
            "apiKeySet": True,
        },
        "endpointConfiguration": {"enabled": True, "additionalDns": ["llm.example"]},
        "bodyBasedRouting": {"enabled": True, "apiType": "API_TYPE_OPENAI"},
        "headerBasedRouting": {"enabled": True, "headerName": "X-Model"},
        "pathBasedRouting": {"enabled": True},
        "ready": True,
        "endpoint": DEFAULT,
        "openaiBaseUrl": f"{DEFAULT}/v1",
    }


def test_nothing_but_an_id() -> None:
    """What the API leaves out is there, and empty: a missing output would show as a change in every preview."""
    assert gateway_outputs(_gateway({"spec": {"id": ID}})) == {
        "gatewayId": ID,
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
    }


def _places(value: Any, path: str = "") -> Iterator[tuple[str, type]]:
    """Yield where values stand in outputs, and of which type they are."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, f"{path}.{name}")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for item in value:
            yield from _places(item, f"{path}[]")
    else:
        yield path, type(value)


def test_always_the_same_places() -> None:
    """No place for a value comes, goes or changes its type with the gateway, so that no preview shows it as new."""
    full = {**FULL, "status": {**FULL["status"], "conditions": FULL["status"]["conditions"]}}
    assert set(_places(gateway_outputs(_gateway(full)))) == set(_places(gateway_outputs(_gateway(BARE))))


@pytest.mark.parametrize("answer", [FULL, BARE], ids=["full", "bare"])
def test_plain_values(answer: dict[str, Any]) -> None:
    """An engine takes every value as it is: only texts, flags, lists and objects, none of them null."""
    outputs = gateway_outputs(_gateway(answer))
    assert {kind for _, kind in _places(outputs)} <= {str, bool, list}
    struct = struct_pb2.Struct()
    struct.update(outputs)
    assert json_format.MessageToDict(struct) == outputs
    assert json.loads(json.dumps(outputs)) == outputs


def test_pure() -> None:
    """Outputs are nobody's shared state: changing them changes neither the gateway nor other outputs."""
    gateway = _gateway(FULL)
    first = gateway_outputs(gateway)
    first["zones"].append("X")
    first["conditions"][0]["type"] = "X"
    first["endpointConfiguration"]["additionalDns"].clear()
    assert gateway_outputs(gateway) == gateway_outputs(_gateway(FULL))


def test_names_say_what_is_there() -> None:
    """Every output has a name in Python, and every name an output; only the profile is the provider's to add."""
    assert set(OUTPUT_NAMES.values()) == {*gateway_outputs(_gateway(FULL)), "profile"}
    assert {STATE_NAMES[state]: state for state in OUTPUT_NAMES.values()} == OUTPUT_NAMES


@pytest.mark.parametrize("name", sorted(OUTPUT_NAMES))
def test_every_output_can_be_read_in_a_program(name: str) -> None:
    """Each output is an attribute of the resource and, but for the profile, of a plain gateway, with a docstring."""
    attribute = getattr(GatewayLookup, name, None)
    assert attribute is not None or name in GatewayLookup.__annotations__
    if name != "profile":
        assert name in GatewayResult.__annotations__ or isinstance(getattr(GatewayResult, name), property)


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("conditions", results.Condition),
        ("coreWeaveAuth", results.CoreWeaveAuth),
        ("weightsAndBiasesAuth", results.WeightsAndBiasesAuth),
        ("endpointConfiguration", results.EndpointConfiguration),
        ("bodyBasedRouting", results.BodyBasedRouting),
        ("headerBasedRouting", results.HeaderBasedRouting),
        ("pathBasedRouting", results.PathBasedRouting),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_nested_classes_have_exactly_the_nested_values(output: str, kind: type) -> None:
    """What stands in the state below an output has an attribute each, and no attribute is without a value."""
    value = gateway_outputs(_gateway(FULL))[output]
    nested = value[0] if isinstance(value, list) else value
    camel_case = {
        "".join([first, *(word.title() for word in words)])
        for first, *words in (name.split("_") for name in kind.__annotations__)
    }
    assert camel_case == set(nested)
