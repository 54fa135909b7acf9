"""A deployment's outputs, as states contain them and programs see them; the rules are those of a gateway's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..gateways.outputs import conditions_outputs

if TYPE_CHECKING:
    from ..client.deployment_models import Deployment


def deployments_outputs(deployments: Iterable[Deployment], *, include_timestamps: bool = True) -> dict[str, Any]:
    """Return all outputs of a lookup of deployments; see :func:`deployment_outputs`."""
    outputs = [deployment_outputs(each, include_timestamps=include_timestamps) for each in deployments]
    return {"deployments": outputs, "models": answering_models(outputs), "ready": all_ready(outputs)}


def deployment_outputs(deployment: Deployment, *, include_timestamps: bool = True) -> dict[str, Any]:
    """Return all outputs of a deployment as plain values; see :func:`.gateway_outputs`."""
    spec, status = deployment.spec, deployment.status
    return {
        "deployment_id": spec.id,
        "name": spec.name,
        "organization_id": spec.organization_id,
        "gateway_ids": sorted(set(spec.gateway_ids)),
        "model": spec.model.name,
        "weight": spec.traffic.weight,
        "disabled": spec.disabled,
        "status": status.status,
        "ready": deployment.ready,
        "engine": spec.runtime.engine,
        "engine_version": spec.runtime.version,
        "instance_type": spec.resources.instance_type,
        "gpu_count": spec.resources.gpu_count,
        "min_replicas": spec.autoscaling.min,
        "max_replicas": spec.autoscaling.max,
        "conditions": conditions_outputs(status.conditions, include_timestamps=include_timestamps),
        "created_at": status.created_at,
        "updated_at": status.updated_at if include_timestamps else "",
    }


def answering_models(deployments: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of the models that answer, sorted, of deployments' outputs."""
    return sorted({deployment["model"] for deployment in deployments if deployment["ready"]})


def all_ready(deployments: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether at least one deployment isn't disabled, and all of those are ready."""
    enabled = [deployment["ready"] for deployment in deployments if not deployment["disabled"]]
    return bool(enabled) and all(enabled)
