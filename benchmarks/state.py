"""How large what a stack keeps of its lookups is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.model import StateSize
from benchmarks.server import wire_body

_TRACE = "stackTrace"


def state_size(backend: Path, gateway_ids: list[str]) -> StateSize:
    """Return the size of what the one stack of a file backend keeps.

    Args:
        backend: the backend's folder.
        gateway_ids: the gateways that the stack has looked up.

    """
    (file,) = backend.glob(".pulumi/stacks/*/*.json")
    resources = json.loads(file.read_bytes())["checkpoint"]["latest"].get("resources", [])
    lookups: list[dict[str, Any]] = [entry for entry in resources if entry["type"].startswith("pulumi-python:dynamic")]
    return StateSize(
        lookups=sum(_size({key: value for key, value in entry.items() if key != _TRACE}) for entry in lookups),
        traces=sum(_size(entry.get(_TRACE, [])) for entry in lookups),
        resources=len(lookups),
        answers=sum(_size(json.loads(wire_body(gateway_id))["gateway"]) for gateway_id in gateway_ids),
    )


def _size(value: object) -> int:
    return len(json.dumps(value, separators=(",", ":")).encode())
