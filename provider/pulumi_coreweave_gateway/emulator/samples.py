"""Realistic gateways, for tests that don't depend on every field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CREATED_AT = "2025-01-31T08:00:00.123456Z"
_READY_AT = "2025-01-31T08:04:31.654321Z"

_ROUTING: Mapping[str, Mapping[str, Any]] = {
    "body": {"bodyBasedRouting": {"apiType": "API_TYPE_OPENAI"}},
    "header": {"headerBasedRouting": {"headerName": "X-Model"}},
    "path": {"pathBasedRouting": {}},
}


def sample_gateway(
    gateway_id: str,
    *,
    name: str = "gateway",
    ready: bool = True,
    zone: str = "US-EAST-04A",
    routing: Literal["body", "header", "path"] = "body",
    additional_dns: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a gateway as on the wire.

    Args:
        gateway_id: its UUID.
        name: its name.
        ready: READY with endpoints; otherwise CREATING, without any.
        zone: its zone.
        routing: how it finds the model that a request is for.
        additional_dns: further DNS names of its endpoint.

    """
    spec: dict[str, Any] = {
        "id": gateway_id,
        "name": name,
        "zones": [zone],
        "coreWeaveAuth": {},
        "organizationId": "org-7f3a",
        **_ROUTING[routing],
    }
    if additional_dns:
        spec["endpointConfiguration"] = {"additionalDns": list(additional_dns)}
    changed_at = _READY_AT if ready else _CREATED_AT
    condition = {
        "type": "Ready",
        "lastUpdateTime": changed_at,
        "reason": "Ready" if ready else "Provisioning",
        "message": "the gateway accepts requests" if ready else "the gateway's load balancer is being provisioned",
        "zone": zone,
        "status": "True" if ready else "False",
    }
    status: dict[str, Any] = {
        "createdAt": _CREATED_AT,
        "updatedAt": changed_at,
        "conditions": [condition],
        "status": "STATUS_READY" if ready else "STATUS_CREATING",
    }
    if ready:
        status["endpoints"] = [
            f"https://api.{gateway_id}.gw.cwinference.com",
            *(f"https://{dns}" for dns in additional_dns),
        ]
    return {"spec": spec, "status": status}
