"""Look up the models that answer behind a gateway."""

import pulumi

from pulumi_coreweave_gateway import DeploymentsLookup, GatewayLookup

gateway = GatewayLookup("prod", gateway_name="prod")
behind = DeploymentsLookup("prod-models", gateway_id=gateway.id)

pulumi.export("models", behind.models)
pulumi.export("weights", behind.deployments.apply(lambda found: {one.name: one.weight for one in found}))
