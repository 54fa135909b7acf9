"""The stack's page: a table of all gateways, in Markdown."""

from collections.abc import Sequence

from pulumi_coreweave_gateway import GatewayResult


def readme(gateways: Sequence[GatewayResult]) -> str:
    """Return the page."""
    ready = sum(gateway.ready for gateway in gateways)
    lines = [
        "# Inference gateways",
        "",
        f"{ready} of {len(gateways)} are ready.",
        "",
        "| Gateway | Zones | Status | Endpoint |",
        "|---|---|---|---|",
    ]
    ordered = sorted(gateways, key=lambda gateway: (gateway.zones, gateway.name, gateway.gateway_id))
    return "\n".join([*lines, *map(_row, ordered)]) + "\n"


def _row(gateway: GatewayResult) -> str:
    cells = (gateway.name, ", ".join(gateway.zones), gateway.status, gateway.endpoint)
    return f"| {' | '.join(_escape(cell) or 'none' for cell in cells)} |"


def _escape(text: str) -> str:
    """Return text that doesn't break the table."""
    return " ".join(text.replace("|", r"\|").split())
