"""The program ``envoy_ai_gateway``: the custom resources that it declares."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import mock_gateway
from tests.unit.programs import needs_sdk, run_program

pytestmark = needs_sdk("pulumi_kubernetes")


def _specs(models: list[str], *gateways: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """Return the specs of the resources, by kind and by name in the cluster."""
    config = {"models": json.dumps(models), "namespace": "ai", "envoyGateway": "clients", "tokenSecret": "token"}
    resources = run_program("envoy_ai_gateway", config, gateways).resources.values()
    assert {inputs["metadata"]["namespace"] for inputs in resources} == {"ai"}
    return {(inputs["kind"], inputs["metadata"]["name"]): inputs["spec"] for inputs in resources}


def test_gateway_is_a_backend_over_tls() -> None:
    """Envoy reaches a gateway's host over TLS, checks its certificate, and takes the token from the Secret."""
    gateway = mock_gateway("prod")
    host = f"api.{gateway['spec']['id']}.gw.cwinference.com"
    specs = _specs(["prod/llama"], gateway)
    assert specs["Backend", "prod"] == {"endpoints": [{"fqdn": {"hostname": host, "port": 443}}]}
    assert specs["BackendTLSPolicy", "prod"]["validation"] == {"wellKnownCACertificates": "System", "hostname": host}
    assert specs["BackendSecurityPolicy", "prod-llama"] == {
        "targetRefs": [{"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": "prod-llama"}],
        "type": "APIKey",
        "apiKey": {"secretRef": {"name": "token"}},
    }


@pytest.mark.parametrize(
    ("routing", "prefix", "headers"),
    [
        ("body", "/v1", []),
        ("header", "/v1", [{"name": "X-Model", "value": "meta-llama/Llama-3.1-8B"}]),
        ("path", "/meta-llama%2FLlama-3.1-8B/v1", []),
    ],
)
def test_model_is_requested_as_the_gateway_routes(routing: Any, prefix: str, headers: list[Any]) -> None:
    """A model is requested by the body, by the gateway's header, or by a path with its URL-encoded name."""
    specs = _specs(["prod/meta-llama/Llama-3.1-8B"], mock_gateway("prod", routing=routing))
    assert specs["AIServiceBackend", "prod-meta-llama-llama-3-1-8b"] == {
        "schema": {"name": "OpenAI", "prefix": prefix},
        "headerMutation": {"set": headers},
        "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "prod"},
    }


def test_model_at_two_gateways_is_one_rule() -> None:
    """Each model has one rule, with a backend for each gateway that serves it."""
    specs = _specs(["a/one", "b/one", "b/two"], mock_gateway("a"), mock_gateway("b"))
    route = specs["AIGatewayRoute", "models"]
    assert route["parentRefs"] == [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "clients"}]
    assert {
        rule["matches"][0]["headers"][0]["value"]: [backend["name"] for backend in rule["backendRefs"]]
        for rule in route["rules"]
    } == {"one": ["a-one", "b-one"], "two": ["b-two"]}


def test_model_without_gateway_is_rejected() -> None:
    """An entry that isn't GATEWAY/MODEL ends the program with a one-line error that shows the form."""
    with pytest.raises(pulumi.RunError, match=r"invalid entry 'llama' in the configuration value models: use"):
        _specs(["llama"], mock_gateway("prod"))
