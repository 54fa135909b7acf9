"""The ConfigMap with a gateway's URLs, under the names that OpenAI clients read."""

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMap
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from pulumi_coreweave_gateway import GatewayLookup, GatewayResult


def require_one_base_url(gateway: GatewayResult) -> None:
    """Refuse a gateway that has no single base URL for all its models.

    Raises:
        pulumi.RunError: the gateway routes by neither body nor header.

    """
    if gateway.routing not in ("body", "header"):
        raise pulumi.RunError(
            f"gateway {gateway.name} ({gateway.gateway_id}) has no single OpenAI base URL for all its models: "
            "use a gateway with body- or header-based routing"
        )


def gateway_settings(resource_name: str, gateway: GatewayLookup, *, namespace: str) -> ConfigMap:
    """Declare a ConfigMap with the gateway's endpoint and OpenAI base URL.

    It is immutable: a new endpoint makes a new ConfigMap with a new name, and so rolls out all that refer to it.
    """
    return ConfigMap(
        resource_name,
        metadata=ObjectMetaArgs(namespace=namespace),
        immutable=True,
        # Unknown in a preview while the gateway has no endpoint.
        data={"GATEWAY_ENDPOINT": gateway.endpoint, "OPENAI_BASE_URL": gateway.openai_base_url},
    )
