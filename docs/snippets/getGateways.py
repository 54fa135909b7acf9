import pulumi

from pulumi_coreweave_gateway import GatewaysLookup

fleet = GatewaysLookup("fleet", zones=["US-EAST-04A"], name_pattern="prod-*")

pulumi.export("endpoints", fleet.endpoints)
