"""Field types as proto3 JSON encodes them, in the one form that users see.

Types are checked strictly, and free text passes: an enum is a name or a number, and one that isn't known yet passes
through; times and endpoints are any text without control characters; an endpoint may lack its scheme.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StrictBool, StrictStr

_GATEWAY_STATUS = (
    "STATUS_UNSPECIFIED",
    "STATUS_CREATING",
    "STATUS_UPDATING",
    "STATUS_DELETING",
    "STATUS_ERROR",
    "STATUS_FAILED",
    "STATUS_READY",
)
_API_TYPE = ("API_TYPE_UNSPECIFIED", "API_TYPE_OPENAI")
# Its other numbers aren't published.
_EDGE_PROXY_MODE = ("EDGE_PROXY_MODE_UNSPECIFIED",)
# The names that Kubernetes uses are shown; the numbers follow the order in which proto3 would declare them.
_CONDITION_STATUS = ("Unknown", "True", "False", "Unknown")
_CONDITION_NAMES = {
    "": "Unknown",
    "STATUS_UNSPECIFIED": "Unknown",
    "STATUS_UNKNOWN": "Unknown",
    "STATUS_TRUE": "True",
    "STATUS_FALSE": "False",
}

_MAX_ENUM_NAME = 200
_INT32 = range(-(2**31), 2**31)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)


def _enum(value: object, names: tuple[str, ...], prefix: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("expected an enum's name or number")  # noqa: TRY004 - pydantic takes ValueError
    if isinstance(value, int):
        if value not in _INT32:
            raise ValueError("expected an enum's number")
        return names[value] if 0 <= value < len(names) else f"{prefix}{value}"
    if len(value) > _MAX_ENUM_NAME or not value.isprintable():
        raise ValueError("expected an enum's name")
    return value or names[0]


def _gateway_status(value: object) -> str:
    return _enum(value, _GATEWAY_STATUS, "STATUS_")


def _api_type(value: object) -> str:
    return _enum(value, _API_TYPE, "API_TYPE_")


def _edge_proxy_mode(value: object) -> str:
    return _enum(value, _EDGE_PROXY_MODE, "EDGE_PROXY_MODE_")


def _condition_status(value: object) -> str:
    name = _enum(value, _CONDITION_STATUS, "STATUS_") if value != "" else ""
    return _CONDITION_NAMES.get(name, name)


def _unicode(text: str) -> str:
    """Reject what JSON can encode and no state can hold: half a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("expected Unicode text") from None
    return text


def _printable(text: str) -> str:
    if not _unicode(text).isprintable():
        raise ValueError("expected text without control characters")
    return text


def _endpoint(text: str) -> str:
    """Return an endpoint as a URL; the API may omit the scheme."""
    if not text:
        raise ValueError("expected an endpoint, not an empty text")
    return text if _SCHEME.match(text) else f"https://{text}"


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _from_list(value: Any) -> Any:
    """Return a JSON list as a tuple, and accept nothing else that can be iterated."""
    if not isinstance(value, (list, tuple)):
        raise ValueError("expected a list")  # noqa: TRY004 - pydantic takes ValueError
    return tuple(value)


Text = Annotated[StrictStr, AfterValidator(_unicode)]
Flag = StrictBool
Timestamp = Annotated[StrictStr, AfterValidator(_printable)]
GatewayStatusName = Annotated[str, BeforeValidator(_gateway_status)]
ConditionStatusName = Annotated[str, BeforeValidator(_condition_status)]
ApiTypeName = Annotated[str, BeforeValidator(_api_type)]
EdgeProxyModeName = Annotated[str, BeforeValidator(_edge_proxy_mode)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_from_list)]
Endpoints = Annotated[
    tuple[Annotated[StrictStr, AfterValidator(_printable), AfterValidator(_endpoint)], ...],
    BeforeValidator(_from_list),
    AfterValidator(_unique),
]
FromList = BeforeValidator(_from_list)
