"""Export the configuration of a LiteLLM proxy that routes to all models of an organization."""

import pulumi
from litellm_config import litellm_config
from routes import Routes, find_routes

from pulumi_coreweave_gateway import DeploymentsLookup, GatewayResult, GatewaysLookup

fleet = GatewaysLookup("fleet")
models = DeploymentsLookup("models")


def routes_to(gateways: list[GatewayResult]) -> pulumi.Output[Routes]:
    """Return the routes to the models behind gateways."""
    return models.deployments.apply(lambda deployments: find_routes(gateways, deployments))


found: pulumi.Output[Routes] = fleet.gateways.apply(routes_to)

pulumi.export("litellm_config", found.apply(lambda routes: litellm_config(routes.routes)))
pulumi.export("left_out", found.apply(lambda routes: routes.left_out))
