"""Field types as proto3 JSON encodes them, in the one form that users see.

Types are checked strictly, and free text passes: an enum is a name or a number, and one that isn't known yet passes
through; times and endpoints are any text without control characters; an endpoint may lack its scheme.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StrictBool, StrictStr

_KUBERNETES = {
    "STATUS_UNSPECIFIED": "Unknown",
    "STATUS_UNKNOWN": "Unknown",
    "STATUS_TRUE": "True",
    "STATUS_FALSE": "False",
}
"""How Kubernetes names the status of a condition, which is shown."""
_MAX_ENUM_NAME = 200
_INT32 = range(-(2**31), 2**31)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)


def _enum(prefix: str, *names: str) -> BeforeValidator:
    """Return the validator of an enum, which returns its name.

    Args:
        prefix: What its names begin with; it makes the name of a number that isn't known, such as ``STATUS_42``.
        names: Its known names, by number.

    """

    def name(value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise ValueError("expected an enum's name or number")  # noqa: TRY004 - pydantic takes ValueError
        if isinstance(value, int):
            if value not in _INT32:
                raise ValueError("expected an enum's number")
            return f"{prefix}{names[value] if 0 <= value < len(names) else value}"
        if len(value) > _MAX_ENUM_NAME or not value.isprintable():
            raise ValueError("expected an enum's name")
        return value or f"{prefix}{names[0]}"

    return BeforeValidator(name)


def _unicode(text: str) -> str:
    """Reject what JSON can encode and no state can hold: half a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("expected Unicode text") from None
    return text


def _without_controls(text: str) -> str:
    if _CONTROL.search(_unicode(text)):
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
Timestamp = Annotated[StrictStr, AfterValidator(_without_controls)]
GatewayStatusName = Annotated[
    str, _enum("STATUS_", "UNSPECIFIED", "CREATING", "UPDATING", "DELETING", "ERROR", "FAILED", "READY")
]
# The numbers follow the order in which proto3 would declare them.
ConditionStatusName = Annotated[
    str,
    _enum("STATUS_", "UNSPECIFIED", "TRUE", "FALSE", "UNKNOWN"),
    AfterValidator(lambda name: _KUBERNETES.get(name, name)),
]
ApiTypeName = Annotated[str, _enum("API_TYPE_", "UNSPECIFIED", "OPENAI")]
# Its other numbers aren't published.
EdgeProxyModeName = Annotated[str, _enum("EDGE_PROXY_MODE_", "UNSPECIFIED")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_from_list)]
Endpoints = Annotated[
    tuple[Annotated[StrictStr, AfterValidator(_without_controls), AfterValidator(_endpoint)], ...],
    BeforeValidator(_from_list),
    AfterValidator(_unique),
]
FromList = BeforeValidator(_from_list)
