"""A gateway's outputs, as states contain them and programs see them. Pure functions.

The names are public, because states contain them. No value is ever None or missing: the engine would treat it as
unknown, and show a change in every preview. What the API leaves out is ``""``, ``[]`` or ``False``, and each
configuration block has ``enabled``, which is whether the gateway has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..validation import endpoint_host

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..client.models import Gateway

_ROUTING = {"body": "body_based_routing", "header": "header_based_routing", "path": "path_based_routing"}
_AUTH = {"coreweave": "core_weave_auth", "wandb": "weights_and_biases_auth"}
_DEFAULT_DOMAIN = ".gw.cwinference.com"


def gateway_outputs(gateway: Gateway, *, include_timestamps: bool = True) -> dict[str, Any]:
    """Return all outputs of a gateway as plain values.

    Lists whose order has no meaning are sorted, so that another order in the API's response isn't a change.

    Args:
        gateway: The gateway as the client read it. A Weights & Biases key isn't part of it.
        include_timestamps: Whether to include the times of the last updates, which change when nothing else does;
            ``""`` otherwise.

    """
    from ..client.models import CONFIGURATIONS

    spec, status = gateway.spec, gateway.status
    blocks = {name: _block(getattr(spec, name), kind) for name, kind in CONFIGURATIONS.items()}
    endpoints = sorted(status.endpoints)
    endpoint = _default_endpoint(spec.id, endpoints, blocks["endpoint_configuration"]["additional_dns"])
    routing = _first_enabled(blocks, _ROUTING)
    return {
        "gateway_id": spec.id,
        "name": spec.name,
        "organization_id": spec.organization_id,
        "zones": sorted(spec.zones),
        "endpoints": endpoints,
        "endpoint": endpoint,
        "host": endpoint_host(endpoint),
        "openai_base_url": openai_base_url(endpoint, routing),
        "status": status.status,
        "ready": gateway.ready,
        "conditions": conditions_outputs(status.conditions, include_timestamps=include_timestamps),
        "created_at": status.created_at,
        "updated_at": status.updated_at if include_timestamps else "",
        "auth": _first_enabled(blocks, _AUTH),
        "routing": routing,
        **blocks,
    }


def conditions_outputs(conditions: Sequence[BaseModel], *, include_timestamps: bool) -> list[dict[str, Any]]:
    """Return the outputs of a status's conditions; see :func:`gateway_outputs`."""
    without = {} if include_timestamps else {"last_update_time": ""}
    return [{**dict(condition), **without} for condition in conditions]


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


def _block(value: BaseModel | None, kind: type[BaseModel]) -> dict[str, Any]:
    """Return the outputs of a configuration block, which has the same ones if the gateway doesn't have it."""
    fields = dict(value or kind())
    if value is None:
        fields = {name: type(default)() for name, default in fields.items()}
    return {
        "enabled": value is not None,
        **{name: sorted(field) if isinstance(field, tuple) else field for name, field in fields.items()},
    }


def _default_endpoint(gateway_id: str, endpoints: Sequence[str], additional_dns: Sequence[str]) -> str:
    """Return the endpoint to use: https before http; of several that are equally good, the first one in the list."""
    custom = {name.lower() for name in additional_dns}

    def rank(url: str) -> tuple[bool, bool, bool, bool]:
        host = endpoint_host(url)
        return (
            not url.lower().startswith("https:"),
            host != f"api.{gateway_id}{_DEFAULT_DOMAIN}",
            not host.endswith(_DEFAULT_DOMAIN),
            host in custom,
        )

    return min(filter(endpoint_host, endpoints), key=rank, default="")


def _first_enabled(blocks: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> str:
    return next((name for name, block in names.items() if blocks[block]["enabled"]), "")
