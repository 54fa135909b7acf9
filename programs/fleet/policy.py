"""The check: gateways that others rely on must serve."""

from collections.abc import Sequence

import pulumi

from pulumi_coreweave_gateway import GatewayResult


def require_ready(gateways: Sequence[GatewayResult], critical: Sequence[str]) -> list[GatewayResult]:
    """Return the gateways, if each critical one is there and serves.

    Raises:
        pulumi.RunError: some aren't; it names them all, on one line.

    """
    problems = [problem for name in critical if (problem := _problem(name, gateways))]
    if problems:
        raise pulumi.RunError(
            f"{len(problems)} of {len(critical)} critical gateways can't serve: {'; '.join(problems)}"
        )
    return list(gateways)


def _problem(name: str, gateways: Sequence[GatewayResult]) -> str:
    """Return what is wrong with the gateways of a name, "" if nothing is."""
    found = [gateway for gateway in gateways if gateway.name == name]
    if not found:
        return f"{name} is missing"
    # Names need not be unique: whoever relies on the name may mean any of them.
    return ", ".join(f"{name} ({gateway.gateway_id}) {_state(gateway)}" for gateway in found if not gateway.ready)


def _state(gateway: GatewayResult) -> str:
    return "has no endpoint yet" if gateway.status == "STATUS_READY" else f"is in {gateway.status}"
