"""The API's objects as typed, immutable models with every default filled in.

proto3 JSON omits fields at their default, and null counts as omitted; unknown fields are ignored. Types are checked
strictly: a field of the wrong type breaks the contract, and is never read as an empty value. Strings pass, without
characters that could deceive a terminal; an enum is a name or a number, and one that isn't known yet passes.

Source of the schema: CoreWeave's published page of ``GET /v1alpha1/inference/gateways/{id}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    StrictBool,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from ..errors import InvalidArgumentError, InvalidResponseError
from ..messages import quote_for_message
from ..validation import endpoint_host, validated_gateway_id

READY = "STATUS_READY"

_ADVICE = "check the endpoint, or look for a newer version of this package"
_MAX_ENUM_NAME = 200
INT32 = range(-(2**31), 2**31)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, escapes, what changes the direction of text, and halves of surrogate pairs."""
_UNSAFE_IN_LINES = re.compile(_UNSAFE.pattern.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f"))
"""The same, but for line breaks and tabs."""
_KUBERNETES = {
    "STATUS_UNSPECIFIED": "Unknown",
    "STATUS_UNKNOWN": "Unknown",
    "STATUS_TRUE": "True",
    "STATUS_FALSE": "False",
}
"""How Kubernetes names the status of a condition, which is shown."""


def _string(unsafe: re.Pattern[str]) -> PlainValidator:
    """Return the validator of a string, which replaces characters that break a state or deceive a terminal."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("expected a string")  # noqa: TRY004 - pydantic takes ValueError
        return unsafe.sub("\ufffd", value)

    return PlainValidator(read)


def _enum(prefix: str, *names: str) -> PlainValidator:
    """Return the validator of an enum, which returns its name.

    Args:
        prefix: What its names begin with; it makes the name of a number that isn't known, such as ``STATUS_42``.
        names: Its known names, by number.

    """

    def read(value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and value in INT32:
            return f"{prefix}{names[value] if 0 <= value < len(names) else value}"
        if not isinstance(value, str) or len(value) > _MAX_ENUM_NAME:
            raise ValueError("expected an enum's name or number")
        return _UNSAFE.sub("\ufffd", value) or f"{prefix}{names[0]}"

    return PlainValidator(read)


def _from_list(value: Any) -> Any:
    """Return a JSON list as a tuple, and accept nothing else that can be iterated."""
    if not isinstance(value, (list, tuple)):
        raise ValueError("expected a list")  # noqa: TRY004 - pydantic takes ValueError
    return tuple(value)


def _endpoints(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return endpoints as URLs, each once; the API may omit the scheme, and an empty one is left out."""
    urls = (value if _SCHEME.match(value) else f"https://{value}" for value in values if value)
    return tuple(dict.fromkeys(urls))


def _canonical(gateway_id: str) -> str:
    try:
        return validated_gateway_id(gateway_id)
    except InvalidArgumentError:
        raise ValueError("expected a UUID") from None


String = Annotated[str, _string(_UNSAFE)]
Lines = Annotated[str, _string(_UNSAFE_IN_LINES)]
Strings = Annotated[tuple[String, ...], BeforeValidator(_from_list)]
Endpoints = Annotated[tuple[String, ...], BeforeValidator(_from_list), AfterValidator(_endpoints)]
ID = Annotated[String, AfterValidator(_canonical)]
IDs = Annotated[tuple[ID, ...], BeforeValidator(_from_list)]
Status = Annotated[str, _enum("STATUS_", "UNSPECIFIED", "CREATING", "UPDATING", "DELETING", "ERROR", "FAILED", "READY")]
# The numbers follow the order in which proto3 would declare them.
ConditionStatus = Annotated[
    str,
    _enum("STATUS_", "UNSPECIFIED", "TRUE", "FALSE", "UNKNOWN"),
    AfterValidator(lambda name: _KUBERNETES.get(name, name)),
]
ApiType = Annotated[str, _enum("API_TYPE_", "UNSPECIFIED", "OPENAI")]
# Its other numbers aren't published.
EdgeProxyMode = Annotated[str, _enum("EDGE_PROXY_MODE_", "UNSPECIFIED")]


class Wire(BaseModel):
    """Base class of the models."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        frozen=True,
        # Build each part's validator once, within that of the whole.
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


class Spec(Wire):
    """The fields that every specification has."""

    id: ID
    name: String = ""


class Named(Wire):
    """An object of which only the name is read."""

    name: String = ""


class Item(Wire):
    """An object that the API lists."""

    spec: Spec


class CoreWeaveAuth(Wire):
    """CoreWeave IAM authentication, enabled by its presence."""


class WeightsAndBiasesAuth(Wire):
    """Weights & Biases authentication. The API key is dropped while parsing."""

    server_url: String = ""
    enable_usage_reports: StrictBool = False
    enable_rate_limiting: StrictBool = False
    api_key_set: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _drop_key(cls, value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: item for key, item in value.items() if key not in {"apiKey", "apiKeySet"}}
            return {**kept, "apiKeySet": bool(value.get("apiKey"))}
        return value


class EndpointConfiguration(Wire):
    """Further DNS names of the gateway's endpoint, and how requests reach it."""

    additional_dns: Strings = ()
    allowed_source_ip_ranges: Strings = ()
    edge_proxy_mode: EdgeProxyMode = "EDGE_PROXY_MODE_UNSPECIFIED"


class BodyBasedRouting(Wire):
    """Routing by the model's name in the body of a request."""

    api_type: ApiType = "API_TYPE_UNSPECIFIED"


class HeaderBasedRouting(Wire):
    """Routing by the model's name in a header."""

    header_name: String = ""


class PathBasedRouting(Wire):
    """Routing by the model's name as the first segment of the path, enabled by its presence."""


class Condition(Wire):
    """One condition behind the status, as in Kubernetes."""

    type: String = ""
    status: ConditionStatus = "Unknown"
    reason: String = ""
    message: Lines = ""
    zone: String = ""
    last_update_time: String = ""


def _in_order(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Sort by type, then zone, then the rest: the API guarantees no order, and another order is no change."""
    return tuple(sorted(conditions, key=lambda item: (item.type, item.zone, *vars(item).values())))


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_from_list), AfterValidator(_in_order)]


class GatewaySpec(Spec):
    """The specification of a gateway."""

    organization_id: String = ""
    zones: Strings = ()
    core_weave_auth: CoreWeaveAuth | None = None
    weights_and_biases_auth: WeightsAndBiasesAuth | None = None
    endpoint_configuration: EndpointConfiguration | None = None
    body_based_routing: BodyBasedRouting | None = None
    header_based_routing: HeaderBasedRouting | None = None
    path_based_routing: PathBasedRouting | None = None


CONFIGURATIONS: Mapping[str, type[Wire]] = {
    "core_weave_auth": CoreWeaveAuth,
    "weights_and_biases_auth": WeightsAndBiasesAuth,
    "endpoint_configuration": EndpointConfiguration,
    "body_based_routing": BodyBasedRouting,
    "header_based_routing": HeaderBasedRouting,
    "path_based_routing": PathBasedRouting,
}
"""The configuration blocks of a gateway, which it has or hasn't, by their name in the specification."""


class State(Wire):
    """The fields that every status has."""

    status: Status = "STATUS_UNSPECIFIED"
    conditions: Conditions = ()
    created_at: String = ""
    updated_at: String = ""


class GatewayStatus(State):
    """The status of a gateway."""

    endpoints: Endpoints = ()


class Gateway(Item):
    """A gateway: its spec and its status."""

    spec: GatewaySpec
    status: GatewayStatus = GatewayStatus()

    @property
    def ready(self) -> bool:
        """Whether it accepts requests: ``STATUS_READY``, and at least one endpoint that can be connected to."""
        return self.status.status == READY and any(map(endpoint_host, self.status.endpoints))


_T = TypeVar("_T", bound=Item)


@dataclass(frozen=True)
class Unreadable:
    """An item of a list that breaks the API's contract, with what can be read of it; the rest is empty.

    Attributes:
        id: The ID in canonical form.
        name: The name.
        status: The status.
        zones: The zones of a gateway.
        gateway_ids: The gateways of a deployment.
        model: The name of a deployment's model.
        error: Why the item can't be read.

    """

    id: str
    name: str
    status: str
    zones: tuple[str, ...]
    error: InvalidResponseError
    gateway_ids: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True)
class Listing(Generic[_T]):
    """A complete list.

    Attributes:
        items: Its items, sorted by ID.
        unreadable: Those that break the API's contract.

    """

    items: tuple[_T, ...]
    unreadable: tuple[Unreadable, ...] = ()


def parse(kind: type[_T], value: object, label: str) -> _T:
    """Return what a JSON object describes.

    Args:
        kind: The model.
        value: The object with ``spec`` and ``status``.
        label: What was requested, for the message.

    Raises:
        InvalidResponseError: The value breaks the contract; the message names the field, and never its value.

    """
    read = _read(kind, value)
    if isinstance(read, str):
        raise InvalidResponseError(f"{label}: {read}; {_ADVICE}")
    return read


def parse_gateway(value: object, label: str = "gateway") -> Gateway:
    """Return the gateway that a JSON object describes; see :func:`parse`."""
    return parse(Gateway, value, label)


def parse_item(kind: type[_T], value: object) -> _T | Unreadable:
    """Return what an item of a list describes, or what can be read of it if it breaks the contract."""
    read = _read(kind, value)
    if not isinstance(read, str):
        return read
    parts = value if isinstance(value, dict) else {}
    spec, status = (part if isinstance(part, dict) else {} for part in (parts.get("spec"), parts.get("status")))
    found = _Sketch.model_validate({**spec, "status": status.get("status")})
    noun = kind.__name__.lower()
    label = f"{noun} {found.id or quote_for_message(found.name)}" if found.id or found.name else f"a {noun} of the list"
    error = InvalidResponseError(f"{label}: {read}; {_ADVICE}")
    return Unreadable(found.id, found.name, found.status, found.zones, error, found.gateway_ids, found.model.name)


def _or_empty(empty: Any) -> WrapValidator:
    def read(value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
        try:
            return inner(value)
        except (ValueError, RecursionError):
            return empty

    return WrapValidator(read)


class _Sketch(Wire):
    """The fields that an item is found by, empty where they can't be read."""

    id: Annotated[ID, _or_empty("")] = ""
    name: Annotated[String, _or_empty("")] = ""
    zones: Annotated[Strings, _or_empty(())] = ()
    status: Annotated[Status, _or_empty("")] = ""
    gateway_ids: Annotated[IDs, _or_empty(())] = ()
    model: Annotated[Named, _or_empty(Named())] = Named()


def _read(kind: type[_T], value: object) -> _T | str:
    """Return what a JSON object describes, or why it can't be read."""
    if not isinstance(value, dict):
        return f"the API's response contains no {kind.__name__.lower()}"
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        return f"the API's response breaks its contract: {_first(error)}"
    except RecursionError:
        return "the API's response is nested too deeply"


def _first(error: ValidationError) -> str:
    """Name the first wrong field, and what was expected there."""
    details = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in details["loc"])
    reason = _REASONS.get(details["type"]) or details["msg"].removeprefix("Value error, ")
    return f"{quote_for_message(place)[1:-1]}: {reason[:1].lower()}{reason[1:]}"


# Unlike pydantic's own messages, these don't name Python classes or change with its version.
_REASONS = {"missing": "missing", "bool_type": "expected true or false", "model_type": "expected an object"}
