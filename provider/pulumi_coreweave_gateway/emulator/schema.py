"""The wire format of a gateway: what the API may send, and the forms in which it may write it.

The models are independent of the client's: a misreading of the API's description that both shared would pass
every test.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    Strict,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from .times import parse_time

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MAX_HEADER_NAME_LENGTH = 100
_MAX_SOURCE_IP_RANGES = 50
_SCHEME = "https://"


class GatewayDataError(Exception):
    """A gateway that the API could not send; the message names the entry, where there are several, and the field."""


@dataclass(frozen=True)
class WireStyle:
    """The form of an answer: the API may use any of these.

    Attributes:
        enum_numbers: write enums as their numbers.
        status_true: write a condition's status as ``STATUS_TRUE``, not ``True``.
        endpoints_without_scheme: write endpoints without ``https://``.
        nulls: write null for fields that would be left out.
        defaults_present: write strings, lists, flags and enums that are at their default.

    """

    enum_numbers: bool = False
    status_true: bool = False
    endpoints_without_scheme: bool = False
    nulls: bool = False
    defaults_present: bool = False


@dataclass(frozen=True)
class _Enum:
    """The values of an enum.

    Attributes:
        zero: the name of the default value.
        numbers: the other names, each with its number; None where the number isn't known.
        aliases: other spellings of a name.

    """

    zero: str
    numbers: Mapping[str, int | None]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def parse(self, value: object) -> str:
        """Return the name that a name, an alias or a number stands for."""
        if isinstance(value, str):
            name = self.aliases.get(value, value)
            if name in self.numbers or name == self.zero:
                return name
        elif isinstance(value, int) and not isinstance(value, bool):
            for name, number in {self.zero: 0, **self.numbers}.items():
                if number == value:
                    return name
        hint = " (in YAML, put it in quotes)" if isinstance(value, bool) else ""
        raise ValueError(f"must be one of {', '.join(self.numbers)}{hint}")

    def write(self, name: str, info: SerializationInfo) -> str | int:
        """Return a name in the form that the style in the serialization context asks for."""
        style = _style(info)
        if style.enum_numbers:
            number = 0 if name == self.zero else self.numbers[name]
            return name if number is None else number
        if style.status_true and self.aliases and name != self.zero:
            return f"STATUS_{name.upper()}"
        return name


def _style(info: SerializationInfo) -> WireStyle:
    return info.context if isinstance(info.context, WireStyle) else WireStyle()


def _check_uuid(text: str) -> str:
    if UUID.fullmatch(text) is None:
        raise ValueError("must be a UUID such as 6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")
    return text


def _check_header_name(text: str) -> str:
    if not 1 <= len(text) <= _MAX_HEADER_NAME_LENGTH:
        raise ValueError(f"must have 1 to {_MAX_HEADER_NAME_LENGTH} characters")
    return text


def _check_time(text: str) -> str:
    parse_time(text)
    return text


def _check_ip_range(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("must be an IPv4 or IPv6 range such as 192.0.2.0/24") from None
    return text


def _write_endpoint(endpoint: str, info: SerializationInfo) -> str:
    return endpoint.removeprefix(_SCHEME) if _style(info).endpoints_without_scheme else endpoint


_STATUS = _Enum(
    "STATUS_UNSPECIFIED",
    {
        "STATUS_CREATING": 1,
        "STATUS_UPDATING": 2,
        "STATUS_DELETING": 3,
        "STATUS_ERROR": 4,
        "STATUS_FAILED": 5,
        "STATUS_READY": 6,
    },
)
_CONDITION_STATUS = _Enum(
    "STATUS_UNSPECIFIED",
    {"True": 1, "False": 2, "Unknown": 3},
    {"STATUS_TRUE": "True", "STATUS_FALSE": "False", "STATUS_UNKNOWN": "Unknown"},
)
_API_TYPE = _Enum("API_TYPE_UNSPECIFIED", {"API_TYPE_OPENAI": 1})
_EDGE_PROXY_MODE = _Enum(
    "EDGE_PROXY_MODE_UNSPECIFIED", {"EDGE_PROXY_MODE_MANAGED": None, "EDGE_PROXY_MODE_DIRECT": None}
)

_Text = Annotated[str, Strict()]
_Flag = Annotated[bool, Strict()]
_Uuid = Annotated[_Text, AfterValidator(_check_uuid)]
_Time = Annotated[_Text, AfterValidator(_check_time)]
_HeaderName = Annotated[_Text, AfterValidator(_check_header_name)]
_IpRange = Annotated[_Text, AfterValidator(_check_ip_range)]
_Endpoint = Annotated[_Text, PlainSerializer(_write_endpoint)]
_StatusName = Annotated[str, BeforeValidator(_STATUS.parse), PlainSerializer(_STATUS.write)]
_ConditionStatusName = Annotated[
    str, BeforeValidator(_CONDITION_STATUS.parse), PlainSerializer(_CONDITION_STATUS.write)
]
_ApiTypeName = Annotated[str, BeforeValidator(_API_TYPE.parse), PlainSerializer(_API_TYPE.write)]
_EdgeProxyModeName = Annotated[str, BeforeValidator(_EDGE_PROXY_MODE.parse), PlainSerializer(_EDGE_PROXY_MODE.write)]


class _Message(BaseModel):
    """A proto3 message: a field that has a default is left out of an answer while it has that value."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: object) -> object:
        """Treat a null as an absent field, as the wire format does."""
        return {key: one for key, one in value.items() if one is not None} if isinstance(value, Mapping) else value


class _Empty(_Message):
    """A message without fields, whose presence is the information."""


class _WeightsAndBiasesAuth(_Message):
    api_key: _Text = ""
    server_url: _Text = ""
    enable_usage_reports: _Flag = False
    enable_rate_limiting: _Flag = False


class _EndpointConfiguration(_Message):
    additional_dns: list[_Text] = []
    allowed_source_ip_ranges: Annotated[list[_IpRange], Field(max_length=_MAX_SOURCE_IP_RANGES)] = []
    edge_proxy_mode: _EdgeProxyModeName = _EDGE_PROXY_MODE.zero


class _BodyBasedRouting(_Message):
    api_type: _ApiTypeName


class _HeaderBasedRouting(_Message):
    header_name: _HeaderName


class _Spec(_Message):
    id: _Uuid
    name: _Text = ""
    zones: list[_Text] = []
    core_weave_auth: _Empty | None = None
    weights_and_biases_auth: _WeightsAndBiasesAuth | None = None
    organization_id: _Text = ""
    endpoint_configuration: _EndpointConfiguration | None = None
    body_based_routing: _BodyBasedRouting | None = None
    header_based_routing: _HeaderBasedRouting | None = None
    path_based_routing: _Empty | None = None


class _Condition(_Message):
    type: _Text = ""
    last_update_time: _Time | None = None
    reason: _Text = ""
    message: _Text = ""
    zone: _Text = ""
    status: _ConditionStatusName = _CONDITION_STATUS.zero


class _Status(_Message):
    created_at: _Time | None = None
    updated_at: _Time | None = None
    conditions: list[_Condition] = []
    endpoints: list[_Endpoint] = []
    status: _StatusName = _STATUS.zero


class Gateway(_Message):
    """A gateway that the API could send."""

    spec: _Spec
    status: _Status | None = None

    @property
    def key(self) -> str:
        """The id under which the gateway is stored: in lower case, since UUIDs compare without case."""
        return self.spec.id.lower()

    def as_given(self) -> dict[str, Any]:
        """Return the fields that were given, enums by name."""
        return self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)

    def write(self, style: WireStyle) -> dict[str, Any]:
        """Return the gateway as the API would send it."""
        whole = self.model_dump(by_alias=True, exclude_none=not style.nulls, context=style)
        if style.defaults_present:
            return whole
        sparse = self.model_dump(by_alias=True, exclude_defaults=True, context=style)
        return _with_nulls(whole, sparse) if style.nulls else sparse


def parse_gateway(value: object) -> Gateway:
    """Return a gateway from its form on the wire.

    Args:
        value: ``{"spec": …, "status": …}``.

    Raises:
        GatewayDataError: the API could not send it.

    """
    try:
        return Gateway.model_validate(value)
    except ValidationError as error:
        raise GatewayDataError(_describe(error)) from None


def parse_gateways(entries: object) -> list[Gateway]:
    """Return the gateways in a list.

    Raises:
        GatewayDataError: one of them could not be sent by the API, or two have the same id.

    """
    if not isinstance(entries, list):
        raise GatewayDataError("gateways must be a list")
    gateways: list[Gateway] = []
    first_use: dict[str, int] = {}
    for index, entry in enumerate(entries):
        where = f"gateways[{index}]{_label(entry)}"
        try:
            gateway = parse_gateway(entry)
        except GatewayDataError as error:
            raise GatewayDataError(f"{where}: {error}") from None
        if first_use.setdefault(gateway.key, index) != index:
            raise GatewayDataError(f"{where}: spec.id: already used by gateways[{first_use[gateway.key]}]")
        gateways.append(gateway)
    return gateways


def encode_json(body: object) -> bytes:
    """Return JSON in UTF-8; what UTF-8 can't express (half a surrogate pair) stays an escape."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _with_nulls(whole: Any, sparse: Any) -> Any:
    """Return ``sparse`` with null for each field that only ``whole`` has."""
    if isinstance(whole, dict):
        return {key: _with_nulls(value, sparse[key]) if key in sparse else None for key, value in whole.items()}
    if isinstance(whole, list):
        return [_with_nulls(one, other) for one, other in zip(whole, sparse, strict=True)]
    return sparse


def _describe(error: ValidationError) -> str:
    """Return the first problem in one line: the field, and what is wrong with it."""
    first = error.errors(include_url=False)[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{printable(part)}" for part in first["loc"])
    where = f"{path[1:]}: " if path else ""
    reasons = {
        "extra_forbidden": "unknown field",
        "missing": "required",
        "model_type": "must be an object",
        "too_long": f"must have at most {_MAX_SOURCE_IP_RANGES} items",
        "value_error": str(first.get("ctx", {}).get("error")),
    }
    reason = reasons.get(first["type"]) or first["msg"].replace("Input should", "must")
    shown = "" if first["type"] in {"extra_forbidden", "missing", "too_long"} else f", not {_shorten(first['input'])}"
    return f"{where}{reason}{shown}"


def printable(text: object) -> str:
    """Return a text for a message of one line, with control characters escaped."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in str(text))


def _label(entry: object) -> str:
    """Return an entry's name and id, so that it is found in its file."""
    spec = entry.get("spec") if isinstance(entry, Mapping) else None
    values = [spec.get(key) for key in ("name", "id")] if isinstance(spec, Mapping) else []
    texts = [printable(value) for value in values if isinstance(value, str) and value]
    return f" ({', '.join(texts)})" if texts else ""


def _shorten(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
