"""Realistic gateways and deployments, for tests that don't depend on every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .resources import endpoints

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
        status["endpoints"] = endpoints(spec)
    return {"spec": spec, "status": status}


def sample_deployment(
    deployment_id: str,
    *,
    name: str,
    model: str,
    gateway_ids: Sequence[str],
    ready: bool = True,
) -> dict[str, Any]:
    """Return a deployment in the API's JSON form; the arguments are those of :meth:`.Emulator.add_deployment`."""
    changed_at = _READY_AT if ready else _CREATED_AT
    condition = {"lastUpdateTime": changed_at, "reason": "Ready" if ready else "Progressing"}
    spec = {
        "id": deployment_id,
        "name": name,
        "organizationId": ORGANIZATION,
        "gatewayIds": list(gateway_ids),
        "model": {"name": model, "bucket": "models", "path": name},
        "runtime": {"engine": "vllm", "version": "0.11.0"},
        "resources": {"instanceType": "gd-8xh100ib-i128", "gpuCount": 1},
        "autoscaling": {"min": 1, "max": 2, "concurrency": 16, "capacityClasses": ["CAPACITY_CLASS_ON_DEMAND"]},
        "traffic": {"weight": 100},
    }
    status = {
        "status": "STATUS_READY" if ready else "STATUS_CREATING",
        "createdAt": _CREATED_AT,
        "updatedAt": changed_at,
        "conditions": [
            {"type": "Ready", "status": "True" if ready else "False", **condition},
            {"type": "ResourcesApplied", "status": "True", **condition},
        ],
    }
    return {"spec": spec, "status": status}
