"""The typed values that a program gets."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

import pytest

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.program import output_types as results
from pulumi_coreweave_gateway.program.output_types import Condition, GatewayResult, GatewaysResult, WeightsAndBiasesAuth
from pulumi_coreweave_gateway.pulumi_internals import to_output_type as typed

from .test_outputs import BARE, DEFAULT, FULL, ID

pytestmark = pytest.mark.disable_socket

OTHER = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"


def _outputs(answer: dict[str, Any], gateway_id: str = ID) -> dict[str, Any]:
    return gateway_outputs(parse_gateway({**answer, "spec": {**answer["spec"], "id": gateway_id}}))


def test_attributes_in_python_keys_in_the_state() -> None:
    """A gateway's values are attributes under Python's names, and the whole is a dictionary under the state's."""
    gateway = typed(GatewayResult, _outputs(FULL))
    assert isinstance(gateway, GatewayResult)
    assert (gateway.gateway_id, gateway.name, gateway.organization_id) == (ID, "prod", "org-1")
    assert (gateway.zones, gateway.endpoints) == (["US-EAST-04A"], ["https://llm.example", DEFAULT])
    assert (gateway.status, gateway.ready) == ("STATUS_READY", True)
    assert (gateway.created_at, gateway.updated_at) == ("2025-01-31T07:00:00Z", "2025-01-31T08:00:00.5Z")
    assert (gateway.endpoint, gateway.openai_base_url) == (DEFAULT, f"{DEFAULT}/v1")
    assert dict(gateway).keys() == _outputs(FULL).keys()
    assert (gateway["gatewayId"], gateway["coreWeaveAuth"]["enabled"]) == (ID, True)


def test_nested_values_are_typed() -> None:
    """So are the values within it."""
    gateway = typed(GatewayResult, _outputs(FULL))
    (condition,) = gateway.conditions
    assert isinstance(condition, Condition)
    assert (condition.type, condition.status, condition.last_update_time) == ("Ready", "True", "2025-01-31T08:00:00Z")
    assert isinstance(gateway.weights_and_biases_auth, WeightsAndBiasesAuth)
    assert gateway.weights_and_biases_auth.api_key_set is True
    assert gateway.weights_and_biases_auth.enable_usage_reports is True
    assert gateway.core_weave_auth.enabled is True
    assert gateway.endpoint_configuration.additional_dns == ["llm.example"]
    assert gateway.body_based_routing.api_type == "API_TYPE_OPENAI"
    assert gateway.header_based_routing.header_name == "X-Model"
    assert gateway.path_based_routing.enabled is True


def test_what_is_not_there_is_none() -> None:
    """A program asks for an endpoint or a time with ``is None``, although the state holds an empty text."""
    gateway = typed(GatewayResult, _outputs(BARE))
    assert (gateway.endpoint, gateway.openai_base_url, gateway.created_at, gateway.updated_at) == (None,) * 4
    assert (gateway.zones, gateway.endpoints, gateway.ready) == ([], [], False)
    assert (gateway.weights_and_biases_auth.enabled, gateway.weights_and_biases_auth.server_url) == (False, "")


def test_goes_into_json() -> None:
    """A whole gateway can be exported, or written into a ConfigMap, as it is."""
    assert json.loads(json.dumps(typed(GatewayResult, _outputs(FULL)))) == _outputs(FULL)


def test_several() -> None:
    """Several gateways come in order, and by their ids."""
    fleet = typed(GatewaysResult, {"gateways": [_outputs(BARE, OTHER), _outputs(FULL)]})
    assert [gateway.gateway_id for gateway in fleet.gateways] == [OTHER, ID]
    assert list(fleet.by_id) == [OTHER, ID]
    assert fleet.by_id[ID].name == "prod"
    assert fleet.endpoints == {OTHER: [], ID: ["https://llm.example", DEFAULT]}


def test_none_at_all() -> None:
    """An empty fleet is one."""
    fleet = typed(GatewaysResult, {"gateways": []})
    assert (fleet.gateways, fleet.by_id, fleet.endpoints) == ([], {}, {})


def test_outputs_of_a_later_version_are_passed_over() -> None:
    """A state that a later version wrote, with outputs that this one doesn't know, can still be read."""
    assert typed(GatewayResult, {**_outputs(FULL), "colour": "red"}) == typed(GatewayResult, _outputs(FULL))
    assert typed(GatewaysResult, {"gateways": [], "colour": "red"}).gateways == []


def test_equal_by_value() -> None:
    """Two readings of an unchanged gateway are equal."""
    assert typed(GatewayResult, _outputs(FULL)) == typed(GatewayResult, _outputs(FULL))
    assert typed(GatewayResult, _outputs(FULL)) != typed(GatewayResult, _outputs(BARE))


def test_hints_can_be_read() -> None:
    """Editors and the SDK find the type of every attribute."""
    classes = [kind for name, kind in vars(results).items() if isinstance(kind, type) and not name.startswith("_")]
    public = [kind for kind in classes if kind.__module__ == results.__name__]
    assert GatewayResult in public
    assert all(get_type_hints(kind) for kind in public)
