"""The gateways' names by zone and status."""

from collections.abc import Sequence

from pulumi_coreweave_gateway import GatewayResult


def by_zone_and_status(gateways: Sequence[GatewayResult]) -> dict[str, dict[str, list[str]]]:
    """Return the gateways' names by zone, then by status. A gateway in several zones is in each of them."""
    names: dict[str, dict[str, list[str]]] = {}
    for gateway in sorted(gateways, key=lambda gateway: (gateway.name, gateway.gateway_id)):
        for zone in gateway.zones or ["no zone"]:
            names.setdefault(zone, {}).setdefault(gateway.status, []).append(gateway.name)
    return names
