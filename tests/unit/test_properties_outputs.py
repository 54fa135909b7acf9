"""Properties of outputs: they lose nothing, don't depend on the form of the API's JSON, and fit in a state."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.errors import InvalidResponseError
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.plugin.lookups import in_camel_case
from tests.unit.strategies import STEADY, any_json, equivalent_forms, gateways, nearly_gateways

Wire = dict[str, Any]
SPEC = ("name", "organizationId", "zones")
BLOCKS = (
    *("coreWeaveAuth", "weightsAndBiasesAuth", "endpointConfiguration", "bodyBasedRouting", "headerBasedRouting"),
    "pathBasedRouting",
)
STATUS = ("status", "endpoints", "conditions", "createdAt", "updatedAt")
DERIVED = ("gatewayId", "ready", "endpoint", "openaiBaseUrl", "host", "routing", "auth")
DEFAULTS: tuple[object, ...] = ("", [], False, "STATUS_UNSPECIFIED")


def _without_defaults(values: Wire) -> Wire:
    """Leave out values at their defaults, as proto3 does."""
    return {name: value for name, value in values.items() if value not in DEFAULTS}


def _to_wire(outputs: Wire) -> Wire:
    """Return the gateway that outputs describe, in the wire format."""
    own = {"enabled", "apiKeySet"}
    blocks = {
        name: _without_defaults({inner: value for inner, value in outputs[name].items() if inner not in own})
        for name in BLOCKS
        if outputs[name]["enabled"]
    }
    spec = {"id": outputs["gatewayId"], **_without_defaults({name: outputs[name] for name in SPEC}), **blocks}
    status = _without_defaults({name: outputs[name] for name in STATUS})
    if "conditions" in status:
        status["conditions"] = _sorted(status["conditions"])
    return {"spec": spec, "status": status}


def _with_sorted_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_sorted_lists(item) for name, item in value.items()}
    return sorted(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value


def _sorted(conditions: list[Wire]) -> list[Wire]:
    """Return sorted conditions, without the status Unknown, which is the default."""
    shortened = [
        _without_defaults({key: value for key, value in condition.items() if (key, value) != ("status", "Unknown")})
        for condition in conditions
    ]
    return sorted(shortened, key=lambda condition: json.dumps(condition, sort_keys=True))


@STEADY
@given(gateways)
def test_outputs_lose_nothing(wire: Wire) -> None:
    """The gateway, as the API sent it, can be restored from its outputs."""
    outputs = in_camel_case(gateway_outputs(parse_gateway(wire)))
    outputs["endpointConfiguration"].pop("edgeProxyMode")
    sent = _with_sorted_lists(wire)
    if "conditions" in sent["status"]:
        sent["status"]["conditions"] = _sorted(sent["status"]["conditions"])
    assert _to_wire(outputs) == sent
    assert set(outputs) == {*SPEC, *BLOCKS, *STATUS, *DERIVED}


@STEADY
@given(st.data(), gateways)
def test_outputs_do_not_depend_on_the_form(data: st.DataObject, wire: Wire) -> None:
    """Equivalent forms of a gateway in proto3 JSON have the same outputs."""
    form = data.draw(equivalent_forms(wire))
    assert gateway_outputs(parse_gateway(form)) == gateway_outputs(parse_gateway(wire))


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(item) for key, item in value.items())
    return all(map(_plain, value)) if isinstance(value, list) else type(value) in {str, bool}


@STEADY
@given(nearly_gateways() | any_json)
def test_any_json_fits_in_a_state_or_is_an_error(value: Any) -> None:
    """Whatever the API sends is a gateway with plain, known values in Unicode, or an error on one line."""
    error = ""
    outputs: dict[str, Any] = {}
    try:
        outputs = gateway_outputs(parse_gateway(value))
    except InvalidResponseError as invalid:
        error = str(invalid)
    assert bool(outputs) != bool(error)
    assert not error or error.isprintable()
    assert len(error) < 2000
    assert _plain(outputs)
    assert json.loads(json.dumps(outputs, ensure_ascii=False).encode()) == outputs
