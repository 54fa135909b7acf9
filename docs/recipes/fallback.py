"""Use one gateway, or another if it doesn't exist or isn't ready."""

import pulumi

from pulumi_coreweave_gateway import NotFoundError, NotReadyError, get_gateway

try:
    gateway = get_gateway(gateway_name="canary", require_ready=True)
except (NotFoundError, NotReadyError):
    gateway = get_gateway(gateway_name="prod", require_ready=True)

pulumi.export("used", gateway.name)
