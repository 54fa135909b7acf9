"""What the controls are sent: checks whose errors name the key and what it may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class InputError(Exception):
    """A control was sent something that it can't use."""


def check_object(value: object, keys: Iterable[str]) -> dict[str, Any]:
    """Return an object that has no other keys than these.

    Raises:
        InputError: it has, or it is no object.

    """
    if not isinstance(value, dict):
        raise InputError("the body must be a JSON object")
    known = list(keys)
    unknown = next((key for key in value if key not in known), None)
    if unknown is not None:
        raise InputError(f"unknown key {unknown!r}; known: {', '.join(known)}")
    return value


def check_seconds(value: object, key: str) -> float:
    """Return a number of seconds, zero or more.

    Raises:
        InputError: it is none.

    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise InputError(f"{key} must be a number of seconds, zero or more")
    return float(value)


def check_count(value: object, key: str, least: int) -> int:
    """Return a whole number that is not less than ``least``.

    Raises:
        InputError: it is none.

    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(f"{key} must be a whole number, {least} or more")
    return value


def check_text(value: object, key: str) -> str:
    """Return a text.

    Raises:
        InputError: it is none.

    """
    if not isinstance(value, str):
        raise InputError(f"{key} must be text")
    return value


def check_http_status(value: object, key: str) -> int:
    """Return the status of a final answer: 200 to 599.

    Raises:
        InputError: it is none.

    """
    if isinstance(value, bool) or not isinstance(value, int) or not 200 <= value <= 599:  # noqa: PLR2004
        raise InputError(f"{key} must be an HTTP status from 200 to 599")
    return value
