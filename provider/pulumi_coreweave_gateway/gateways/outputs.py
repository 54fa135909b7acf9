"""From a gateway, as the API describes it, to the outputs that the state holds: a pure function.

The names are public: states, and programs in other languages that read a stack's outputs, hold them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..client.models import Gateway

OUTPUT_NAMES = {
    "gateway_id": "gatewayId",
    "profile": "profile",
    "name": "name",
    "organization_id": "organizationId",
    "zones": "zones",
    "endpoints": "endpoints",
    "status": "status",
    "conditions": "conditions",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
    "core_weave_auth": "coreWeaveAuth",
    "weights_and_biases_auth": "weightsAndBiasesAuth",
    "endpoint_configuration": "endpointConfiguration",
    "body_based_routing": "bodyBasedRouting",
    "header_based_routing": "headerBasedRouting",
    "path_based_routing": "pathBasedRouting",
    "ready": "ready",
    "endpoint": "endpoint",
    "openai_base_url": "openaiBaseUrl",
}
"""Each output's name in Python, and its name in the state and in what the engine prints."""

STATE_NAMES = {state: python for python, state in OUTPUT_NAMES.items()}
"""The same, the other way round."""


def gateway_outputs(gateway: Gateway) -> dict[str, Any]:
    """Return all that a program may know of a gateway, under the names of the state.

    Args:
        gateway: the gateway as the client read it.

    Returns:
        Plain values only (str, bool, list, dict), none of them ``None``: see :mod:`.results` for why. The key
        of a Weights & Biases configuration is not among them.

    """
    spec, status = gateway.spec, gateway.status
    wandb, endpoint_configuration = spec.weights_and_biases_auth, spec.endpoint_configuration
    body, header = spec.body_based_routing, spec.header_based_routing
    return {
        "gatewayId": spec.id,
        "name": spec.name,
        "organizationId": spec.organization_id,
        "zones": list(spec.zones),
        "endpoints": list(status.endpoints),
        "status": status.status,
        "conditions": [
            {
                "type": condition.type,
                "status": condition.status,
                "reason": condition.reason,
                "message": condition.message,
                "zone": condition.zone,
                "lastUpdateTime": condition.last_update_time,
            }
            for condition in status.conditions
        ],
        "createdAt": status.created_at,
        "updatedAt": status.updated_at,
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
            "additionalDns": list(endpoint_configuration.additional_dns) if endpoint_configuration else [],
        },
        "bodyBasedRouting": {"enabled": body is not None, "apiType": body.api_type if body else ""},
        "headerBasedRouting": {
            "enabled": header is not None,
            "headerName": header.header_name if header else "",
        },
        "pathBasedRouting": {"enabled": spec.path_based_routing is not None},
        "ready": gateway.ready,
        "endpoint": gateway.endpoint or "",
        "openaiBaseUrl": gateway.openai_base_url or "",
    }
