"""Wait until a model answers."""

import pulumi

from pulumi_coreweave_gateway import DeploymentsLookup, GatewayLookup

MODEL = "meta-llama/Llama-3.1-8B"

gateway = GatewayLookup("prod", gateway_name="prod")
llama = DeploymentsLookup("llama", gateway_id=gateway.id, model=MODEL, wait_for_ready=True)

# Known once the model answers, and so is whatever uses it.
base_url = pulumi.Output.all(gateway.base_url_for(MODEL), llama.ready).apply(lambda both: both[0])
pulumi.export("base_url", base_url)
