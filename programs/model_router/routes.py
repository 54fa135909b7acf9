"""The routes to the models of all gateways, independent of the router."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi

from pulumi_coreweave_gateway import DeploymentResult, GatewayResult


@dataclass(frozen=True)
class Route:
    """One model at one gateway.

    Attributes:
        model: the name that clients request, of the router and of the gateway.
        base_url: the base URL for OpenAI-compatible clients.
        headers: headers to send to the gateway.

    """

    model: str
    base_url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Routes:
    """All routes, and the reason for each gateway, or model at a gateway, that has none."""

    routes: list[Route]
    left_out: dict[str, str]


def find_routes(gateways: Sequence[GatewayResult], deployments: Sequence[DeploymentResult]) -> Routes:
    """Return the routes to all models that answer. The router balances a model between the gateways that have it.

    Args:
        gateways: all gateways.
        deployments: all deployments.

    Raises:
        pulumi.RunError: no model answers.

    """
    routes: list[Route] = []
    left_out: dict[str, str] = {}
    for gateway in sorted(gateways, key=lambda gateway: (gateway.name, gateway.gateway_id)):
        behind = [deployment for deployment in deployments if gateway.gateway_id in deployment.gateway_ids]
        reason = _why_not(gateway) or ("" if behind else "it has no deployments")
        if reason:
            left_out[gateway.name] = reason
            continue
        answering = {deployment.model for deployment in behind if not _why_no_route(deployment)}
        routes += [_route(gateway, model) for model in sorted(answering)]
        for deployment in behind:
            if deployment.model not in answering:
                left_out[f"{gateway.name}/{deployment.model}"] = _why_no_route(deployment)
    if not routes:
        raise pulumi.RunError(f"no model answers: {left_out}")
    return Routes(routes, left_out)


def _why_not(gateway: GatewayResult) -> str:
    """Return why a gateway gets no routes, "" if it does."""
    if not gateway.ready:  # no documentation says that a gateway goes on serving in UPDATING
        return f"it isn't ready ({gateway.status})"
    return "" if gateway.routing else "it routes in a way that this program doesn't know"


def _why_no_route(deployment: DeploymentResult) -> str:
    """Return why a deployment's model gets no route, "" if it does."""
    if deployment.model.startswith("os.environ/") or "*" in deployment.model:
        # LiteLLM would publish one of the router's own environment variables, or route other models there.
        return "its name has another meaning in LiteLLM's configuration"
    if deployment.disabled:
        return "it is disabled"
    # CoreWeave documents that a deployment's previous revision serves while a new one rolls out.
    answers = deployment.ready or deployment.status == "STATUS_UPDATING"
    return "" if answers else f"it isn't ready ({deployment.status})"


def _route(gateway: GatewayResult, model: str) -> Route:
    headers = {gateway.header_based_routing.header_name: model} if gateway.routing == "header" else {}
    return Route(model, gateway.base_url_for(model), headers)
