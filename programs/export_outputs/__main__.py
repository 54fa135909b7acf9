"""Look up one gateway, and export its values."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup

gateway = GatewayLookup("gateway", gateway_id=pulumi.Config().require("gatewayId"))

pulumi.export("endpoint", gateway.endpoint)
pulumi.export("endpoints", gateway.endpoints)
pulumi.export("openai_base_url", gateway.openai_base_url)
pulumi.export("status", gateway.status)
pulumi.export("ready", gateway.ready)
pulumi.export("zones", gateway.zones)
