"""The stack's page: a table of all gateways, in Markdown."""

import re
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
    texts = (gateway.name, ", ".join(gateway.zones), gateway.status)
    # An endpoint is a URL without special characters, and becomes a link.
    cells = (*map(_escape, texts), gateway.endpoint)
    return f"| {' | '.join(cell or 'none' for cell in cells)} |"


def _escape(text: str) -> str:
    """Return text without any Markdown or HTML: a gateway's name could otherwise add links or images to the page."""
    return re.sub(r"[^\w\s,-]|(?<![^\W_])_|_(?![^\W_])", lambda mark: f"&#{ord(mark[0])};", " ".join(text.split()))
