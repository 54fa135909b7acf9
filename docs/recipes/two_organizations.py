"""Look up gateways of two organizations."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup

here = GatewayLookup("prod", gateway_name="prod", require_ready=True)
europe = GatewayLookup("prod-eu", gateway_name="prod", require_ready=True, profile="eu")

pulumi.export("base_urls", {"here": here.openai_base_url, "europe": europe.openai_base_url})
