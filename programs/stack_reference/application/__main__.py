"""An application team's stack: takes a gateway from the platform team's, and configures the application with it."""

import pulumi
from platform_gateways import platform_gateway

config = pulumi.Config()

stack = config.get("platformStack") or f"{pulumi.get_organization()}/coreweave-platform/{pulumi.get_stack()}"
gateway = platform_gateway(pulumi.StackReference(stack), config.require("gateway"))

# Whatever runs the application takes its environment from here: a container, a function, a virtual machine.
pulumi.export("environment", {"OPENAI_BASE_URL": gateway["openaiBaseUrl"]})
pulumi.export("zones", gateway["zones"])
