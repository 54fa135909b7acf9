"""Programs that call the provider plugin as generated SDKs do."""

CALLS = """
    import pulumi

    class Provider(pulumi.ProviderResource):
        def __init__(self, name, **settings):
            super().__init__("coreweave-gateway", name, settings)

    def call(function, provider=None, depends_on=None, **arguments):
        options = pulumi.InvokeOutputOptions(provider=provider, depends_on=depends_on)
        return pulumi.runtime.invoke_output(f"coreweave-gateway:index:{function}", arguments, options)

    config = pulumi.Config()
"""

ONE_GATEWAY = (
    CALLS
    + """
    gateway = call("getGateway", gatewayId=config.require("gatewayId"))
    pulumi.export("gateway", gateway)
    pulumi.export("endpoint", gateway.apply(lambda found: found["endpoint"]))
"""
)
