"""Values as proto3 JSON may write them, turned into the one form that users see.

Facts: an enum comes as its name or its number, and one that nobody knows yet passes through; a time is RFC 3339 in
UTC with up to nine decimals; an endpoint comes with or without its scheme.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from typing import Annotated, Any
from urllib.parse import urlsplit

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

_LONGEST_NAME = 200
_INT32 = range(-(2**31), 2**31)
_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?", re.ASCII)
# Python's own parser passes over what follows an address in brackets, and some versions take "8_0" for a port.
_HOST_AND_PORT = re.compile(r"(?:\[[^\[\]]+\]|[^\[\]:]+)(?::[0-9]*)?", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)


def _enum(value: object, names: tuple[str, ...], prefix: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("expected an enum's name or number")  # noqa: TRY004 - pydantic takes ValueError
    if isinstance(value, int):
        if value not in _INT32:
            raise ValueError("is no enum's number")
        return names[value] if 0 <= value < len(names) else f"{prefix}{value}"
    if len(value) > _LONGEST_NAME or not value.isprintable():
        raise ValueError("is no enum's name")
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
    """Refuse what JSON can write and no state can hold: half a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("expected Unicode text") from None
    return text


def _timestamp(text: str) -> str:
    """Check a time and keep its text: converting it would lose nanoseconds."""
    if not text:
        return ""
    match = _RFC3339.fullmatch(text)
    if match is None or not _is_time(match[1], match[2]):
        raise ValueError("expected a time in RFC 3339")
    return text


def _is_time(date: str, time: str) -> bool:
    try:
        # A leap second is a time, though datetime knows none.
        datetime.datetime.fromisoformat(f"{date}T{re.sub(':60$', ':59', time)}")
    except ValueError:
        return False
    return True


def _endpoint(text: str) -> str:
    """Return an endpoint as a URL; the API may leave the scheme out."""
    url = text if _SCHEME.match(text) else f"https://{text}"
    try:
        parts = urlsplit(url)
        host, usable = parts.hostname or "", parts.port != 0 and bool(_HOST_AND_PORT.fullmatch(parts.netloc))
    except ValueError:
        host, usable = "", False
    if (
        not usable
        or not url.isascii()
        or not url.isprintable()
        or any(mark in url for mark in ' "<>\\^`{|}?#@')
        or parts.scheme not in {"http", "https"}
        or not (_HOST.fullmatch(host) or _is_address(host))
    ):
        raise ValueError("expected an endpoint's URL")
    return url


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _from_list(value: Any) -> Any:
    """Take JSON's lists (and nothing that merely iterates) for tuples."""
    if not isinstance(value, (list, tuple)):
        raise ValueError("expected a list")  # noqa: TRY004 - pydantic takes ValueError
    return tuple(value)


Text = Annotated[StrictStr, AfterValidator(_unicode)]
Flag = StrictBool
Timestamp = Annotated[StrictStr, AfterValidator(_timestamp)]
GatewayStatusName = Annotated[str, BeforeValidator(_gateway_status)]
ConditionStatusName = Annotated[str, BeforeValidator(_condition_status)]
ApiTypeName = Annotated[str, BeforeValidator(_api_type)]
EdgeProxyModeName = Annotated[str, BeforeValidator(_edge_proxy_mode)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_from_list)]
Endpoints = Annotated[
    tuple[Annotated[StrictStr, AfterValidator(_endpoint)], ...],
    BeforeValidator(_from_list),
    AfterValidator(_unique),
]
FromList = BeforeValidator(_from_list)
