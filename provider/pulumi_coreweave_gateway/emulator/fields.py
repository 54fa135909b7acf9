"""The fields of a gateway, as the API's description has them, and the check of a gateway against them.

One table for both directions: what a file or a control may say, and what :mod:`.wire` writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .times import parse_time

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HEADER_NAME_LENGTH = 100


class FieldError(Exception):
    """A value that the API could not have sent.

    Args:
        field: the field's path, such as ``status.conditions[0].zone``; empty for the value itself.
        reason: what is wrong with it.

    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class EnumType:
    """The values of an enum.

    Attributes:
        zero: the name of the default, which is left out on the wire.
        numbers: each name as the description has it, with its number.
        aliases: other forms in which the wire may have a value, with the name they stand for.

    """

    zero: str
    numbers: Mapping[str, int]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, value: object) -> str | None:
        """Return the name that a name, another form of it or a number stands for; None if nothing does."""
        if isinstance(value, str):
            name = self.aliases.get(value, value)
            return name if name in self.numbers or name == self.zero else None
        if isinstance(value, int) and not isinstance(value, bool):
            return next(
                (name for name, number in self.numbers.items() if number == value),
                self.zero if value == 0 else None,
            )
        return None


@dataclass(frozen=True)
class Field:
    """One field of a message.

    Attributes:
        kind: what it holds.
        repeated: whether it holds a list of them.
        required: whether a gateway without it is refused.
        enum: of kind ``enum``, its values.
        fields: of kind ``message``, its fields.
        check: a further demand on a text; raises ValueError.

    """

    kind: Literal["text", "flag", "time", "enum", "message"]
    repeated: bool = False
    required: bool = False
    enum: EnumType | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    check: Callable[[str], object] | None = None


def _check_uuid(text: str) -> None:
    if UUID.fullmatch(text) is None:
        raise ValueError("must be a UUID such as 6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")


def _check_header_name(text: str) -> None:
    if not 1 <= len(text) <= _HEADER_NAME_LENGTH:
        raise ValueError(f"must have 1 to {_HEADER_NAME_LENGTH} characters")


STATUS = EnumType(
    zero="STATUS_UNSPECIFIED",
    numbers={
        "STATUS_CREATING": 1,
        "STATUS_UPDATING": 2,
        "STATUS_DELETING": 3,
        "STATUS_ERROR": 4,
        "STATUS_FAILED": 5,
        "STATUS_READY": 6,
    },
)
CONDITION_STATUS = EnumType(
    zero="STATUS_UNSPECIFIED",
    numbers={"True": 1, "False": 2, "Unknown": 3},
    aliases={"STATUS_TRUE": "True", "STATUS_FALSE": "False", "STATUS_UNKNOWN": "Unknown"},
)
API_TYPE = EnumType(zero="API_TYPE_UNSPECIFIED", numbers={"API_TYPE_OPENAI": 1})

_TEXT = Field("text")
_TEXTS = Field("text", repeated=True)
_FLAG = Field("flag")
_TIME = Field("time")

CONDITION: Mapping[str, Field] = {
    "type": _TEXT,
    "lastUpdateTime": _TIME,
    "reason": _TEXT,
    "message": _TEXT,
    "zone": _TEXT,
    "status": Field("enum", enum=CONDITION_STATUS),
}
SPEC: Mapping[str, Field] = {
    "id": Field("text", required=True, check=_check_uuid),
    "name": _TEXT,
    "zones": _TEXTS,
    "coreWeaveAuth": Field("message"),
    "weightsAndBiasesAuth": Field(
        "message",
        fields={
            "apiKey": _TEXT,
            "serverUrl": _TEXT,
            "enableUsageReports": _FLAG,
            "enableRateLimiting": _FLAG,
        },
    ),
    "organizationId": _TEXT,
    "endpointConfiguration": Field("message", fields={"additionalDns": _TEXTS}),
    "bodyBasedRouting": Field("message", fields={"apiType": Field("enum", required=True, enum=API_TYPE)}),
    "headerBasedRouting": Field(
        "message", fields={"headerName": Field("text", required=True, check=_check_header_name)}
    ),
    "pathBasedRouting": Field("message"),
}
GATEWAY: Mapping[str, Field] = {
    "spec": Field("message", required=True, fields=SPEC),
    "status": Field(
        "message",
        fields={
            "createdAt": _TIME,
            "updatedAt": _TIME,
            "conditions": Field("message", repeated=True, fields=CONDITION),
            "endpoints": _TEXTS,
            "status": Field("enum", enum=STATUS),
        },
    ),
}


def check_gateway(value: object) -> dict[str, Any]:
    """Return a gateway as it is kept: only known fields, enums by the names of the description, no nulls.

    Args:
        value: a gateway as on the wire, ``{"spec": …, "status": …}``.

    Raises:
        FieldError: the API could not have sent it.

    """
    return _check_message(value, GATEWAY, "")


def printable(text: str) -> str:
    """Return a text for a message of one line: what would break the line, or steer a terminal, is escaped."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def _check_message(value: object, fields: Mapping[str, Field], where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise FieldError(where, f"must be an object with fields, not {_what(value)}")
    prefix = f"{where}." if where else ""
    unknown = next((name for name in value if name not in fields), None)
    if unknown is not None:
        known = ", ".join(fields) or "none: it is an empty object"
        raise FieldError(f"{prefix}{printable(_short(unknown))}", f"unknown field; known here: {known}")
    kept = {}
    for name, expected in fields.items():
        found = value.get(name)
        # A null counts as absent, as on the wire.
        if found is not None:
            kept[name] = _check_field(found, expected, f"{prefix}{name}")
        elif expected.required:
            raise FieldError(f"{prefix}{name}", "is missing")
    return kept


def _check_field(value: object, expected: Field, where: str) -> Any:
    if not expected.repeated:
        return _check_one(value, expected, where)
    if not isinstance(value, list):
        raise FieldError(where, f"must be a list, not {_what(value)}")
    return [_check_one(one, expected, f"{where}[{index}]") for index, one in enumerate(value)]


def _check_one(value: object, expected: Field, where: str) -> Any:
    if expected.kind == "message":
        return _check_message(value, expected.fields, where)
    if expected.enum is not None:
        return _check_enum(value, expected.enum, where)
    if expected.kind == "flag":
        if not isinstance(value, bool):
            raise FieldError(where, f"must be true or false, not {_what(value)}")
        return value
    if not isinstance(value, str):
        raise FieldError(where, f"must be text, not {_what(value)}")
    check = parse_time if expected.kind == "time" else expected.check
    if check is not None:
        try:
            check(value)
        except ValueError as reason:
            raise FieldError(where, f"{reason}, not {_short(value)!r}") from None
    return value


def _check_enum(value: object, enum: EnumType, where: str) -> str:
    name = enum.name_of(value)
    if name is None:
        hint = " (in YAML, put it into quotes)" if isinstance(value, bool) else ""
        shown = repr(_short(value)) if isinstance(value, str) else _what(value)
        raise FieldError(where, f"must be one of {', '.join(enum.numbers)}, not {shown}{hint}")
    return name


def _what(value: object) -> str:
    if isinstance(value, bool):
        return f"the flag {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    return {str: "text", list: "a list", dict: "an object", type(None): "nothing"}.get(type(value), "that")


def _short(value: object, limit: int = 60) -> str:
    text = str(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
