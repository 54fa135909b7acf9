"""The typed values of a lookup's outputs.

Every class is a dictionary as well, under the property names of the state (camelCase), so that a value can be
exported or handed to another resource as it is. No field is ever missing: what the API, or the state, leaves out is
``""``, ``[]`` or ``False`` here, and a configuration block says by ``enabled`` whether the gateway has it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar, get_origin

import pulumi

from ..endpoints import default_endpoint, openai_base_url


class _Values(dict[str, Any]):
    """A dictionary whose keys are the names of the state; the SDK's own choice would be Python's."""

    _empty: ClassVar[dict[str, tuple[str, Callable[[], Any]]]] = {}

    def _translate_property(self, prop: str) -> str:
        return prop

    def _fill(self, values: Mapping[str, Any]) -> None:
        for name, (key, empty) in self._empty.items():
            value = values.get(name)
            self[key] = empty() if value is None else value


_V = TypeVar("_V", bound=_Values)


def _filled(cls: type[_V]) -> type[_V]:
    """Make a class of values an output type which puts the empty value of its type wherever one is missing."""
    cls._empty = {name: (_state_name(name), _empty_value(kind)) for name, kind in cls.__annotations__.items()}

    def init(self: _V, **values: Any) -> None:
        dict.__init__(self)
        self._fill(values)

    if "__init__" not in cls.__dict__:
        cls.__init__ = init  # type: ignore[assignment,method-assign]
    return pulumi.output_type(cls)


def _state_name(name: str) -> str:
    return re.sub("_(.)", lambda found: found[1].upper(), name)


def _empty_value(kind: Any) -> Callable[[], Any]:
    made: Callable[[], Any] = list if get_origin(kind) is list else kind
    return made  # str() is "", bool() is False, and a block of configuration says that it isn't enabled


@_filled
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


@_filled
class CoreWeaveAuth(_Values):
    """Whether requests are checked against CoreWeave IAM."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway is configured so."""


@_filled
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


@_filled
class EndpointConfiguration(_Values):
    """How the gateway's endpoint is reached."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway has such a configuration."""
    additional_dns: list[str] = pulumi.property("additionalDns")
    """Further DNS names that its owner points at the endpoint."""


@_filled
class BodyBasedRouting(_Values):
    """Routing by the model's name in the body of a request."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway routes so."""
    api_type: str = pulumi.property("apiType")
    """Where the name stands, such as ``API_TYPE_OPENAI``."""


@_filled
class HeaderBasedRouting(_Values):
    """Routing by a header that holds the model's name."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway routes so."""
    header_name: str = pulumi.property("headerName")
    """The header's name."""


@_filled
class PathBasedRouting(_Values):
    """Routing by the first segment of a request's path."""

    enabled: bool = pulumi.property("enabled")
    """Whether the gateway routes so."""


@_filled
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
        self._fill(outputs)
        for name in ("created_at", "updated_at"):
            self[_state_name(name)] = outputs.get(name) or ""
        endpoint = default_endpoint(self.gateway_id, self.endpoints)
        routed = self.body_based_routing.enabled or self.header_based_routing.enabled
        self["endpoint"] = endpoint or ""
        self["openaiBaseUrl"] = openai_base_url(endpoint, body_or_header_based=routed) or ""

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


@_filled
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
