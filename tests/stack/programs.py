"""A program that several stack tests run."""

ONE_LOOKUP = """
    import pulumi
    from pulumi_coreweave_gateway import GatewayLookup

    gateway = GatewayLookup("prod", gateway_id=pulumi.Config().require("gatewayId"))
    for name in ("endpoint", "endpoints", "status", "ready", "zones", "openai_base_url", "conditions", "created_at"):
        pulumi.export(name, getattr(gateway, name))
    pulumi.export("routing", gateway.body_based_routing)
    pulumi.export("api_type", gateway.body_based_routing.api_type)
"""
