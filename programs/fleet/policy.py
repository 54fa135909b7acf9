"""The check that critical gateways serve."""

from collections.abc import Sequence

import pulumi

from pulumi_coreweave_gateway import GatewayResult


def require_serving(gateways: Sequence[GatewayResult], critical: Sequence[str]) -> list[GatewayResult]:
    """Return the gateways if every critical one serves.

    Args:
        gateways: all gateways.
        critical: the names of those that must serve. A name that several gateways share means all of them.

    Raises:
        pulumi.RunError: a critical gateway is missing or doesn't serve. The message names all of them.

    """
    problems = [problem for name in critical for problem in _problems(name, gateways)]
    if problems:
        raise pulumi.RunError(f"critical gateways don't serve: {'; '.join(problems)}")
    return list(gateways)


def _problems(name: str, gateways: Sequence[GatewayResult]) -> list[str]:
    named = [gateway for gateway in gateways if gateway.name == name]
    if not named:
        return [f"{name} is missing"]
    return [f"{name} ({gateway.gateway_id}) {reason}" for gateway in named if (reason := _reason(gateway))]


def _reason(gateway: GatewayResult) -> str:
    """Return why a gateway doesn't serve, "" if it does."""
    if gateway.ready:
        return ""
    # One in UPDATING may or may not serve: CoreWeave doesn't document it.
    return "has no endpoint" if gateway.status == "STATUS_READY" else f"is in {gateway.status}"
