"""The wire format of a gateway: what the API may send.

The models are independent of the client's: a misreading of the API's description that both shared would pass
every test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_MAX_SOURCE_IP_RANGES = 50
_MAX_SHOWN = 60


class EmulatorError(Exception):
    """The emulator can't start, or a call has an invalid argument; the message is one line."""


def parse_time(text: str) -> tuple[datetime, str]:
    """Return an RFC 3339 time in a form that can be compared: the second, and the nanoseconds as nine digits.

    Raises:
        ValueError: the text is not an RFC 3339 time.

    """
    example = "must be an RFC 3339 time such as 2025-01-31T08:00:00Z"
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(example)
    second, fraction, offset = match.groups()
    try:
        return datetime.fromisoformat(second + offset.replace("Z", "+00:00")), (fraction or "").ljust(9, "0")
    except ValueError as error:
        raise ValueError(f"{example}: {error}") from None


def _check_uuid(text: str) -> str:
    if UUID.fullmatch(text) is None:
        raise ValueError("must be a UUID such as 6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")
    return text


def _check_time(text: str) -> str:
    parse_time(text)
    return text


_Text = Annotated[str, Strict()]
_Flag = Annotated[bool, Strict()]
_Time = Annotated[_Text, AfterValidator(_check_time)]
_StatusName = Literal[
    "STATUS_UNSPECIFIED",
    "STATUS_CREATING",
    "STATUS_READY",
    "STATUS_UPDATING",
    "STATUS_DELETING",
    "STATUS_ERROR",
    "STATUS_FAILED",
]
# The API writes either the plain names or those with the prefix.
_ConditionStatusName = Literal[
    "True", "False", "Unknown", "STATUS_UNSPECIFIED", "STATUS_TRUE", "STATUS_FALSE", "STATUS_UNKNOWN"
]
_EdgeProxyModeName = Literal["EDGE_PROXY_MODE_UNSPECIFIED", "EDGE_PROXY_MODE_MANAGED", "EDGE_PROXY_MODE_DIRECT"]


class _Message(BaseModel):
    """A proto3 message."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: object) -> object:
        """Treat a null as an absent field, as the wire format does."""
        return {key: one for key, one in value.items() if one is not None} if isinstance(value, Mapping) else value


class _Empty(_Message):
    """A message without fields; its presence is the information."""


class _WeightsAndBiasesAuth(_Message):
    api_key: _Text = ""
    server_url: _Text = ""
    enable_usage_reports: _Flag = False
    enable_rate_limiting: _Flag = False


class _EndpointConfiguration(_Message):
    additional_dns: list[_Text] = []
    allowed_source_ip_ranges: Annotated[list[_Text], Field(max_length=_MAX_SOURCE_IP_RANGES)] = []
    edge_proxy_mode: _EdgeProxyModeName = "EDGE_PROXY_MODE_UNSPECIFIED"


class _BodyBasedRouting(_Message):
    api_type: Literal["API_TYPE_OPENAI"]


class _HeaderBasedRouting(_Message):
    header_name: Annotated[_Text, Field(min_length=1, max_length=100)]


class _Spec(_Message):
    id: Annotated[_Text, AfterValidator(_check_uuid)]
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
    status: _ConditionStatusName = "STATUS_UNSPECIFIED"


class _Status(_Message):
    created_at: _Time | None = None
    updated_at: _Time | None = None
    conditions: list[_Condition] = []
    endpoints: list[_Text] = []
    status: _StatusName = "STATUS_UNSPECIFIED"


class _Gateway(_Message):
    spec: _Spec
    status: _Status | None = None


def parse_gateway(value: object) -> dict[str, Any]:
    """Return a gateway as the API would send it: without the fields that are at their default.

    Args:
        value: ``{"spec": …, "status": …}``, as on the wire.

    Raises:
        EmulatorError: the API could not send it.

    """
    try:
        return _Gateway.model_validate(value).model_dump(by_alias=True, exclude_defaults=True)
    except ValidationError as error:
        raise EmulatorError(_describe(error)) from None


def parse_gateways(entries: object) -> list[dict[str, Any]]:
    """Return the gateways in a list as the API would send them.

    Raises:
        EmulatorError: the API could not send one of them, or two have the same id.

    """
    if not isinstance(entries, list):
        raise EmulatorError("gateways must be a list")
    gateways: dict[str, dict[str, Any]] = {}
    for index, entry in enumerate(entries):
        where = f"gateways[{index}]{_label(entry)}"
        try:
            gateway = parse_gateway(entry)
        except EmulatorError as error:
            raise EmulatorError(f"{where}: {error}") from None
        if gateways.setdefault(gateway["spec"]["id"].lower(), gateway) is not gateway:
            raise EmulatorError(f"{where}: spec.id: already used by an earlier gateway")
    return list(gateways.values())


def encode_json(body: object) -> bytes:
    """Return JSON in UTF-8; what UTF-8 can't express (half a surrogate pair) stays an escape."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _describe(error: ValidationError) -> str:
    """Return the first problem in one line: the field, and what is wrong with it."""
    first = error.errors(include_url=False)[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{_printable(part)}" for part in first["loc"])
    where = f"{path[1:]}: " if path else ""
    if reason := {"extra_forbidden": "unknown field", "missing": "required"}.get(first["type"]):
        return where + reason
    reason = re.sub(r"^(Input|String|List) should", "must", first["msg"]).removeprefix("Value error, ")
    if first["type"] == "model_type":
        reason = "must be an object"  # pydantic names our class
    return f"{where}{reason}, not {repr(first['input'])[:_MAX_SHOWN]}"


def _printable(text: object) -> str:
    return str(text).encode("unicode_escape").decode("ascii")


def _label(entry: object) -> str:
    """Return an entry's name and ID, so that it is found in its file."""
    spec = entry.get("spec") if isinstance(entry, Mapping) else None
    values = [spec.get(key) for key in ("name", "id")] if isinstance(spec, Mapping) else []
    texts = [_printable(value) for value in values if value]
    return f" ({', '.join(texts)})" if texts else ""
