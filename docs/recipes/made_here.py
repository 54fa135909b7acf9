"""A gateway that this very program makes: its id is known in `up` only, and so the lookup is left to `up`."""

import pulumi
from making import InferenceGateway

from pulumi_coreweave_gateway import GatewayLookup

made = InferenceGateway("prod")  # stands for whatever makes gateways at your place
gateway = GatewayLookup("prod", gateway_id=made.id, wait_for_ready=True)

pulumi.export("base_url", gateway.openai_base_url)
