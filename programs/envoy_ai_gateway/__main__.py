"""Route the requests of an Envoy AI Gateway to all models of CoreWeave inference gateways that answer."""

import pulumi
from envoy import backend, model_backend, routes

from pulumi_coreweave_gateway import get_deployments, get_gateways

config = pulumi.Config()
namespace = config.require("namespace")

# Functions and not lookups: the program needs the models at once, because they decide which resources there are.
gateways = {gateway.gateway_id: gateway for gateway in get_gateways() if gateway.ready}

names_of: dict[str, list[str]] = {}  # the names of a model's gateways
for deployment in get_deployments():
    # CoreWeave documents that a deployment's previous revision serves while a new one rolls out.
    if deployment.ready or (deployment.status == "STATUS_UPDATING" and not deployment.disabled):
        names = names_of.setdefault(deployment.model, [])
        names += [gateways[one].name for one in deployment.gateway_ids if one in gateways]
gateways_of = {model: sorted(set(names)) for model, names in names_of.items() if names}
if not gateways_of:
    raise pulumi.RunError("no model of a READY gateway answers: run this program again when one does")

for gateway in gateways.values():
    models = [model for model, names in gateways_of.items() if gateway.name in names]
    if models:
        backend(gateway, namespace=namespace)
    for model in models:
        model_backend(gateway, model, namespace=namespace, token_secret=config.require("tokenSecret"))

routes("models", gateways_of, namespace=namespace, envoy_gateway=config.require("envoyGateway"))

pulumi.export("models", gateways_of)
