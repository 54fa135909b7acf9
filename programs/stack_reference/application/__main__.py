"""Configure an application with a gateway of the platform team's stack."""

import pulumi
from platform_gateways import platform_gateway

config = pulumi.Config()

stack = config.get("platformStack") or f"{pulumi.get_organization()}/coreweave-platform/{pulumi.get_stack()}"
gateway = platform_gateway(pulumi.StackReference(stack), config.require("gateway"))

# The environment for the container, function or virtual machine that runs the application.
pulumi.export("environment", {"OPENAI_BASE_URL": gateway["openai_base_url"]})
pulumi.export("zones", gateway["zones"])
