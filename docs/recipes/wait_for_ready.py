"""A gateway that must serve before anything is built on it."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup, WaitForReady

gateway = GatewayLookup(
    "prod",
    gateway_name="prod",
    wait_for_ready=WaitForReady(timeout=15 * 60, poll_interval=2),  # True for 45 minutes, and a look every 5 seconds
)

pulumi.export("endpoint", gateway.endpoint)
