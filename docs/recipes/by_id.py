"""Look up one gateway by its ID."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup

gateway = GatewayLookup("prod", gateway_id=pulumi.Config().require("gatewayId"), require_ready=True)

pulumi.export("base_url", gateway.openai_base_url)
pulumi.export("zones", gateway.zones)
