"""What the emulator serves: gateways and deployments in the API's JSON form, as they were given."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

GATEWAYS, DEPLOYMENTS = "gateways", "deployments"
"""The kinds of resources: the last part of their collections' paths, and the keys of their lists in the YAML file."""

UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class EmulatorError(Exception):
    """The emulator can't start, or a call has an invalid argument; the message is one line."""


@dataclass
class Resource:
    """A gateway or deployment.

    Attributes:
        kind: Its kind.
        value: Its JSON form; replaced by each change, never modified.
        reads_left: How many more responses show it before it becomes READY; None if it stays as it is.

    """

    kind: str
    value: dict[str, Any]
    reads_left: int | None = None

    def read(self) -> dict[str, Any]:
        """Return the value for a response, and count the response."""
        value = self.value
        if self.reads_left is not None:
            self.become_ready(self.reads_left - 1)
        return value

    def become_ready(self, after_reads: int) -> None:
        """Become READY, once some more responses have shown the value as it is."""
        self.reads_left = after_reads if after_reads > 0 else None
        if self.reads_left is not None:
            return
        now = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
        done = {"status": "True", "reason": "Ready", "message": "", "lastUpdateTime": now}
        conditions = (self.value.get("status") or {}).get("conditions") or []
        status: dict[str, Any] = {
            "status": "STATUS_READY",
            "updatedAt": now,
            "conditions": [{**condition, **done} for condition in conditions],
        }
        if self.kind == GATEWAYS:
            status["endpoints"] = endpoints(self.value["spec"])
        self.value = merge(self.value, {"status": status})


def endpoints(spec: Mapping[str, Any]) -> list[str]:
    """Return the endpoints of a READY gateway."""
    additional_dns = (spec.get("endpointConfiguration") or {}).get("additionalDns") or []
    return [f"https://{host}" for host in (f"api.{spec['id']}.gw.cwinference.com", *additional_dns)]


def parse_all(values: Mapping[str, object]) -> dict[str, Resource]:
    """Return resources by ID, in lower case.

    Args:
        values: A list of the resources of each kind, in the API's JSON form.

    Raises:
        EmulatorError: One of them is invalid, as for :func:`parse`, or two have the same ID.

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
        EmulatorError: It isn't JSON, or it isn't an object whose ``spec.id`` is a UUID.

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


def described(value: Mapping[str, Any]) -> str:
    """Return a resource's name, ID and status, as far as it has them: ``prod (6f1c0d7e-…, STATUS_READY)``."""
    spec, status = value["spec"], value.get("status")
    known = [spec["id"], status.get("status") if isinstance(status, dict) else None]
    return f"{spec.get('name', 'unnamed')} ({', '.join(str(part) for part in known if part)})"
