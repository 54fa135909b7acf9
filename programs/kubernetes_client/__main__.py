"""Deploy an application on Kubernetes that talks to a CoreWeave inference gateway."""

import pulumi
from application import application
from gateway_settings import gateway_settings

from pulumi_coreweave_gateway import GatewayLookup

config = pulumi.Config()

# A preview shows the gateway as it is; `up` waits until it serves, so no application starts without an endpoint.
gateway = GatewayLookup("gateway", gateway_id=config.require("gatewayId"), wait_for_ready=True)

settings = gateway_settings("gateway", gateway, namespace=config.require("namespace"))
deployment = application(
    "application",
    image=config.require("image"),
    replicas=config.require_int("replicas"),
    namespace=config.require("namespace"),
    settings=settings,
    token_secret=config.require("tokenSecret"),
)

pulumi.export("gateway_status", gateway.status)
pulumi.export("settings", settings.data)
pulumi.export("deployment", deployment.metadata.name)
