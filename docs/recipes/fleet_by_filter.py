"""Look up all gateways that match filters, with one request."""

import pulumi

from pulumi_coreweave_gateway import GatewaysLookup

fleet = GatewaysLookup("fleet", zones=["US-EAST-04A"], statuses=["STATUS_READY"], name_pattern="prod*")

endpoints = fleet.gateways.apply(lambda gateways: {gateway.name: gateway.endpoint for gateway in gateways})
pulumi.export("endpoints", endpoints)
