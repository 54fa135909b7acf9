"""Wait until a gateway is READY."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup, WaitForReady

gateway = GatewayLookup(
    "prod",
    gateway_name="prod",
    wait_for_ready=WaitForReady(timeout=15 * 60, poll_interval=2),  # seconds; True means 45 minutes and 5 seconds
)

pulumi.export("endpoint", gateway.endpoint)
