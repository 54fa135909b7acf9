"""The emulator's gateways, and how they change by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .schema import EmulatorError, parse_gateway


@dataclass(frozen=True)
class Transition:
    """A future change of a gateway.

    Attributes:
        change: a merge patch (RFC 7396); None for the change to READY.
        after_reads: how many responses still show the gateway unchanged.

    """

    change: Mapping[str, Any] | None
    after_reads: int

    def apply(self, gateway: dict[str, Any]) -> dict[str, Any]:
        """Return a gateway after this change."""
        return _changed(gateway, _become_ready(gateway) if self.change is None else self.change)


@dataclass
class StoredGateway:
    """A gateway and its future changes.

    Attributes:
        value: the gateway as the API would send it.
        transitions: its future changes, in this order.
        reads: how many responses have shown it since the last change.

    """

    value: dict[str, Any]
    transitions: list[Transition] = field(default_factory=list)
    reads: int = 0

    def apply_due(self) -> None:
        """Apply the transitions that are due."""
        while self.transitions and self.reads >= self.transitions[0].after_reads:
            self.value = self.transitions.pop(0).apply(self.value)
            self.reads = 0


class GatewayStore:
    """Gateways by ID, in the order in which they were added; the caller holds a lock.

    Its methods raise :class:`EmulatorError` for an unknown gateway, and for one that the API could not send.
    """

    def __init__(self) -> None:
        self._stored: dict[str, StoredGateway] = {}

    def replace(self, gateways: Iterable[dict[str, Any]]) -> None:
        """Replace all gateways."""
        self._stored = {gateway["spec"]["id"].lower(): StoredGateway(gateway) for gateway in gateways}

    def put(self, gateway: object) -> str:
        """Store a gateway, in place of any with the same ID, and return its ID."""
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
        self.get(gateway_id)
        del self._stored[gateway_id.lower()]

    def add_transition(self, gateway_id: str, transition: Transition) -> None:
        """Append a transition to those of a gateway; it counts from the one before it."""
        stored = self.get(gateway_id)
        # An invalid change is an error here, rather than in the response to some later request.
        value = stored.value
        for each in (*stored.transitions, transition):
            value = each.apply(value)
        if not stored.transitions:
            stored.reads = 0
        stored.transitions.append(transition)

    def get(self, gateway_id: str) -> StoredGateway:
        """Return a gateway in its current state."""
        stored = self.find(gateway_id)
        if stored is None:
            raise EmulatorError(f"the emulator has no gateway {gateway_id}")
        return stored

    def find(self, gateway_id: str) -> StoredGateway | None:
        """Return a gateway in its current state, or None if it doesn't exist."""
        stored = self._stored.get(gateway_id.lower())
        if stored is not None:
            stored.apply_due()
        return stored

    def __iter__(self) -> Iterator[StoredGateway]:
        """Return all gateways in their current state."""
        for stored in self._stored.values():
            stored.apply_due()
            yield stored


def _merge(target: object, change: object) -> Any:
    """Return ``target`` after a merge patch: null removes, objects merge, anything else replaces."""
    if not isinstance(change, Mapping):
        return change
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merge(result.get(key), value)
    return result


def _changed(gateway: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a gateway after a merge patch."""
    result = parse_gateway(_merge(gateway, change))
    if result["spec"]["id"].lower() != gateway["spec"]["id"].lower():
        raise EmulatorError("spec.id: can't be changed")
    return result


def _become_ready(gateway: dict[str, Any]) -> dict[str, Any]:
    """Return the merge patch by which a gateway becomes READY."""
    spec = gateway["spec"]
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
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
