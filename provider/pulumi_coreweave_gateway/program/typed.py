"""From outputs as the state holds them to the typed values of a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pulumi.runtime.rpc import translate_output_properties

from .output_types import GatewayResult, GatewaysResult

_T = TypeVar("_T", GatewayResult, GatewaysResult)


def typed(kind: type[_T], outputs: Mapping[str, Any]) -> _T:
    """Return the outputs as a result class, nested values included; the SDK does the same for a resource."""
    value: _T = translate_output_properties(dict(outputs), lambda name: name, kind)
    return value
