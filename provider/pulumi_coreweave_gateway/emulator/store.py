"""The gateways that the emulator has, and how they change by themselves."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .schema import GatewayDataError, parse_gateway
from .times import now_text


@dataclass(frozen=True)
class Transition:
    """A change of a gateway that is to come.

    Attributes:
        change: a merge patch for the gateway; None for the change to READY.
        after_reads: how many answers still show the gateway as it was.
        after_seconds: how long it stays as it was.

    """

    change: Mapping[str, Any] | None = None
    after_reads: int = 0
    after_seconds: float = 0.0


@dataclass
class StoredGateway:
    """A gateway, and the changes that are to come.

    Attributes:
        value: the gateway as the API would send it.
        transitions: what is to come, in this order.
        reads: the answers that showed it since the last change.
        since: when the last change was, by the monotonic clock.

    """

    value: dict[str, Any]
    transitions: list[Transition] = field(default_factory=list)
    reads: int = 0
    since: float = 0.0

    def apply_due(self) -> None:
        """Apply the transitions that are due."""
        while self.transitions:
            transition, now = self.transitions[0], time.monotonic()
            if self.reads < transition.after_reads or now - self.since < transition.after_seconds:
                return
            self.value = _after(self.value, transition)
            self.reads = 0
            # A timed change happened when it was due, not when it was noticed.
            self.since = self.since + transition.after_seconds if transition.after_seconds else now
            del self.transitions[0]


class GatewayStore:
    """Gateways by their id in lower case, in the order in which they were added; the caller holds a lock.

    Its methods raise KeyError for a gateway that isn't stored, and GatewayDataError for one that the API could not
    send.
    """

    def __init__(self) -> None:
        self._stored: dict[str, StoredGateway] = {}

    def replace(self, gateways: Iterable[dict[str, Any]]) -> None:
        """Store these gateways and no others."""
        self._stored = {gateway["spec"]["id"].lower(): StoredGateway(gateway) for gateway in gateways}

    def put(self, gateway: object) -> str:
        """Store a gateway, in place of any with the same id, and return its id."""
        value = parse_gateway(gateway)
        gateway_id: str = value["spec"]["id"]
        self._stored[gateway_id.lower()] = StoredGateway(value)
        return gateway_id

    def change(self, gateway_id: str, change: Mapping[str, Any]) -> None:
        """Merge a change into a gateway; its transitions stay."""
        stored = self.get(gateway_id)
        stored.value = _changed(stored.value, change)

    def remove(self, gateway_id: str) -> None:
        """Remove a gateway."""
        del self._stored[gateway_id.lower()]

    def add_transition(self, gateway_id: str, transition: Transition) -> None:
        """Append a transition to those of a gateway; it counts from the one before it."""
        stored = self.get(gateway_id)
        # What can't be meant is an error here, rather than in the answer to some later request.
        value = stored.value
        for each in (*stored.transitions, transition):
            value = _after(value, each)
        if not stored.transitions:
            stored.reads, stored.since = 0, time.monotonic()
        stored.transitions.append(transition)

    def get(self, gateway_id: str) -> StoredGateway:
        """Return a gateway as it is now."""
        stored = self._stored[gateway_id.lower()]
        stored.apply_due()
        return stored

    def __iter__(self) -> Iterator[StoredGateway]:
        """Return all gateways as they are now."""
        for stored in self._stored.values():
            stored.apply_due()
            yield stored


def merge(target: object, change: object) -> Any:
    """Return ``target`` after a JSON merge patch (RFC 7396): null removes, objects merge, anything else replaces."""
    if not isinstance(change, Mapping):
        return change
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def _changed(gateway: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a gateway after a merge patch."""
    result = parse_gateway(merge(gateway, change))
    if result["spec"]["id"].lower() != gateway["spec"]["id"].lower():
        raise GatewayDataError("spec.id: can't be changed")
    return result


def _after(gateway: dict[str, Any], transition: Transition) -> dict[str, Any]:
    """Return a gateway as a transition leaves it."""
    return _changed(gateway, _become_ready(gateway) if transition.change is None else transition.change)


def _become_ready(gateway: dict[str, Any]) -> dict[str, Any]:
    """Return the merge patch by which a gateway becomes READY: status, endpoints, conditions and time."""
    spec, now = gateway["spec"], now_text()
    dns = spec.get("endpointConfiguration", {}).get("additionalDns", [])
    done = {"status": "True", "reason": "Ready", "message": "", "lastUpdateTime": now}
    return {
        "status": {
            "status": "STATUS_READY",
            "endpoints": [f"https://api.{spec['id']}.gw.cwinference.com", *(f"https://{name}" for name in dns)],
            "updatedAt": now,
            "conditions": [{**condition, **done} for condition in gateway.get("status", {}).get("conditions", [])],
        }
    }
