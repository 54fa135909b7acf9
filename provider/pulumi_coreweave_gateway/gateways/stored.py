"""What the state holds of a gateway's outputs: no more than it must.

An engine takes a missing output for an unknown one, so that a lookup's own outputs are always there; inside of them,
what is empty is left out, and :mod:`.results` puts it back. What follows from other outputs is not stored at all. A
fleet of 1,000 is handed from process to process, logged and written by the engine in proportion to what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DERIVED = frozenset({"endpoint", "openaiBaseUrl"})
"""Outputs that a program derives from others, under the names of the state."""

_EMPTY: tuple[object, ...] = ("", [], False)
_NOT_CONFIGURED = {"enabled": False}


def stored_lookup(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the state holds of a lookup's outputs."""
    return {name: _compact(value) for name, value in outputs.items() if name not in DERIVED}


def stored_member(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the state holds of a fleet's member."""
    compact = stored_lookup(outputs)
    return {name: value for name, value in compact.items() if value not in _EMPTY and value != _NOT_CONFIGURED}


def _compact(value: Any) -> Any:
    if isinstance(value, list):
        return [_compact(item) for item in value]
    if isinstance(value, dict):
        # Whether something is configured is always said.
        return {name: item for name, item in value.items() if name == "enabled" or item not in _EMPTY}
    return value
