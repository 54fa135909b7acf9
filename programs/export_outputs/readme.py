"""The stack's page: a table of the gateway's outputs, in Markdown."""

from typing import Any

import pulumi

from pulumi_coreweave_gateway import GatewayLookup


def readme(gateway: GatewayLookup) -> pulumi.Output[str]:
    """Return the page, known as soon as the gateway is."""
    return pulumi.Output.all(
        name=gateway.name,
        id=gateway.id,
        status=gateway.status,
        ready=gateway.ready,
        zones=gateway.zones,
        endpoints=gateway.endpoints,
        openai_base_url=gateway.openai_base_url,
    ).apply(_page)


def _page(values: dict[str, Any]) -> str:
    rows = {
        "Id": _code(values["id"]),
        "Status": _code(values["status"]),
        "Ready": "yes" if values["ready"] else "no",
        "Zones": _listed(values["zones"]),
        "Endpoints": _listed(values["endpoints"]),
        "OpenAI base URL": _listed([values["openai_base_url"]] if values["openai_base_url"] else []),
    }
    lines = [f"# Gateway {_plain(values['name'])}", "", "| | |", "|---|---|"]
    lines += [f"| {label} | {value} |" for label, value in rows.items()]
    return "\n".join(lines) + "\n"


def _listed(values: list[str]) -> str:
    return ", ".join(_code(value) for value in values) or "none"


def _code(text: str) -> str:
    return f"`{_plain(text)}`"


def _plain(text: str) -> str:
    """Keep what the API answers from breaking the table."""
    return " ".join(text.replace("`", "'").replace("|", r"\|").split())
