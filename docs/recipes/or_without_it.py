"""A gateway that may be there or not: what a lookup raises can be caught where it is a function."""

import pulumi

from pulumi_coreweave_gateway import NameNotFoundError, get_gateway

try:
    gateway = get_gateway(gateway_name="canary")
except NameNotFoundError:
    gateway = get_gateway(gateway_name="prod")

pulumi.export("used", gateway.name)
