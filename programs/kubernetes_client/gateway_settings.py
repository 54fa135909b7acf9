"""A gateway as a ConfigMap: what an OpenAI client reads from its environment."""

from typing import Any

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMap
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from pulumi_coreweave_gateway import GatewayLookup, GatewayResult


def require_one_base_url(gateway: GatewayResult) -> None:
    """Refuse a gateway with no one base URL for all models, whether it serves yet or not.

    Raises:
        pulumi.RunError: it routes by neither body nor header.

    """
    if gateway.body_based_routing.enabled or gateway.header_based_routing.enabled:
        return
    how = "by path" if gateway.path_based_routing.enabled else "neither by body nor by header"
    raise pulumi.RunError(
        f"gateway {gateway.gateway_id} routes {how}, and so has no one base URL for OpenAI clients: "
        "use ENDPOINT/MODEL/v1, or a gateway that routes by body or header"
    )


def gateway_settings(resource_name: str, gateway: GatewayLookup, *, namespace: str) -> ConfigMap:
    """Return a ConfigMap with the gateway's endpoint and its base URL for OpenAI-compatible clients.

    It is immutable: a new endpoint is a new ConfigMap with a new name, and so a rollout of all that refer to it.
    """
    return ConfigMap(
        resource_name,
        metadata=ObjectMetaArgs(namespace=namespace),
        immutable=True,
        data=pulumi.Output.all(
            endpoint=gateway.endpoint,
            openai_base_url=gateway.openai_base_url,
        ).apply(_data),
    )


def _data(known: dict[str, Any]) -> dict[str, str]:
    # In a preview the gateway may have no endpoint yet; `up` waits until it does.
    data = {"GATEWAY_ENDPOINT": known["endpoint"], "OPENAI_BASE_URL": known["openai_base_url"]}
    return {key: value for key, value in data.items() if value}
