"""Check from outside, with a Datadog synthetic test, that a gateway lists its models."""

import pulumi
from pulumi_datadog import (
    SyntheticsTest,
    SyntheticsTestAssertionArgs,
    SyntheticsTestConfigVariableArgs,
    SyntheticsTestOptionsListArgs,
    SyntheticsTestRequestDefinitionArgs,
)

from pulumi_coreweave_gateway import GatewayLookup, get_gateway

config = pulumi.Config()
gateway_id = config.require("gatewayId")

# Checked before the wait: a gateway without one URL for all models doesn't get one by waiting.
if get_gateway(gateway_id).routing not in ("body", "header"):
    raise pulumi.RunError(
        f"gateway {gateway_id} has no URL that lists all its models: use body- or header-based routing"
    )

gateway = GatewayLookup("gateway", gateway_id=gateway_id, wait_for_ready=True)

# Unknown in a preview while the gateway has no endpoint.
url = gateway.openai_base_url.apply(lambda base_url: f"{base_url}/models")

SyntheticsTest(
    "models",
    name=gateway.name.apply(lambda name: f"Inference gateway {name} lists its models"),
    type="api",
    subtype="http",
    status="live",
    locations=config.require_object("locations"),
    message=config.require("message"),
    request_definition=SyntheticsTestRequestDefinitionArgs(method="GET", url=url),
    # Datadog inserts the token, so it never passes through this stack.
    request_headers={"Authorization": "Bearer {{ GATEWAY_TOKEN }}"},
    config_variables=[
        SyntheticsTestConfigVariableArgs(name="GATEWAY_TOKEN", type="global", id=config.require("tokenVariableId"))
    ],
    assertions=[SyntheticsTestAssertionArgs(type="statusCode", operator="is", target="200")],
    options_list=SyntheticsTestOptionsListArgs(tick_every=60),
)

pulumi.export("url", url)
