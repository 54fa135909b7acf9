"""Use one gateway, or another if it doesn't exist."""

import pulumi

from pulumi_coreweave_gateway import NotFoundError, get_gateway

try:
    gateway = get_gateway(gateway_name="canary")
except NotFoundError:
    gateway = get_gateway(gateway_name="prod")

pulumi.export("used", gateway.name)
