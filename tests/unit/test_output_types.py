"""The typed values of outputs and results."""

from __future__ import annotations

import copy
from typing import Any, get_type_hints

import pytest

from pulumi_coreweave_gateway import GatewayLookup
from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs, state_name
from pulumi_coreweave_gateway.program import output_types
from pulumi_coreweave_gateway.program.output_types import (
    Condition,
    GatewayResult,
    GatewaysResult,
    secret_outputs,
    typed_gateway,
)

from .samples import DEFAULT, ID
from .test_outputs import BARE, FULL

OTHER = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
CLASSES = {
    name: kind
    for name, kind in vars(output_types).items()
    if isinstance(kind, type) and kind.__module__ == output_types.__name__ and kind.__annotations__
}


def _outputs(wire: dict[str, Any], gateway_id: str = ID) -> dict[str, Any]:
    return gateway_outputs(parse_gateway({**wire, "spec": {**wire["spec"], "id": gateway_id}}))


def _by_attributes(value: Any) -> Any:
    """Return a typed value as a dictionary with the keys of the state, read through its attributes and keys."""
    if isinstance(value, list):
        return [_by_attributes(item) for item in value]
    if type(value).__name__ not in CLASSES:
        return value
    names = type(value).__annotations__
    for name in names:
        for key in (name, state_name(name)):
            assert key in value
            assert getattr(value, name) == value[key] == value.get(key)
    return {state_name(name): _by_attributes(getattr(value, name)) for name in names}


@pytest.mark.parametrize("wire", [FULL, BARE], ids=["full", "bare"])
def test_every_output_is_an_attribute_and_a_key(wire: dict[str, Any]) -> None:
    """Each output, and each nested value, is an attribute by its Python name, and a key by this and its state name."""
    assert _by_attributes(typed_gateway(_outputs(wire))) == _outputs(wire)


def test_iteration_yields_the_names_in_the_state() -> None:
    """Iteration yields the names in the state, and other names aren't keys."""
    gateway = typed_gateway(_outputs(FULL))
    assert list(gateway) == [state_name(name) for name in GatewayResult.__annotations__]
    for absent in ("nosuch", "no_such"):
        assert absent not in gateway
        assert gateway.get(absent, 7) == 7
        with pytest.raises(KeyError):
            gateway[absent]


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
    fleet = GatewaysResult(map(typed_gateway, [_outputs(BARE, OTHER), _outputs(FULL)]))
    assert [gateway.gateway_id for gateway in fleet] == [OTHER, ID]
    assert fleet.gateways == list(fleet)
    assert fleet.by_id[ID].name == "prod"
    assert fleet.endpoints == {OTHER: [], ID: [DEFAULT, "https://llm.example"]}
    empty = GatewaysResult()
    assert (empty.gateways, empty.by_id, empty.endpoints) == ([], {}, {})


def test_outputs_of_a_later_version_are_ignored() -> None:
    """Outputs that only a later version has are ignored."""
    assert typed_gateway({**_outputs(FULL), "color": "red"}) == typed_gateway(_outputs(FULL))


def test_values_compare_and_copy() -> None:
    """Values are equal if their contents are, and copies are typed."""
    gateway = typed_gateway(_outputs(FULL))
    assert gateway == typed_gateway(_outputs(FULL)) != typed_gateway(_outputs(BARE))
    assert isinstance(copy.deepcopy(gateway).conditions[0], Condition)


@pytest.mark.parametrize("kind", CLASSES.values(), ids=lambda kind: kind.__name__)
def test_type_hints_can_be_resolved(kind: type) -> None:
    """The type of every attribute can be resolved, as editors and the SDK do."""
    assert get_type_hints(kind)


def test_lookup_and_result_have_the_same_outputs() -> None:
    """A resource has each attribute of a plain gateway."""
    assert set(GatewayLookup.__annotations__) - {"is_lookup", "profile"} == set(GatewayResult.__annotations__)


@pytest.mark.parametrize(
    ("names", "secret"),
    [
        (None, None),
        (["organization_id"], ["organizationId"]),
        (["endpoint"], ["endpoint", "endpoints", "host", "openaiBaseUrl"]),
        (["openaiBaseUrl", "name"], ["endpoint", "endpoints", "host", "name", "openaiBaseUrl"]),
    ],
)
def test_secret_outputs(names: list[str] | None, secret: list[str] | None) -> None:
    """Names are translated, and no other output reveals a secret endpoint."""
    assert secret_outputs(names) == secret
