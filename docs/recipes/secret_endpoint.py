"""Encrypt a gateway's endpoint in the state."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup

gateway = GatewayLookup(
    "prod",
    gateway_name="prod",
    require_ready=True,
    opts=pulumi.ResourceOptions(additional_secret_outputs=["endpoint"]),
)

pulumi.export("endpoint", gateway.endpoint)
