"""Gateways in which something was changed, as answers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from .answers import answers, body, gateway, http
from .model import Start
from .scenes import served


def answer(value: object) -> Start:
    """Return what answers this as the gateway."""
    return served(answers(http(200, body({"gateway": value}))))


def with_value(path: str, value: object) -> Start:
    """Return what answers a gateway in which a field has this value; in its path, a number is a place in a list."""
    return answer(_changed(path, lambda holder, name: holder.__setitem__(name, copy.deepcopy(value))))


def without(path: str) -> Start:
    """Return what answers a gateway in which a field is missing."""
    return answer(_changed(path, lambda holder, name: holder.__delitem__(name)))


def _changed(path: str, change: Callable[[Any, Any], None]) -> dict[str, Any]:
    changed = gateway()
    holder: Any = changed
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        holder = holder[part]
    change(holder, last)
    return changed
