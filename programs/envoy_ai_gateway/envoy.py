"""The custom resources of Envoy Gateway and Envoy AI Gateway."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from pulumi_coreweave_gateway import GatewayResult

_ENVOY_GATEWAY, _ENVOY_AI_GATEWAY = "gateway.envoyproxy.io", "aigateway.envoyproxy.io"
_MAX_RULES = 15
"""How many rules an ``AIGatewayRoute`` may have."""


def backend(gateway: GatewayResult, *, namespace: str) -> None:
    """Declare a gateway's host as a backend that Envoy reaches over TLS."""
    name = _kubernetes_name(gateway.name)
    endpoints = [{"fqdn": {"hostname": gateway.host, "port": 443}}]
    _resource(f"{_ENVOY_GATEWAY}/v1alpha1", "Backend", name, namespace, {"endpoints": endpoints})
    tls = {
        "targetRefs": [{"group": _ENVOY_GATEWAY, "kind": "Backend", "name": name}],
        "validation": {"wellKnownCACertificates": "System", "hostname": gateway.host},
    }
    _resource("gateway.networking.k8s.io/v1", "BackendTLSPolicy", name, namespace, tls)


def model_backend(gateway: GatewayResult, model: str, *, namespace: str, token_secret: str) -> None:
    """Declare a gateway's model, requested the way the gateway routes and with the token from a Secret."""
    name = _kubernetes_name(gateway.name, model)
    header = gateway.header_based_routing.header_name
    service = {
        "schema": {"name": "OpenAI", "prefix": urlsplit(gateway.base_url_for(model)).path},
        "headerMutation": {"set": [{"name": header, "value": model}] if header else []},
        "backendRef": {"group": _ENVOY_GATEWAY, "kind": "Backend", "name": _kubernetes_name(gateway.name)},
    }
    _resource(f"{_ENVOY_AI_GATEWAY}/v1beta1", "AIServiceBackend", name, namespace, service)
    token = {
        "targetRefs": [{"group": _ENVOY_AI_GATEWAY, "kind": "AIServiceBackend", "name": name}],
        "type": "APIKey",
        "apiKey": {"secretRef": {"name": token_secret}},
    }
    _resource(f"{_ENVOY_AI_GATEWAY}/v1beta1", "BackendSecurityPolicy", name, namespace, token)


def routes(name: str, gateways_of: Mapping[str, Sequence[str]], *, namespace: str, envoy_gateway: str) -> None:
    """Declare the routes from each model to the gateways that serve it, as many objects as are needed."""
    rules = [
        {
            "matches": [{"headers": [{"type": "Exact", "name": "x-ai-eg-model", "value": model}]}],
            "backendRefs": [{"name": _kubernetes_name(gateway_name, model)} for gateway_name in gateway_names],
        }
        for model, gateway_names in gateways_of.items()
    ]
    parent = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": envoy_gateway}
    for start in range(0, len(rules), _MAX_RULES):
        spec = {"parentRefs": [parent], "rules": rules[start : start + _MAX_RULES]}
        suffix = f"-{start // _MAX_RULES + 1}" if start else ""
        _resource(f"{_ENVOY_AI_GATEWAY}/v1beta1", "AIGatewayRoute", f"{name}{suffix}", namespace, spec)


def _resource(api_version: str, kind: str, name: str, namespace: str, spec: dict[str, Any]) -> None:
    metadata = ObjectMetaArgs(name=name, namespace=namespace)
    CustomResource(f"{name}-{kind}", api_version=api_version, kind=kind, metadata=metadata, spec=spec)


def _kubernetes_name(*parts: str) -> str:
    """Return a name that Kubernetes accepts."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")
