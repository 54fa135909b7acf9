"""Deploy an application on Kubernetes that uses a gateway."""

import pulumi
from application import application
from gateway_settings import gateway_settings, require_one_base_url

from pulumi_coreweave_gateway import GatewayLookup, get_gateway

config = pulumi.Config()
gateway_id = config.require("gatewayId")
namespace = config.require("namespace")

# Checked before the wait: a gateway that the application can't use doesn't become usable by waiting.
require_one_base_url(get_gateway(gateway_id))

# `up` waits until it is READY: no application starts without an endpoint.
gateway = GatewayLookup("gateway", gateway_id=gateway_id, wait_for_ready=True)

settings = gateway_settings("gateway", gateway, namespace=namespace)
deployment = application(
    "application",
    image=config.require("image"),
    replicas=config.require_int("replicas"),
    namespace=namespace,
    settings=settings,
    token_secret=config.require("tokenSecret"),
)

pulumi.export("gateway_status", gateway.status)
pulumi.export("settings", settings.data)
pulumi.export("deployment", deployment.metadata.name)
