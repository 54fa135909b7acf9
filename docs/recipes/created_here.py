"""Look up a gateway that the same program creates."""

import pulumi
from inference_gateway import InferenceGateway

from pulumi_coreweave_gateway import GatewayLookup

created = InferenceGateway("prod")  # stands for the resource that creates your gateways
gateway = GatewayLookup("prod", gateway_id=created.id, wait_for_ready=True)

pulumi.export("base_url", gateway.openai_base_url)
