"""Look up one gateway, and export what other stacks and people want to know of it."""

import pulumi
from readme import readme

from pulumi_coreweave_gateway import GatewayLookup

config = pulumi.Config()

gateway = GatewayLookup("gateway", gateway_id=config.require("gatewayId"))

pulumi.export("endpoint", gateway.endpoint)
pulumi.export("endpoints", gateway.endpoints)
pulumi.export("status", gateway.status)
pulumi.export("ready", gateway.ready)
pulumi.export("zones", gateway.zones)
pulumi.export("openai_base_url", gateway.openai_base_url)
# Pulumi Cloud shows an output of this name as the stack's page.
pulumi.export("readme", readme(gateway))
