"""Programs that several stack tests run."""

ONE_LOOKUP = """
    import pulumi
    from pulumi_coreweave_gateway import GatewayLookup

    gateway = GatewayLookup("prod", gateway_id=pulumi.Config().require("gatewayId"))
    for name in ("endpoint", "endpoints", "status", "ready", "zones", "openai_base_url", "conditions", "created_at"):
        pulumi.export(name, getattr(gateway, name))
    pulumi.export("routing", gateway.body_based_routing)
    pulumi.export("api_type", gateway.body_based_routing.api_type)
"""

MAKER = """
    import pulumi
    from pulumi.dynamic import CreateResult, Resource, ResourceProvider

    class Provider(ResourceProvider):
        def create(self, props):
            return CreateResult(props["gateway"], props)

    class Maker(Resource):
        gateway: pulumi.Output[str]

        def __init__(self, name, gateway, opts=None):
            super().__init__(Provider(), name, {"gateway": gateway}, opts)
"""
"""A resource that creates a gateway in the same program; its ID is the gateway's."""
