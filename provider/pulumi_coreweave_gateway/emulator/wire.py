"""A gateway as the API writes it: proto3 JSON, in whichever of its forms the switches ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .fields import CONDITION_STATUS, GATEWAY, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .switches import Switches

_SCHEME = "https://"


def write_gateway(gateway: Mapping[str, Any], switches: Switches) -> dict[str, Any]:
    """Return a checked gateway as the API would answer it.

    Args:
        gateway: as :func:`.fields.check_gateway` returns it.
        switches: which of the forms that the API may use.

    """
    written = _write_message(gateway, GATEWAY, switches)
    endpoints = gateway.get("status", {}).get("endpoints")
    if endpoints and switches.endpoints_without_scheme:
        written["status"]["endpoints"] = [endpoint.removeprefix(_SCHEME) for endpoint in endpoints]
    return written


def encode(body: object) -> bytes:
    """Return JSON in UTF-8; what UTF-8 can't hold (half a surrogate pair) stays an escape."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _write_message(message: Mapping[str, Any], fields: Mapping[str, Field], switches: Switches) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, field in fields.items():
        value = message.get(name)
        default = _default(field)
        if value is not None and value != default:
            written[name] = _write_value(value, field, switches)
        elif switches.defaults_present and default is not None:
            written[name] = _write_value(default, field, switches)
        elif switches.nulls:
            written[name] = None
    return written


def _write_value(value: Any, field: Field, switches: Switches) -> Any:
    if field.repeated:
        return [_write_one(one, field, switches) for one in value]
    return _write_one(value, field, switches)


def _write_one(value: Any, field: Field, switches: Switches) -> Any:
    if field.kind == "message":
        return _write_message(value, field.fields, switches)
    if field.enum is None:
        return value
    if switches.enum_numbers:
        return field.enum.numbers.get(value, 0)
    if switches.status_true and field.enum is CONDITION_STATUS and value in field.enum.numbers:
        return f"STATUS_{value.upper()}"
    return value


def _default(field: Field) -> Any:
    """Return what proto3 takes a left-out field for; None for what has presence (messages and times)."""
    if field.repeated:
        return []
    if field.enum is not None:
        return field.enum.zero
    return {"text": "", "flag": False}.get(field.kind)
