"""A program as a user has it."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup

gateway = GatewayLookup("prod", gateway_name="prod", wait_for_ready=True)
pulumi.export("base_url", gateway.openai_base_url)
