"""What the emulator serves: gateways and deployments in the API's JSON form, as they were given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GATEWAYS, DEPLOYMENTS = "gateways", "deployments"
"""The kinds of resources: the last part of their collections' paths, and the keys of their lists in the YAML file."""

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class EmulatorError(Exception):
    """The emulator can't start, or a call has an invalid argument; the message is one line."""


@dataclass
class Resource:
    """A gateway or deployment, and how it changes by itself.

    Attributes:
        kind: its kind.
        value: its JSON form; replaced by each change, never modified.
        next_change: a merge patch (RFC 7396), applied once enough responses have shown the value; None for no change.
        reads_left: how many more responses show the value before the next change.

    """

    kind: str
    value: dict[str, Any]
    next_change: Mapping[str, Any] | None = None
    reads_left: int = 0

    def read(self) -> dict[str, Any]:
        """Return the value for a response, and count the response."""
        value = self.value
        self.reads_left -= 1
        self.apply_due_change()
        return value

    def gateway_ids(self) -> set[str]:
        """Return the gateways of a deployment, in lower case."""
        return {str(gateway_id).lower() for gateway_id in self.value["spec"].get("gatewayIds") or []}

    def apply_due_change(self) -> None:
        """Apply the next change if no more responses show the value before it."""
        if self.next_change is not None and self.reads_left <= 0:
            self.value, self.next_change = merge(self.value, self.next_change), None


def parse_all(values: Mapping[str, object]) -> dict[str, Resource]:
    """Return resources by ID, in lower case.

    Args:
        values: a list of the resources of each kind, in the API's JSON form.

    Raises:
        EmulatorError: one of them is invalid, as for :func:`parse`, or two have the same ID.

    """
    resources: dict[str, Resource] = {}
    for kind, several in values.items():
        if not isinstance(several, (list, tuple)):
            raise EmulatorError(f"{kind} must be a list")
        for index, value in enumerate(several):
            try:
                parsed = parse(value)
            except EmulatorError as error:
                raise EmulatorError(f"{kind}[{index}]: {error}") from None
            resource_id = parsed["spec"]["id"].lower()
            if resource_id in resources:
                raise EmulatorError(f"{kind}[{index}]: spec.id: {resource_id} is used twice")
            resources[resource_id] = Resource(kind, parsed)
    return resources


def parse(value: object) -> dict[str, Any]:
    """Return a copy of a resource.

    Only what the emulator itself relies on is checked, so that it sends whatever the API may send one day.

    Args:
        value: ``{"spec": …, "status": …}``, in the API's JSON form.

    Raises:
        EmulatorError: it isn't JSON, or it isn't an object whose ``spec.id`` is a UUID.

    """
    try:
        copied = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise EmulatorError(f"can't be sent as JSON: {error}") from None
    spec = copied.get("spec") if isinstance(copied, dict) else None
    if not isinstance(spec, dict) or not isinstance(copied.get("status") or {}, dict):
        raise EmulatorError("must be an object with the objects spec and status")
    if not isinstance(spec.get("id"), str) or UUID.fullmatch(spec["id"]) is None:
        example = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
        raise EmulatorError(f"spec.id: must be a UUID such as {example}, not {spec.get('id')!r}")
    return dict(copied)


def merge(target: object, change: object) -> Any:
    """Return ``target`` after a merge patch: null removes, objects merge, anything else replaces."""
    if not isinstance(change, Mapping):
        return change
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result
