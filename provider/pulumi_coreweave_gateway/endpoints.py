"""What follows from a gateway's endpoints: the default one, and the base URL for OpenAI-compatible clients."""

from __future__ import annotations

from collections.abc import Sequence


def default_endpoint(gateway_id: str, endpoints: Sequence[str]) -> str | None:
    """Return the endpoint that the gateway's id makes, else the first; None if there is none.

    Args:
        gateway_id: the gateway's UUID.
        endpoints: its endpoint URLs, each with its scheme. A custom DNS name may be listed first.

    """
    made = f"https://api.{gateway_id}.gw.cwinference.com"
    return next((url for url in endpoints if url.rstrip("/") == made), endpoints[0] if endpoints else None)


def openai_base_url(endpoint: str | None, *, body_or_header_based: bool) -> str | None:
    """Return the base URL for OpenAI-compatible clients; None without an endpoint, or with path-based routing alone.

    Args:
        endpoint: the default endpoint.
        body_or_header_based: whether the gateway routes by the body or by a header.

    """
    return f"{endpoint.rstrip('/')}/v1" if endpoint and body_or_header_based else None
