"""Export the configuration of a LiteLLM proxy that routes to all gateways of an organization."""

import pulumi
from litellm_config import litellm_config
from routes import find_routes

from pulumi_coreweave_gateway import GatewaysLookup

models: list[str] = pulumi.Config().require_object("models")

fleet = GatewaysLookup("fleet")
found = fleet.gateways.apply(lambda gateways: find_routes(gateways, models))

pulumi.export("litellm_config", found.apply(lambda routes: litellm_config(routes.routes)))
pulumi.export("left_out", found.apply(lambda routes: routes.left_out))
