"""Look up gateways by name, with one request for all names."""

import pulumi

from pulumi_coreweave_gateway import GatewayLookup

gateways = [GatewayLookup(name, gateway_name=name) for name in ("prod", "staging")]

pulumi.export("ids", [gateway.id for gateway in gateways])
