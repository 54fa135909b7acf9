"""The types of outputs and results."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from pulumi_coreweave_gateway import GatewayLookup
from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.program.output_types import Condition, GatewayResult, typed_gateway, typed_gateways

from .samples import DEFAULT, ID
from .test_outputs import BARE, FULL

OTHER = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"


def _outputs(wire: dict[str, Any], gateway_id: str = ID) -> dict[str, Any]:
    return gateway_outputs(parse_gateway({**wire, "spec": {**wire["spec"], "id": gateway_id}}))


def _by_attributes(value: Any) -> Any:
    """Return a value as plain values that were read through attributes."""
    if isinstance(value, list):
        return [_by_attributes(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _by_attributes(getattr(value, name)) for name in type(value).__annotations__}


@pytest.mark.parametrize("wire", [FULL, BARE], ids=["full", "bare"])
def test_every_output_is_an_attribute_and_a_key(wire: dict[str, Any]) -> None:
    """Each output, and each nested value, has one name: as an attribute, as a key, and where it is exported."""
    outputs = _outputs(wire)
    assert _by_attributes(typed_gateway(outputs)) == outputs
    assert json.loads(json.dumps(typed_gateway(outputs))) == outputs


def test_lookup_and_result_have_the_same_outputs() -> None:
    """A resource has each attribute of a plain gateway, of the same type."""
    lookup = {
        name: kind.__args__[0]
        for name, kind in GatewayLookup.__annotations__.items()
        if name not in ("is_lookup", "profile")
    }
    assert lookup == GatewayResult.__annotations__


def test_copies_keep_every_key_once() -> None:
    """Copying, merging and updating a result neither loses nor doubles a name."""
    gateway = typed_gateway(_outputs(FULL))
    assert gateway == typed_gateway(_outputs(FULL)) != typed_gateway(_outputs(BARE))
    assert isinstance(copy.deepcopy(gateway).conditions[0], Condition)
    for merged in (gateway.copy(), {**gateway}, gateway | {"name": "prod"}):
        assert merged["organization_id"] == gateway.organization_id
        assert set(merged) == set(GatewayResult.__annotations__)


def test_absent_attribute_breaks_no_inspection() -> None:
    """Values that the API or the program leaves out are empty, so that ``getattr`` and ``hasattr`` work."""
    gateway = typed_gateway(gateway_outputs(parse_gateway(FULL), include_timestamps=False))
    assert hasattr(gateway, "updated_at")
    assert getattr(gateway, "updated_at", None) == ""


def test_base_url_for_a_model() -> None:
    """The URL has the model's name with path-based routing; an invalid name is an error."""
    path = {"spec": {"id": ID, "pathBasedRouting": {}}, "status": {"endpoints": [DEFAULT]}}
    assert typed_gateway(_outputs(path)).base_url_for("meta/llama") == f"{DEFAULT}/meta%2Fllama/v1"
    assert typed_gateway(_outputs(FULL)).base_url_for("meta/llama") == f"{DEFAULT}/v1"
    for model in ("", " ", "x" * 300, None, 7):
        with pytest.raises(InvalidArgumentError, match="base_url_for: expected a model's name"):
            typed_gateway(_outputs(FULL)).base_url_for(model)  # type: ignore[arg-type]


def test_several_gateways_are_a_list() -> None:
    """Iterating yields the gateways, which can also be accessed by ID."""
    fleet = typed_gateways([_outputs(BARE, OTHER), _outputs(FULL)])
    assert [gateway.gateway_id for gateway in fleet] == [OTHER, ID]
    assert fleet.gateways == list(fleet)
    assert fleet.by_id[ID].name == "prod"
    assert fleet.endpoints == {OTHER: [], ID: [DEFAULT, "https://llm.example"]}
    assert fleet.zones == ["US-EAST-04A"]
    empty = typed_gateways([])
    assert (empty.gateways, empty.by_id, empty.endpoints, empty.zones) == ([], {}, {}, [])
