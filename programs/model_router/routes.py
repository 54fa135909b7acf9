"""The routes to the models of all gateways, independent of the router."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pulumi

from pulumi_coreweave_gateway import GatewayResult


@dataclass(frozen=True)
class Route:
    """One model at one gateway.

    Attributes:
        name: the name that clients of the router request.
        model: the name that the gateway knows; ``*`` for any.
        base_url: the base URL for OpenAI-compatible clients.
        headers: headers to send to the gateway.

    """

    name: str
    model: str
    base_url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Routes:
    """All routes, and the reason for each gateway that has none."""

    routes: list[Route]
    left_out: dict[str, str]


def find_routes(gateways: Sequence[GatewayResult], models: Iterable[str]) -> Routes:
    """Return the routes to all gateways that serve.

    Args:
        gateways: all gateways.
        models: models to route by their own names, each as ``GATEWAY/MODEL``. The router balances a model at several
            gateways between them. A gateway without any is routed as ``GATEWAY/*``.

    Raises:
        pulumi.RunError: a model has no gateway's name in front of it.

    """
    by_gateway: dict[str, list[str]] = {}
    for entry in models:
        name, slash, model = entry.partition("/")
        if not (name and slash and model):
            raise pulumi.RunError(f"invalid entry {entry!r} in the configuration value models: use GATEWAY/MODEL")
        by_gateway.setdefault(name, []).append(model)

    routes: list[Route] = []
    left_out = dict.fromkeys(by_gateway.keys() - {gateway.name for gateway in gateways}, "there is no such gateway")
    for gateway in sorted(gateways, key=lambda gateway: (gateway.name, gateway.gateway_id)):
        named = by_gateway.get(gateway.name, [])
        # An update doesn't interrupt a gateway that already serves.
        if not gateway.endpoint or gateway.status not in ("STATUS_READY", "STATUS_UPDATING"):
            left_out[gateway.name] = f"it doesn't serve ({gateway.status})"
        elif not gateway.routing:
            left_out[gateway.name] = "it routes in a way that this program doesn't know"
        elif named:
            routes += [_route(gateway, model) for model in named]
        elif gateway.routing == "body":
            routes.append(Route(f"{gateway.name}/*", "*", gateway.openai_base_url))
        else:
            left_out[gateway.name] = f"it routes by {gateway.routing}: name its models in the configuration"
    return Routes(routes, left_out)


def _route(gateway: GatewayResult, model: str) -> Route:
    headers = {gateway.header_based_routing.header_name: model} if gateway.routing == "header" else {}
    return Route(model, model, gateway.base_url_for(model), headers)
