"""Look up gateways of two organizations."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup

here = GatewayLookup("chat", gateway_name="chat")
europe = GatewayLookup("chat-eu", gateway_name="chat", profile="eu")

pulumi.export("base_urls", {"here": here.openai_base_url, "europe": europe.openai_base_url})
