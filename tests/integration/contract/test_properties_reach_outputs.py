"""Every property of the contract is followed from the emulator's answer to a program.

On its way it passes the client, the outputs, and the state of a lookup or of a fleet.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs, lookup_state, member_state
from pulumi_coreweave_gateway.program.output_types import GatewayResult, typed_gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from pulumi_coreweave_gateway.emulator import Emulator

pytestmark = pytest.mark.enable_socket

GATEWAY_ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
SCHEMAS = yaml.safe_load(Path(__file__).with_name("openapi.yaml").read_text(encoding="utf-8"))["components"]["schemas"]

# The one property that must not reach anything.
SECRET = "spec.weightsAndBiasesAuth.apiKey"

Leaf = tuple[str, dict[str, Any]]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref") or schema.get("allOf", [{}])[0].get("$ref")
    return SCHEMAS[reference.rpartition("/")[2]] if reference else schema


def _leaves(schema: dict[str, Any], path: str) -> Iterator[Leaf]:
    """Find what holds a value: texts, flags, enums, lists of texts, and blocks whose presence is all they say."""
    schema = _resolved(schema)
    if schema["type"] == "array" and _resolved(schema["items"])["type"] == "object":
        yield from _leaves(schema["items"], f"{path}[]")
    elif schema["type"] != "object":
        yield path, schema
    else:
        if path.count("."):
            yield path, schema
        for name, part in schema["properties"].items():
            yield from _leaves(part, f"{path}.{name}" if path else name)


LEAVES = [leaf for leaf in _leaves(SCHEMAS["Gateway"], "") if leaf[0] != "status.conditions[]"]


def _values(path: str, schema: dict[str, Any]) -> list[Any]:
    """Return values that tell a property from every other, more than one of them."""
    if "enum" in schema:
        return list(schema["enum"])
    special: dict[str, list[Any]] = {
        "spec.id": [GATEWAY_ID, GATEWAY_ID.replace("01", "02")],
        "status.endpoints": [["https://a.example", "https://b.example"], ["https://c.example"]],
    }
    number = [leaf for leaf, _ in LEAVES].index(path) + 1
    by_type: dict[str, list[Any]] = {
        "object": [True],
        "boolean": [True, False],
        "array": [[f"first {path}", f"second {path}"], [f"third {path}"]],
        "string": [f"one {path}", f"another {path}"],
        "date-time": [f"2025-01-{number:02}T08:00:00.123456789Z", f"2025-02-{number:02}T08:00:00Z"],
    }
    return special.get(path) or by_type[schema.get("format", schema["type"])]


def _gateway_with(path: str, value: Any) -> dict[str, Any]:
    """Return a gateway that has nothing but its id, and this value."""
    gateway: dict[str, Any] = {"spec": {"id": GATEWAY_ID}, "status": {}}
    *parents, last = path.split(".")
    place = gateway
    for name in parents:
        if name.endswith("[]"):
            place[name[:-2]] = [{}]
            place = place[name[:-2]][0]
        else:
            place = place.setdefault(name, {})
    block = isinstance(value, bool) and path.rsplit(".", maxsplit=1)[-1].endswith(("Auth", "Routing", "Configuration"))
    place[last] = _required(path) if block else value
    return gateway


def _required(path: str) -> dict[str, Any]:
    """Return what a block can't be without."""
    return {"bodyBasedRouting": {"apiType": "API_TYPE_OPENAI"}, "headerBasedRouting": {"headerName": "X"}}.get(
        path.removeprefix("spec."), {}
    )


def _output(outputs: dict[str, Any], path: str, schema: dict[str, Any]) -> Any:
    """Return what stands where a property belongs among the outputs."""
    names = "gatewayId" if path == "spec.id" else path.partition(".")[2]
    found: Any = outputs
    for name in names.split("."):
        found = found[name[:-2]][0] if name.endswith("[]") else found[name]
    return found["enabled"] if schema["type"] == "object" else found


def _in_a_program(gateway: GatewayResult, path: str, schema: dict[str, Any]) -> Any:
    """Return what a program reads of a property."""
    names = "gatewayId" if path == "spec.id" else path.partition(".")[2]
    found: Any = gateway
    for name in re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", names).split("."):
        found = getattr(found, name[:-2])[0] if name.endswith("[]") else getattr(found, name)
    return found.enabled if schema["type"] == "object" else found


def _states(outputs: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the engine hands to a program: as a lookup's own outputs, and as a fleet's member."""
    return [json.loads(json.dumps(stored(outputs))) for stored in (lookup_state, member_state)]


def _everywhere(outputs: dict[str, Any], path: str, schema: dict[str, Any]) -> list[Any]:
    """Return what a property comes to: among the outputs, in a lookup, and in a fleet's member."""
    gateways = [typed_gateway(state) for state in _states(outputs)]
    return [_output(outputs, path, schema), *(_in_a_program(gateway, path, schema) for gateway in gateways)]


def _outputs_of(gateway: dict[str, Any], emulator: Emulator, session: requests.Session) -> dict[str, Any]:
    gateway_id = emulator.add(gateway)
    answer = session.get(
        f"{emulator.url}/v1alpha1/inference/gateways/{gateway_id}",
        headers={"Authorization": f"Bearer {emulator.token}"},
        timeout=10,
    )
    return gateway_outputs(parse_gateway(answer.json()["gateway"]))


def test_the_contract_was_walked_to_its_ends() -> None:
    """No property of the contract is left out of what follows."""
    objects = (
        "GatewaySpec",
        "GatewayStatus",
        "Condition",
        "WeightsAndBiasesAuth",
        "EndpointConfiguration",
        "BodyBasedRouting",
        "HeaderBasedRouting",
    )
    # A list of objects is no leaf, and its properties are.
    properties = sum(len(SCHEMAS[name]["properties"]) for name in objects) - 1
    assert len({path for path, _ in LEAVES}) == len(LEAVES) == properties


@pytest.mark.parametrize(
    ("path", "schema"), [leaf for leaf in LEAVES if leaf[0] != SECRET], ids=lambda part: str(part)[:60]
)
def test_property_reaches_an_output(
    path: str,
    schema: dict[str, Any],
    coreweave_emulator: Emulator,
    session: requests.Session,
) -> None:
    """What the API says of a gateway can be read from a lookup and from a fleet, whichever value it has."""
    for value in _values(path, schema):
        outputs = _outputs_of(_gateway_with(path, value), coreweave_emulator, session)
        assert _everywhere(outputs, path, schema) == [value, value, value]
    if schema["type"] == "object":
        absent = _outputs_of({"spec": {"id": GATEWAY_ID}}, coreweave_emulator, session)
        assert _everywhere(absent, path, schema) == [False, False, False]


def test_the_key_reaches_no_output(coreweave_emulator: Emulator, session: requests.Session) -> None:
    """A W&B key that the API should answer after all ends nowhere; only that there is one can be read."""
    outputs = _outputs_of(_gateway_with(SECRET, "distinctive-key"), coreweave_emulator, session)
    assert outputs["weightsAndBiasesAuth"]["apiKeySet"] is True
    assert "distinctive-key" not in str(outputs)
    for state in _states(outputs):
        assert "distinctive-key" not in str(state)
        assert typed_gateway(state).weights_and_biases_auth.api_key_set is True
