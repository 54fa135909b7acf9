"""Use a gateway's values inside a component."""

import pulumi

from pulumi_coreweave_gateway import get_gateway_output


class Chat(pulumi.ComponentResource):
    """A chat service that uses a gateway."""

    def __init__(self, name: str, *, gateway_id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("shop:index:Chat", name, {}, opts)
        gateway = get_gateway_output(gateway_id, require_ready=True)
        self.base_url = gateway.apply(lambda found: found.openai_base_url)
        self.zones = gateway.apply(lambda found: found.zones)
        self.register_outputs({"base_url": self.base_url, "zones": self.zones})


chat = Chat("chat", gateway_id=pulumi.Config().require("gatewayId"))

pulumi.export("base_url", chat.base_url)
