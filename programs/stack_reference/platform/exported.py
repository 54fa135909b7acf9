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
        # Both are "" until there is one.
        "endpoint": gateway.endpoint,
        "openai_base_url": gateway.openai_base_url,
    }
