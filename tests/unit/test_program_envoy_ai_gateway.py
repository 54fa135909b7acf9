"""The program ``envoy_ai_gateway``: the custom resources that it declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import mock_deployment, mock_gateway
from tests.unit.programs import needs_sdk, run_program

pytestmark = needs_sdk("pulumi_kubernetes")


def _specs(
    deployments: Iterable[Mapping[str, Any]], *gateways: Mapping[str, Any]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the specs of the resources, by kind and by name in the cluster."""
    config = {"namespace": "ai", "envoyGateway": "clients", "tokenSecret": "token"}
    resources = run_program("envoy_ai_gateway", config, gateways, deployments=deployments).resources.values()
    assert {inputs["metadata"]["namespace"] for inputs in resources} == {"ai"}
    return {(inputs["kind"], inputs["metadata"]["name"]): inputs["spec"] for inputs in resources}


def _at(model: str, *gateways: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return mock_deployment(model, gateway_ids=[gateway["spec"]["id"] for gateway in gateways], **more)


def test_gateway_is_a_backend_over_tls() -> None:
    """Envoy reaches a gateway's host over TLS, checks its certificate, and takes the token from the Secret."""
    gateway = mock_gateway("prod")
    host = f"api.{gateway['spec']['id']}.gw.cwinference.com"
    specs = _specs([_at("llama", gateway)], gateway)
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
    gateway = mock_gateway("prod", routing=routing)
    specs = _specs([_at("meta-llama/Llama-3.1-8B", gateway)], gateway)
    assert specs["AIServiceBackend", "prod-meta-llama-llama-3-1-8b"] == {
        "schema": {"name": "OpenAI", "prefix": prefix},
        "headerMutation": {"set": headers},
        "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "prod"},
    }


def test_model_at_two_gateways_is_one_rule() -> None:
    """Each model that answers has one rule, with a backend for each READY gateway that serves it."""
    a, b = mock_gateway("a"), mock_gateway("b")
    updating = mock_gateway("c", status={"status": "STATUS_UPDATING"})
    deployments = [
        _at("one", a, b, updating),
        _at("two", b, status={"status": "STATUS_UPDATING"}),
        _at("two", b, name="two-more"),
        _at("loading", b, ready=False),
        _at("off", b, spec={"disabled": True}),
        _at("elsewhere", updating),
    ]
    specs = _specs(deployments, a, b, updating)
    assert {name for kind, name in specs if kind == "Backend"} == {"a", "b"}
    route = specs["AIGatewayRoute", "models"]
    assert route["parentRefs"] == [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "clients"}]
    assert _backends(route) == {"one": ["a-one", "b-one"], "two": ["b-two"]}


def test_many_models_are_several_routes() -> None:
    """An ``AIGatewayRoute`` has 15 rules at most."""
    gateway = mock_gateway("a")
    specs = _specs([_at(f"m{number:02}", gateway) for number in range(17)], gateway)
    assert [len(_backends(specs["AIGatewayRoute", name])) for name in ("models", "models-2")] == [15, 2]


def test_no_model_is_an_error() -> None:
    """Without a model that answers, the program fails instead of removing all routes."""
    gateway = mock_gateway("a")
    with pytest.raises(pulumi.RunError, match=r"^no model of a READY gateway answers: "):
        _specs([_at("llama", gateway, ready=False)], gateway)


def _backends(route: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the names of the backends of each model of a route."""
    return {
        rule["matches"][0]["headers"][0]["value"]: [backend["name"] for backend in rule["backendRefs"]]
        for rule in route["rules"]
    }
