"""What the state holds of a gateway, and that a program gets all of it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.emulator.samples import sample_gateway
from pulumi_coreweave_gateway.gateways.outputs import OUTPUT_NAMES, gateway_outputs
from pulumi_coreweave_gateway.gateways.stored import DERIVED, stored_lookup, stored_member
from pulumi_coreweave_gateway.program.output_types import GatewayResult
from pulumi_coreweave_gateway.pulumi_internals import to_output_type as typed

pytestmark = pytest.mark.disable_socket

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
WANDB = {"apiKey": "key", "serverUrl": "https://wandb.example", "enableUsageReports": True}
GATEWAYS: dict[str, Any] = {
    "ready": sample_gateway(ID, name="prod"),
    "creating": sample_gateway(ID, ready=False),
    "by header": sample_gateway(ID, routing="header", additional_dns=("llm.example",)),
    "by path": sample_gateway(ID, routing="path"),
    "W&B": {"spec": {"id": ID, "weightsAndBiasesAuth": WANDB}, "status": {"endpoints": ["llm.example"]}},
    "an id alone": {"spec": {"id": ID}},
    "empty conditions": {"spec": {"id": ID}, "status": {"conditions": [{}, {"type": "Ready"}]}},
}


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_member_of_a_fleet_comes_back_whole(name: str) -> None:
    """What a fleet's state leaves out is put back: a program sees, and exports, every field."""
    outputs = gateway_outputs(parse_gateway(GATEWAYS[name]))
    assert json.loads(json.dumps(typed(GatewayResult, stored_member(outputs)))) == outputs
    assert json.loads(json.dumps(typed(GatewayResult, outputs))) == outputs


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_lookups_own_outputs_are_always_there(name: str) -> None:
    """A missing one would show as unknown in every preview."""
    stored = stored_lookup(gateway_outputs(parse_gateway(GATEWAYS[name])))
    assert set(stored) == set(OUTPUT_NAMES.values()) - DERIVED - {"profile"}
    assert None not in stored.values()
    assert all("enabled" in value for value in stored.values() if isinstance(value, dict))


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_lookups_outputs_come_back_whole(name: str) -> None:
    """The same for what a lookup's nested outputs leave out."""
    outputs = gateway_outputs(parse_gateway(GATEWAYS[name]))
    assert json.loads(json.dumps(typed(GatewayResult, stored_lookup(outputs)))) == outputs


def test_a_fleets_state_is_about_as_large_as_the_answers() -> None:
    """1,000 gateways go from process to process, and are logged and written by the engine."""
    wire = sample_gateway(ID, name="prod")
    assert len(json.dumps(stored_member(gateway_outputs(parse_gateway(wire))))) < len(json.dumps(wire)) + 200
