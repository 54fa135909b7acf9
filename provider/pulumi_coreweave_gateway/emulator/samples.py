"""Realistic gateways, for tests that don't depend on every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Literal

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
    """Return a gateway in the API's JSON form.

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
        status["endpoints"] = _endpoints(spec)
    return {"spec": spec, "status": status}


def change_to_ready(gateway: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch by which a gateway becomes READY: with endpoints, and all of its conditions true."""
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    done = {"status": "True", "reason": "Ready", "message": "", "lastUpdateTime": now}
    conditions = (gateway.get("status") or {}).get("conditions") or []
    status = {
        "status": "STATUS_READY",
        "endpoints": _endpoints(gateway["spec"]),
        "updatedAt": now,
        "conditions": [{**condition, **done} for condition in conditions],
    }
    return {"status": status}


def _endpoints(spec: Mapping[str, Any]) -> list[str]:
    additional_dns = (spec.get("endpointConfiguration") or {}).get("additionalDns") or []
    return [f"https://{host}" for host in (f"api.{spec['id']}.gw.cwinference.com", *additional_dns)]
