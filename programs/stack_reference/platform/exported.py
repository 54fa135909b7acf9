"""What the platform promises to applications of a gateway: these fields, and no others."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup


def exported(gateway: GatewayLookup) -> dict[str, pulumi.Output[object]]:
    """Return a gateway's fields, as applications find them."""
    return {
        "id": gateway.id,
        "status": gateway.status,
        "ready": gateway.ready,
        "zones": gateway.zones,
        # "" until there is one: an output that is None is none at all.
        "endpoint": gateway.endpoint.apply(lambda url: url or ""),
        "openaiBaseUrl": gateway.openai_base_url.apply(lambda url: url or ""),
    }
