"""The typed values of a lookup's outputs.

Every class is a dictionary as well, under the property names of the state (camelCase), so that a value can be
exported or handed to another resource as it is. No field is ever missing: an engine takes a missing output for
an unknown one and would show it as a change in every preview. What the API leaves out is ``""``, ``[]`` or
``False`` here, and a configuration block says by ``enabled`` whether the gateway has it.
"""

from typing import Any

import pulumi


class _Values(dict[str, Any]):
    """A dictionary whose keys are the names of the state; the SDK's own choice would be Python's."""

    def _translate_property(self, prop: str) -> str:
        return prop


@pulumi.output_type
class Condition(_Values):
    """One condition of a gateway's status, in the manner of Kubernetes conditions."""

    type: str = pulumi.property("type")
    """What the condition is about, such as ``Ready``."""
    status: str = pulumi.property("status")
    """``True``, ``False`` or ``Unknown``."""
    reason: str = pulumi.property("reason")
    """Why the condition last changed, one word for machines."""
    message: str = pulumi.property("message")
    """The same for people."""
    zone: str = pulumi.property("zone")
    """The zone that the condition is about, ``""`` where it is about the whole gateway."""
    last_update_time: str = pulumi.property("lastUpdateTime")
    """When it last changed: RFC 3339 in UTC, or ``""``."""


@pulumi.output_type
class CoreWeaveAuth(_Values):
    """Whether requests are checked against CoreWeave IAM."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway is configured so."""


@pulumi.output_type
class WeightsAndBiasesAuth(_Values):
    """Whether, and how, requests are checked against Weights & Biases."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway is configured so."""
    server_url: str = pulumi.property("serverUrl")
    """The W&B server, ``""`` for the shared one."""
    enable_usage_reports: bool = pulumi.property("enableUsageReports")
    """Whether usage is reported to W&B."""
    enable_rate_limiting: bool = pulumi.property("enableRateLimiting")
    """Whether W&B limits the rate of requests."""
    api_key_set: bool = pulumi.property("apiKeySet")
    """Whether the API answered a W&B key; the key itself is dropped as soon as it is read."""


@pulumi.output_type
class EndpointConfiguration(_Values):
    """How the gateway's endpoint is reached."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway has such a configuration."""
    additional_dns: list[str] = pulumi.property("additionalDns")
    """Further DNS names that its owner points at the endpoint."""


@pulumi.output_type
class BodyBasedRouting(_Values):
    """Routing by the model's name in the body of a request."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway routes so."""
    api_type: str = pulumi.property("apiType")
    """Where the name stands, such as ``API_TYPE_OPENAI``."""


@pulumi.output_type
class HeaderBasedRouting(_Values):
    """Routing by a header that holds the model's name."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway routes so."""
    header_name: str = pulumi.property("headerName")
    """The header's name."""


@pulumi.output_type
class PathBasedRouting(_Values):
    """Routing by the first segment of a request's path."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway routes so."""


@pulumi.output_type
class GatewayResult(_Values):
    """A gateway as a plain value: what :func:`get_gateway` answers, and a member of a fleet."""

    gateway_id: str = pulumi.property("gatewayId")
    """The gateway's UUID."""
    name: str = pulumi.property("name")
    """Its human-readable name."""
    organization_id: str = pulumi.property("organizationId")
    """The id of the organization that owns it."""
    zones: list[str] = pulumi.property("zones")
    """The availability zones that it is deployed in (one, today)."""
    endpoints: list[str] = pulumi.property("endpoints")
    """Its endpoint URLs, each with its scheme; empty until it has one."""
    status: str = pulumi.property("status")
    """Its status, such as ``STATUS_READY``; one that is not known yet passes through."""
    conditions: list[Condition] = pulumi.property("conditions")
    """The conditions behind the status, sorted by type, then zone."""
    core_weave_auth: CoreWeaveAuth = pulumi.property("coreWeaveAuth")
    """Whether requests are checked against CoreWeave IAM."""
    weights_and_biases_auth: WeightsAndBiasesAuth = pulumi.property("weightsAndBiasesAuth")
    """Whether, and how, requests are checked against Weights & Biases."""
    endpoint_configuration: EndpointConfiguration = pulumi.property("endpointConfiguration")
    """How its endpoint is reached."""
    body_based_routing: BodyBasedRouting = pulumi.property("bodyBasedRouting")
    """Routing by the model's name in the body of a request."""
    header_based_routing: HeaderBasedRouting = pulumi.property("headerBasedRouting")
    """Routing by a header that holds the model's name."""
    path_based_routing: PathBasedRouting = pulumi.property("pathBasedRouting")
    """Routing by the first segment of a request's path."""
    ready: bool = pulumi.property("ready")
    """Whether it serves: its status is ``STATUS_READY`` and it has an endpoint."""

    def __init__(self, **outputs: Any) -> None:
        super().__init__()
        for name, value in outputs.items():
            pulumi.set(self, name, value)

    @property
    @pulumi.getter(name="createdAt")
    def created_at(self) -> str | None:
        """When it was created: RFC 3339 in UTC, or None where the API leaves it out."""
        return pulumi.get(self, "created_at") or None

    @property
    @pulumi.getter(name="updatedAt")
    def updated_at(self) -> str | None:
        """When it was last updated: RFC 3339 in UTC, or None where the API leaves it out."""
        return pulumi.get(self, "updated_at") or None

    @property
    @pulumi.getter(name="endpoint")
    def endpoint(self) -> str | None:
        """The default endpoint, ``https://…``, or None until there is one."""
        return pulumi.get(self, "endpoint") or None

    @property
    @pulumi.getter(name="openaiBaseUrl")
    def openai_base_url(self) -> str | None:
        """The base URL for OpenAI-compatible clients; see :attr:`GatewayLookup.openai_base_url`."""
        return pulumi.get(self, "openai_base_url") or None


@pulumi.output_type
class GatewaysResult(_Values):
    """Several gateways: what :func:`get_gateways` answers."""

    gateways: list[GatewayResult] = pulumi.property("gateways")
    """In the order asked, each once; without ids sorted by id."""

    @property
    def by_id(self) -> dict[str, GatewayResult]:
        """The same, by the gateway's id."""
        return {gateway.gateway_id: gateway for gateway in self.gateways}

    @property
    def endpoints(self) -> dict[str, list[str]]:
        """Each gateway's endpoint URLs, by its id."""
        return {gateway.gateway_id: gateway.endpoints for gateway in self.gateways}
