"""Use one gateway, or another if it doesn't exist."""

import pulumi

from pulumi_coreweave_gateway import NameNotFoundError, get_gateway

try:
    gateway = get_gateway(gateway_name="canary")
except NameNotFoundError:
    gateway = get_gateway(gateway_name="prod")

pulumi.export("used", gateway.name)
