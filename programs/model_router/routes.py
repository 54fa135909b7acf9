"""Which model is reached at which gateway, and how; nothing here knows the router."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi_coreweave_gateway import GatewayResult


@dataclass(frozen=True)
class Route:
    """One model at one gateway.

    Attributes:
        model_name: what clients of the router ask for.
        model: what the gateway is asked for.
        base_url: where it is asked, for OpenAI-compatible clients.
        headers: what it is asked with, besides.

    """

    model_name: str
    model: str
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Routes:
    """All routes, and why there is none to some gateways."""

    routes: list[Route]
    left_out: dict[str, str]


def routes(gateways: Sequence[GatewayResult], models: Mapping[str, Sequence[str]]) -> Routes:
    """Return the routes to the gateways that serve.

    Args:
        gateways: all gateways.
        models: the models that a gateway serves, by its name. A model at several gateways is a route to each, between
            which the router balances; a gateway without models is reached as ``NAME/MODEL``, whatever the model.

    """
    found: list[Route] = []
    left_out = {name: "there is no such gateway" for name in models if name not in {one.name for one in gateways}}
    for gateway in sorted(gateways, key=lambda one: (one.name, one.gateway_id)):
        named = models.get(gateway.name, ())
        if why := _unreachable(gateway, named):
            left_out[gateway.name] = why
        elif named:
            found += [_route(gateway, model) for model in named]
        else:
            found.append(Route(f"{gateway.name}/*", "*", gateway.openai_base_url or ""))
    return Routes(found, left_out)


def _unreachable(gateway: GatewayResult, models: Sequence[str]) -> str:
    """Return why no route leads to a gateway, "" if one does."""
    if not gateway.ready:
        return f"it does not serve ({gateway.status})"
    if not models and not gateway.body_based_routing.enabled:
        return "it finds a model by the request's path or header: name its models in the configuration"
    return ""


def _route(gateway: GatewayResult, model: str) -> Route:
    if gateway.path_based_routing.enabled:
        return Route(model, model, f"{gateway.endpoint}/{model}/v1")
    headers = {gateway.header_based_routing.header_name: model} if gateway.header_based_routing.enabled else {}
    return Route(model, model, gateway.openai_base_url or "", headers)
