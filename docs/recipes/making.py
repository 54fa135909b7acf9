"""A stand-in for a resource that makes a gateway: it makes none, and answers an id from the stack's configuration."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class _Provider(ResourceProvider):
    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(props["gatewayId"], props)


class InferenceGateway(Resource):
    """A gateway, as far as this program is concerned."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_Provider(), resource_name, {"gatewayId": pulumi.Config().require("gatewayId")}, opts)
