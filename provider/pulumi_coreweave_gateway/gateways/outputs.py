"""A gateway's outputs, as states hold them, and as programs see those of a stack. Pure functions.

The names are public, because states hold them. No value is ever None or missing: the engine would treat it as
unknown, and show a change in every preview. What the API leaves out is ``""``, ``[]`` or ``False``, and each
configuration block has ``enabled``, which is whether the gateway has it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..validation import is_host

if TYPE_CHECKING:
    from ..client.models import Gateway

_ROUTING = {"body": "bodyBasedRouting", "header": "headerBasedRouting", "path": "pathBasedRouting"}
_AUTH = {"coreweave": "coreWeaveAuth", "wandb": "weightsAndBiasesAuth"}
_DEFAULT_DOMAIN = ".gw.cwinference.com"
_USABLE = re.compile(r"https?://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[\w./~-]*)?", re.ASCII)

_EMPTY: tuple[object, ...] = ("", [], False)
_NOT_CONFIGURED = {"enabled": False}


@functools.cache  # a fleet of 1,000 gateways needs 40,000 calls
def state_name(name: str) -> str:
    """Return an output's name in the state: the Python name in camelCase."""
    return re.sub("_(.)", lambda found: found[1].upper(), name)


def gateway_outputs(gateway: Gateway, *, include_timestamps: bool = True) -> dict[str, Any]:
    """Return all outputs of a gateway as plain values.

    Lists whose order has no meaning are sorted, so that another order in the API's response isn't a change.

    Args:
        gateway: The gateway as the client read it. A Weights & Biases key isn't part of it.
        include_timestamps: Whether to include the times of the last updates, which change when nothing else does.

    """
    outputs = _base_outputs(gateway, include_timestamps=include_timestamps)
    return {**outputs, **derived_outputs(outputs)}


def _base_outputs(gateway: Gateway, *, include_timestamps: bool) -> dict[str, Any]:
    """Return the outputs from which the others are derived."""
    spec, status = gateway.spec, gateway.status
    wandb, endpoint_configuration = spec.weights_and_biases_auth, spec.endpoint_configuration
    body, header = spec.body_based_routing, spec.header_based_routing
    outputs = {
        "gatewayId": spec.id,
        "name": spec.name,
        "organizationId": spec.organization_id,
        "zones": sorted(spec.zones),
        "endpoints": sorted(status.endpoints),
        "status": status.status,
        "conditions": [
            {
                "type": condition.type,
                "status": condition.status,
                "reason": condition.reason,
                "message": condition.message,
                "zone": condition.zone,
                "lastUpdateTime": condition.last_update_time if include_timestamps else "",
            }
            for condition in status.conditions
        ],
        "createdAt": status.created_at,
        "coreWeaveAuth": {"enabled": spec.core_weave_auth is not None},
        "weightsAndBiasesAuth": {
            "enabled": wandb is not None,
            "serverUrl": wandb.server_url if wandb else "",
            "enableUsageReports": wandb.enable_usage_reports if wandb else False,
            "enableRateLimiting": wandb.enable_rate_limiting if wandb else False,
            "apiKeySet": wandb.api_key_set if wandb else False,
        },
        "endpointConfiguration": {
            "enabled": endpoint_configuration is not None,
            "additionalDns": sorted(endpoint_configuration.additional_dns) if endpoint_configuration else [],
            "allowedSourceIpRanges": (
                sorted(endpoint_configuration.allowed_source_ip_ranges) if endpoint_configuration else []
            ),
            "edgeProxyMode": endpoint_configuration.edge_proxy_mode if endpoint_configuration else "",
        },
        "bodyBasedRouting": {"enabled": body is not None, "apiType": body.api_type if body else ""},
        "headerBasedRouting": {"enabled": header is not None, "headerName": header.header_name if header else ""},
        "pathBasedRouting": {"enabled": spec.path_based_routing is not None},
        "ready": gateway.ready,
    }
    if include_timestamps:
        outputs["updatedAt"] = status.updated_at
    return outputs


def derived_outputs(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the outputs that are derived from others."""
    endpoint = _default_endpoint(
        outputs["gatewayId"], outputs["endpoints"], outputs["endpointConfiguration"]["additionalDns"]
    )
    routing = _first_enabled(outputs, _ROUTING)
    return {
        "endpoint": endpoint,
        "host": _host(endpoint),
        "routing": routing,
        "auth": _first_enabled(outputs, _AUTH),
        "openaiBaseUrl": openai_base_url(endpoint, routing),
    }


def openai_base_url(endpoint: str, routing: str, model: str = "") -> str:
    """Return the base URL for OpenAI-compatible clients, or ``""`` if the gateway has none.

    Args:
        endpoint: The default endpoint, ``""`` if the gateway has none yet.
        routing: ``body``, ``header`` or ``path``; with any other routing there is no base URL.
        model: The model's name. With path-based routing it is part of the URL, and ``""`` means no URL.

    """
    if endpoint and routing in ("body", "header"):
        return f"{endpoint.rstrip('/')}/v1"
    if endpoint and routing == "path" and model:
        return f"{endpoint.rstrip('/')}/{quote(model, safe='')}/v1"
    return ""


def lookup_state(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs of a single lookup as the state holds them: without empty values in nested ones."""
    return {name: _without_empty(value) for name, value in outputs.items()}


def member_state(gateway: Gateway, *, include_timestamps: bool) -> dict[str, Any]:
    """Return one gateway of a fleet as the state holds it; the arguments are those of :func:`gateway_outputs`.

    Derived and empty outputs are left out, and the program adds them again. The engine copies a fleet's state from
    process to process, logs it and writes it, and with 1,000 gateways it is large.
    """
    outputs = _base_outputs(gateway, include_timestamps=include_timestamps)
    return {
        name: value for name, value in lookup_state(outputs).items() if value not in _EMPTY and value != _NOT_CONFIGURED
    }


def _without_empty(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name == "enabled" or item not in _EMPTY}
    return value


def _default_endpoint(gateway_id: str, endpoints: Sequence[str], additional_dns: Sequence[str]) -> str:
    """Return the endpoint to use: of several that are equally good, the first one in the sorted list."""
    custom = {name.lower() for name in additional_dns}

    def rank(url: str) -> tuple[bool, bool, bool]:
        host = _host(url)
        return (
            host != f"api.{gateway_id}{_DEFAULT_DOMAIN}",
            not host.endswith(_DEFAULT_DOMAIN),
            host in custom,
        )

    return min(filter(_host, endpoints), key=rank, default="")


def _host(url: str) -> str:
    """Return the host of a URL of the API, which may be any text, or ``""`` if it can't be connected to."""
    found = _USABLE.fullmatch(url)
    host = found["host"].strip("[]").lower() if found else ""
    return host if is_host(host) else ""


def _first_enabled(outputs: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return next((name for name, output in names.items() if outputs[output]["enabled"]), "")
