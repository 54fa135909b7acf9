import pulumi

from pulumi_coreweave_gateway import DeploymentsLookup

deployments = DeploymentsLookup("models", gateway_id=pulumi.Config().require("gatewayId"))

pulumi.export("models", deployments.models)
