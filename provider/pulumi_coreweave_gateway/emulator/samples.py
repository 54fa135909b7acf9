"""Realistic gateways and deployments, for tests that don't depend on every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Literal

from .resources import GATEWAYS, Resource

ORGANIZATION = "org-7f3a"

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
    """Return a gateway in the API's JSON form; the arguments are those of :meth:`.Emulator.add`."""
    spec: dict[str, Any] = {
        "id": gateway_id,
        "name": name,
        "zones": [zone],
        "coreWeaveAuth": {},
        "organizationId": ORGANIZATION,
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


def sample_deployment(
    deployment_id: str,
    *,
    name: str,
    model: str,
    gateway_ids: Sequence[str],
    ready: bool = True,
    disabled: bool = False,
    weight: int = 100,
) -> dict[str, Any]:
    """Return a deployment in the API's JSON form; the arguments are those of :meth:`.Emulator.add_deployment`."""
    serves = ready and not disabled
    changed_at = _READY_AT if serves else _CREATED_AT
    condition = {"lastUpdateTime": changed_at, "reason": "Ready" if serves else "Progressing"}
    spec: dict[str, Any] = {
        "id": deployment_id,
        "name": name,
        "organizationId": ORGANIZATION,
        "gatewayIds": list(gateway_ids),
        "model": {"name": model, "bucket": "models", "path": name},
        "runtime": {"engine": "vllm", "version": "0.11.0"},
        "resources": {"instanceType": "gd-8xh100ib-i128", "gpuCount": 1},
        "autoscaling": {"min": 1, "max": 2, "concurrency": 16, "capacityClasses": ["CAPACITY_CLASS_ON_DEMAND"]},
        "traffic": {"weight": weight},
    }
    if disabled:
        spec["disabled"] = True
    status = {
        "status": "STATUS_READY" if serves else "STATUS_CREATING",
        "createdAt": _CREATED_AT,
        "updatedAt": changed_at,
        "conditions": [
            {"type": "Ready", "status": "True" if serves else "False", **condition},
            {"type": "ResourcesApplied", "status": "False" if disabled else "True", **condition},
        ],
    }
    return {"spec": spec, "status": status}


def change_to_ready(resource: Resource) -> dict[str, Any]:
    """Return the merge patch that makes a resource READY: its conditions are true, and a gateway has endpoints."""
    value = resource.value
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    done = {"status": "True", "reason": "Ready", "message": "", "lastUpdateTime": now}
    conditions = [{**condition, **done} for condition in (value.get("status") or {}).get("conditions") or []]
    status: dict[str, Any] = {"status": "STATUS_READY", "updatedAt": now, "conditions": conditions}
    if resource.kind == GATEWAYS:
        status["endpoints"] = _endpoints(value["spec"])
    return {"status": status}


def _endpoints(spec: Mapping[str, Any]) -> list[str]:
    additional_dns = (spec.get("endpointConfiguration") or {}).get("additionalDns") or []
    return [f"https://{host}" for host in (f"api.{spec['id']}.gw.cwinference.com", *additional_dns)]
