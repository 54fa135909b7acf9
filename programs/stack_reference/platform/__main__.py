"""Look up gateways, and export the fields that applications may rely on."""

import pulumi
from exported import exported

from pulumi_coreweave_gateway import GatewayLookup

names: list[str] = pulumi.Config().require_object("gateways")

pulumi.export("gateways", {name: exported(GatewayLookup(name, gateway_name=name)) for name in names})
