"""The emulator's responses, compared with the contract, with responses written by hand, and with the outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from pulumi_coreweave_gateway.client.deployment_models import Deployment
from pulumi_coreweave_gateway.client.models import parse, parse_gateway
from pulumi_coreweave_gateway.deployments.outputs import deployment_outputs
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.plugin.lookups import in_camel_case

pytestmark = pytest.mark.enable_socket

HERE = Path(__file__).parent
CONTRACT: dict[str, Any] = yaml.safe_load((HERE / "openapi.yaml").read_text(encoding="utf-8"))
GOLDEN = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in HERE.glob("golden/*.json")}
_UUID_LENGTH = 36


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """Return one emulator for all tests of the contract, none of which changes it."""
    with Emulator(HERE / "gateways.yaml") as running:
        yield running


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_response_matches_golden_file_and_contract(name: str, emulator: Emulator) -> None:
    """Every response equals its golden file, and conforms to the contract."""
    golden = GOLDEN[name]
    method, path = golden["request"]["method"], golden["request"]["path"]
    headers = {"Authorization": f"Bearer {emulator.token}"} if golden["request"]["authorized"] else {}
    with requests.Session() as session:
        session.trust_env = False  # neither the developer's proxies nor credentials
        response = session.request(method, emulator.url + path, headers=headers, timeout=10)
    assert (response.status_code, response.json()) == (golden["status"], golden["body"])
    assert response.headers["Content-Type"] == "application/json"
    schema = "#/components/schemas/Status" if response.status_code != 200 else _schema(path)
    references = {"$ref": schema, "components": CONTRACT["components"]}
    OAS30Validator(references, format_checker=oas30_format_checker).validate(response.json())


def test_golden_responses_cover_the_contract() -> None:
    """The golden responses have exactly the properties of the contract."""
    named = {name for schema in CONTRACT["components"]["schemas"].values() for name in schema["properties"]}
    # The API isn't supposed to send the key; the emulator's errors have no details, and its lists one page.
    expected = named - {"apiKey", "details", "@type", "nextPageToken"}
    keys_of_maps = {"max-model-len", "LOG_LEVEL"}
    assert set(_names([golden["body"] for golden in GOLDEN.values()])) == expected | keys_of_maps


@pytest.mark.parametrize("gateway", GOLDEN["list"]["body"]["items"], ids=lambda gateway: gateway["spec"]["id"][-2:])
def test_every_property_is_an_output(gateway: dict[str, Any]) -> None:
    """Every property of a gateway is an output with the same name, in Python's spelling."""
    outputs = in_camel_case(gateway_outputs(parse_gateway(gateway)))
    spec = {**gateway["spec"], "gatewayId": gateway["spec"]["id"]}
    del spec["id"]
    _check_contains(outputs, spec)
    _check_contains(outputs, gateway.get("status", {}))


@pytest.mark.parametrize(
    "deployment", GOLDEN["deployments"]["body"]["items"], ids=lambda deployment: deployment["spec"]["name"]
)
def test_every_property_of_a_deployment_is_an_output(deployment: dict[str, Any]) -> None:
    """Every property of a deployment is an output, but for those that may be secret and that nobody wires."""
    outputs = in_camel_case(deployment_outputs(parse(Deployment, deployment, "deployment")))
    spec = deployment["spec"]
    runtime, autoscaling = spec.get("runtime", {}), spec.get("autoscaling", {})
    renamed = {
        "deploymentId": spec["id"],
        "model": spec["model"]["name"],
        "engineVersion": runtime.get("version", ""),
        **{f"{name}Replicas": autoscaling[name] for name in ("min", "max")},
    }
    blocks = {**spec.get("traffic", {}), **spec.get("resources", {}), **runtime}
    flat = {name: value for name, value in {**spec, **blocks}.items() if not isinstance(value, dict)}
    for name in ("id", "version"):
        flat.pop(name, None)
    _check_contains(outputs, {**flat, **renamed})
    _check_contains(outputs, deployment["status"])
    assert not {"weights", "llama/8b", "8192", "info", "snapshots"} & set(map(str, outputs.values()))


def _schema(path: str) -> str:
    """Return the schema of the successful response to a request."""
    path = path.partition("?")[0]
    template = next(
        found for found in CONTRACT["paths"] if path in (found, found.replace("{id}", path[-_UUID_LENGTH:]))
    )
    content = CONTRACT["paths"][template]["get"]["responses"]["200"]["content"]
    reference: str = content["application/json"]["schema"]["$ref"]
    return reference


def _names(value: Any) -> Iterator[str]:
    """Yield the names of all properties in JSON."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _names(item)


def _check_contains(outputs: Any, sent: Any) -> None:
    """Check that outputs have everything that was sent; the order of lists has no meaning."""
    if isinstance(sent, dict):
        assert outputs.get("enabled", True)
        for name, value in sent.items():
            _check_contains(outputs[name], value)
    elif isinstance(sent, list) and sent and isinstance(sent[0], dict):
        for output, value in zip(outputs, sorted(sent, key=lambda one: str(one["type"])), strict=True):
            _check_contains(output, value)
    elif isinstance(sent, list):
        assert outputs == sorted(sent)
    else:
        assert outputs == sent
