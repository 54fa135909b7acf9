"""Property values as the provider protocol carries them: JSON with marked secrets and unknowns."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.rpc import UNKNOWN, is_rpc_secret, wrap_rpc_secret


def from_struct(struct: Struct) -> dict[str, Any]:
    """Return the properties as plain values, secrets without their mark."""
    properties: dict[str, Any] = _without_marks(MessageToDict(struct))
    return properties


def to_struct(properties: dict[str, Any]) -> Struct:
    """Return plain values as the protocol carries them."""
    struct = Struct()
    struct.update(properties)
    return struct


def with_secret(struct: Struct, name: str) -> Struct:
    """Return a copy in which a property, if it is there and known, is marked as a secret."""
    copy = Struct()
    copy.CopyFrom(struct)
    value = MessageToDict(struct).get(name)
    if value is not None and value != UNKNOWN:
        copy.update({name: wrap_rpc_secret(value)})
    return copy


def has_unknowns(value: Any) -> bool:
    """Return whether a plain value is, or contains, one that isn't known yet."""
    if isinstance(value, dict):
        return any(has_unknowns(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknowns(item) for item in value)
    return bool(value == UNKNOWN)


def _without_marks(value: Any) -> Any:
    if is_rpc_secret(value):
        return _without_marks(value["value"])
    if isinstance(value, dict):
        return {name: _without_marks(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_marks(item) for item in value]
    return value
