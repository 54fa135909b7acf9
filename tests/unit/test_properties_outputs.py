"""From the wire to the outputs and back: nothing that is known is lost, and no form makes a difference."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.gateways.request import FleetRequest
from pulumi_coreweave_gateway.program.output_types import typed_gateway
from tests.unit.strategies import STEADY, disguises, gateways, ids

Wire = dict[str, Any]
SPEC = ("name", "organizationId", "zones")
BLOCKS = (
    *("coreWeaveAuth", "weightsAndBiasesAuth", "endpointConfiguration", "bodyBasedRouting", "headerBasedRouting"),
    "pathBasedRouting",
)
STATUS = ("status", "endpoints", "conditions", "createdAt", "updatedAt")
DERIVED = ("gatewayId", "ready", "endpoint", "openaiBaseUrl", "host", "routing", "auth")
DEFAULTS: tuple[object, ...] = ("", [], False, "STATUS_UNSPECIFIED")


def _said(values: Wire) -> Wire:
    """Leave out what is at its default, as proto3 does."""
    return {name: value for name, value in values.items() if value not in DEFAULTS}


def _back(outputs: Wire) -> Wire:
    """Return the gateway on the wire that outputs tell of."""
    blocks = {
        name: _said({inner: value for inner, value in outputs[name].items() if inner not in {"enabled", "apiKeySet"}})
        for name in BLOCKS
        if outputs[name]["enabled"]
    }
    spec = {"id": outputs["gatewayId"], **_said({name: outputs[name] for name in SPEC}), **blocks}
    status = _said({name: outputs[name] for name in STATUS})
    if "conditions" in status:
        status["conditions"] = _sorted(status["conditions"])
    return {"spec": spec, "status": status}


def _with_sorted_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_sorted_lists(item) for name, item in value.items()}
    return sorted(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value


def _sorted(conditions: list[Wire]) -> list[Wire]:
    """Return conditions in an order of this test's own, the unknown status left out: it is the default."""
    said = [
        _said({key: value for key, value in one.items() if (key, value) != ("status", "Unknown")}) for one in conditions
    ]
    return sorted(said, key=lambda condition: json.dumps(condition, sort_keys=True))


@STEADY
@given(gateways)
def test_nothing_is_lost(wire: Wire) -> None:
    """From the outputs alone the whole gateway can be written down again, as the API sent it."""
    outputs = gateway_outputs(parse_gateway(wire))
    outputs["endpointConfiguration"].pop("edgeProxyMode")
    sent = _with_sorted_lists(wire)
    if "conditions" in sent["status"]:
        sent["status"]["conditions"] = _sorted(sent["status"]["conditions"])
    assert _back(outputs) == sent
    assert set(outputs) == {*SPEC, *BLOCKS, *STATUS, *DERIVED}


@STEADY
@given(st.data(), gateways)
def test_no_form_makes_a_difference(data: st.DataObject, wire: Wire) -> None:
    """However the API writes a gateway, a preview shows no change."""
    disguised = data.draw(disguises(wire))
    assert gateway_outputs(parse_gateway(disguised)) == gateway_outputs(parse_gateway(wire))


@STEADY
@given(gateways)
def test_through_the_engine(wire: Wire) -> None:
    """What a state holds is what was found, to the letter, and so is what a program gets."""
    outputs = gateway_outputs(parse_gateway(wire))
    struct = struct_pb2.Struct()
    struct.update(outputs)
    held = json_format.MessageToDict(struct_pb2.Struct.FromString(struct.SerializeToString()))
    assert held == outputs
    assert json.loads(json.dumps(typed_gateway(held))) == outputs


_words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
_filters = st.lists(_words, max_size=4, unique=True).map(sorted).map(tuple)
requests = st.builds(
    FleetRequest,
    gateway_ids=st.lists(ids, max_size=5, unique=True).map(tuple),
    missing=st.sampled_from(["fail", "skip"]),
    profile=st.sampled_from(["", "eu"]),
) | st.builds(
    FleetRequest,
    zones=_filters,
    statuses=_filters,
    name_pattern=st.just("") | _words,
    profile=st.sampled_from(["", "eu"]),
)


@STEADY
@given(requests)
def test_fleet_requests_in_the_state(request: FleetRequest) -> None:
    """Whatever a fleet asks for, its state asks for the same."""
    struct = struct_pb2.Struct()
    struct.update(request.to_state())
    held = json_format.MessageToDict(struct)
    assert FleetRequest.from_state(held) == request
    assert FleetRequest.from_state(held).resource_id == request.resource_id


@STEADY
@given(requests, requests)
def test_ids_of_fleets(one: FleetRequest, other: FleetRequest) -> None:
    """Two fleets have the same id only if they ask for the same."""
    assert (one.resource_id == other.resource_id) is (one == other)
