"""A gateway as the API describes it: typed, immutable, every default filled in.

proto3 JSON omits fields at their default, and null counts as omitted; unknown fields are ignored. A field of the wrong
type breaks the contract, and is never read as an empty value. Source of the schema: CoreWeave's published page of
``GET /v1alpha1/inference/gateways/{id}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from ..errors import InvalidArgumentError, InvalidResponseError
from ..messages import quote_for_message
from ..validation import validated_gateway_id
from .wire_types import (
    ApiTypeName,
    ConditionStatusName,
    EdgeProxyModeName,
    Endpoints,
    Flag,
    FromList,
    GatewayStatusName,
    Text,
    Texts,
    Timestamp,
)

READY = "STATUS_READY"

_T = TypeVar("_T")


class _Wire(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        frozen=True,
        # Build each part's validator once, within the gateway's.
        defer_build=True,
        extra="ignore",
        # A wrong value may be a secret.
        hide_input_in_errors=True,
        validate_by_alias=True,
        validate_by_name=False,
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if isinstance(value, dict) and None in value.values():
            return {key: item for key, item in value.items() if item is not None}
        return value


class CoreWeaveAuth(_Wire):
    """CoreWeave IAM authentication, enabled by its presence."""


class WeightsAndBiasesAuth(_Wire):
    """Weights & Biases authentication. The API key is dropped while parsing."""

    server_url: Text = ""
    enable_usage_reports: Flag = False
    enable_rate_limiting: Flag = False
    api_key_set: Flag = False

    @model_validator(mode="before")
    @classmethod
    def _drop_key(cls, value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: item for key, item in value.items() if key not in {"apiKey", "apiKeySet"}}
            return {**kept, "apiKeySet": bool(value.get("apiKey"))}
        return value


class EndpointConfiguration(_Wire):
    """Further DNS names of the gateway's endpoint, and how requests reach it."""

    additional_dns: Texts = ()
    allowed_source_ip_ranges: Texts = ()
    edge_proxy_mode: EdgeProxyModeName = "EDGE_PROXY_MODE_UNSPECIFIED"


class BodyBasedRouting(_Wire):
    """Routing by the model's name in the body of a request."""

    api_type: ApiTypeName = "API_TYPE_UNSPECIFIED"


class HeaderBasedRouting(_Wire):
    """Routing by the model's name in a header."""

    header_name: Text = ""


class PathBasedRouting(_Wire):
    """Routing by the model's name as the first segment of the path, enabled by its presence."""


class Condition(_Wire):
    """One condition behind the status, as in Kubernetes."""

    type: Text = ""
    status: ConditionStatusName = "Unknown"
    reason: Text = ""
    message: Text = ""
    zone: Text = ""
    last_update_time: Timestamp = ""


def _in_order(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Sort by type, then zone, then the rest: the API guarantees no order, and another order is no change."""
    return tuple(sorted(conditions, key=lambda item: (item.type, item.zone, *vars(item).values())))


def _canonical(gateway_id: str) -> str:
    try:
        return validated_gateway_id(gateway_id)
    except InvalidArgumentError:
        raise ValueError("expected a UUID") from None


CONFIGURATIONS: Mapping[str, type[_Wire]] = MappingProxyType(
    {
        "core_weave_auth": CoreWeaveAuth,
        "weights_and_biases_auth": WeightsAndBiasesAuth,
        "endpoint_configuration": EndpointConfiguration,
        "body_based_routing": BodyBasedRouting,
        "header_based_routing": HeaderBasedRouting,
        "path_based_routing": PathBasedRouting,
    }
)
"""The model of each configuration block of a gateway's spec, which is absent if the gateway doesn't have it."""


class GatewaySpec(_Wire):
    """The specification of a gateway."""

    id: Annotated[Text, AfterValidator(_canonical)]
    name: Text = ""
    organization_id: Text = ""
    zones: Texts = ()
    core_weave_auth: CoreWeaveAuth | None = None
    weights_and_biases_auth: WeightsAndBiasesAuth | None = None
    endpoint_configuration: EndpointConfiguration | None = None
    body_based_routing: BodyBasedRouting | None = None
    header_based_routing: HeaderBasedRouting | None = None
    path_based_routing: PathBasedRouting | None = None


class GatewayStatus(_Wire):
    """The status of a gateway."""

    status: GatewayStatusName = "STATUS_UNSPECIFIED"
    endpoints: Endpoints = ()
    conditions: Annotated[tuple[Condition, ...], FromList, AfterValidator(_in_order)] = ()
    created_at: Timestamp = ""
    updated_at: Timestamp = ""


class Gateway(_Wire):
    """A gateway: its spec and its status."""

    spec: GatewaySpec
    status: GatewayStatus = GatewayStatus()

    @property
    def ready(self) -> bool:
        """Whether it accepts requests: ``STATUS_READY``, and at least one endpoint."""
        return self.status.status == READY and bool(self.status.endpoints)


@dataclass(frozen=True)
class Unreadable:
    """An item of a list that breaks the API's contract, with what can be read of it.

    Attributes:
        id: The gateway's UUID in lower case, ``""`` if it can't be read; likewise the others.
        name: The name.
        status: The status.
        zones: The zones.
        error: The error of reading it.

    """

    id: str
    name: str
    status: str
    zones: tuple[str, ...]
    error: InvalidResponseError


@dataclass(frozen=True)
class Listing(Generic[_T]):
    """All items of a list.

    Attributes:
        items: Those that could be read, sorted by ID.
        unreadable: The others.

    """

    items: tuple[_T, ...]
    unreadable: tuple[Unreadable, ...] = ()


def parse_gateway(value: object, subject: str = "gateway") -> Gateway:
    """Return the gateway that a JSON object describes.

    Args:
        value: The object with ``spec`` and ``status``.
        subject: What was requested, for the message.

    Raises:
        InvalidResponseError: The value isn't a gateway; the message names the field, and never its value.

    """
    if not isinstance(value, dict):
        raise InvalidResponseError(f"{subject}: the API's response holds no gateway; {_ADVICE}")
    try:
        return Gateway.model_validate(value)
    except ValidationError as error:
        wrong = f"the API's response breaks its contract: {_first(error)}"
    except RecursionError:
        wrong = "the API's response is nested too deeply"
    # Outside of the handlers: pydantic's error holds the values, and is not chained.
    raise InvalidResponseError(f"{subject}: {wrong}; {_ADVICE}")


_ADVICE = "check the endpoint, and for a newer version of this package"


def _first(error: ValidationError) -> str:
    """Name the first wrong field, and what was expected there."""
    details = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in details["loc"]) or "the gateway"
    reason = _REASONS.get(details["type"]) or details["msg"].removeprefix("Value error, ")
    return f"{quote_for_message(place)[1:-1]}: {reason[:1].lower()}{reason[1:]}"


# Unlike pydantic's own texts, these don't name Python classes or change with its version.
_REASONS = {
    "missing": "missing",
    "string_type": "expected a string",
    "bool_type": "expected true or false",
    "model_type": "expected an object",
}
