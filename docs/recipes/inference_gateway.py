"""A stand-in for a resource that creates a gateway: its ID comes from the stack configuration."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class _Provider(ResourceProvider):
    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(props["gatewayId"], props)


class InferenceGateway(Resource):
    """A gateway that this program creates."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_Provider(), resource_name, {"gatewayId": pulumi.Config().require("gatewayId")}, opts)
