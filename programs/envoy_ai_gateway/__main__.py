"""Route the requests of an Envoy AI Gateway to CoreWeave inference gateways, by model."""

import pulumi
from envoy import backend, model_backend, route

from pulumi_coreweave_gateway import GatewayLookup

config = pulumi.Config()
namespace = config.require("namespace")

gateways_of: dict[str, list[str]] = {}  # by model
for entry in config.require_object("models"):
    gateway_name, slash, model = entry.partition("/")
    if not (gateway_name and slash and model):
        raise pulumi.RunError(f"invalid entry {entry!r} in the configuration value models: use GATEWAY/MODEL")
    gateways_of.setdefault(model, []).append(gateway_name)

lookups: dict[str, GatewayLookup] = {}
for gateway_name in sorted({name for names in gateways_of.values() for name in names}):
    lookups[gateway_name] = GatewayLookup(gateway_name, gateway_name=gateway_name, wait_for_ready=True)
    backend(gateway_name, lookups[gateway_name], namespace=namespace)

for model, gateway_names in gateways_of.items():
    for name in gateway_names:
        model_backend(name, lookups[name], model, namespace=namespace, token_secret=config.require("tokenSecret"))

route("models", gateways_of, namespace=namespace, envoy_gateway=config.require("envoyGateway"))

pulumi.export("models", sorted(gateways_of))
