import pulumi

from pulumi_coreweave_gateway import GatewayLookup

gateway = GatewayLookup("gateway", gateway_name="production")

pulumi.export("endpoint", gateway.endpoint)
pulumi.export("status", gateway.status)
