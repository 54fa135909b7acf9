"""The contract between the platform and its applications."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup


def exported(gateway: GatewayLookup) -> dict[str, pulumi.Output[object]]:
    """Return the fields of a gateway that applications may rely on."""
    return {
        "id": gateway.id,
        "status": gateway.status,
        "ready": gateway.ready,
        "zones": gateway.zones,
        # "" until there is one: the engine drops outputs that are None.
        "endpoint": gateway.endpoint.apply(lambda url: url or ""),
        "openaiBaseUrl": gateway.openai_base_url.apply(lambda url: url or ""),
    }
