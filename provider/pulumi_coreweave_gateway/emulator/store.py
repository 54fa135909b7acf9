"""The gateways that the emulator has, and how they change by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .schema import Gateway, GatewayDataError, WireStyle, parse_gateway
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
        gateway: the gateway; one that was stored unchecked is any JSON object.
        transitions: what is to come, in this order.
        reads: the answers that showed it since the last change.
        since: when the last change was, by the store's clock.

    """

    gateway: Gateway | dict[str, Any]
    transitions: list[Transition] = field(default_factory=list)
    reads: int = 0
    since: float = 0.0

    def as_given(self) -> dict[str, Any]:
        """Return the gateway as it was stored."""
        return self.gateway.as_given() if isinstance(self.gateway, Gateway) else self.gateway

    def write(self, style: WireStyle) -> dict[str, Any]:
        """Return the gateway as the API would send it; one that was stored unchecked as it is."""
        return self.gateway.write(style) if isinstance(self.gateway, Gateway) else self.gateway


class GatewayStore:
    """Gateways by their id in lower case, in the order in which they were added; the caller holds a lock.

    Args:
        clock: seconds that only move forward.

    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stored: dict[str, StoredGateway] = {}

    def replace(self, gateways: Iterable[Gateway]) -> None:
        """Store these gateways and no others."""
        self._stored = {gateway.key: StoredGateway(gateway) for gateway in gateways}

    def put(self, gateway_id: str, gateway: Mapping[str, Any], *, unchecked: bool) -> None:
        """Store a gateway, in place of any with the same id.

        Args:
            gateway_id: its id.
            gateway: as on the wire; its id may be left out.
            unchecked: store it as it is.

        Raises:
            GatewayDataError: the API could not send it, or it has another id.

        """
        key = gateway_id.lower()
        self._stored[key] = StoredGateway(
            dict(gateway) if unchecked else _checked(key, merge({"spec": {"id": gateway_id}}, gateway))
        )

    def change(self, gateway_id: str, change: Mapping[str, Any], *, unchecked: bool) -> None:
        """Merge a change into a gateway; its transitions stay, unless the result is stored unchecked.

        Raises:
            KeyError: there is no such gateway.
            GatewayDataError: the API could not send the result, or what a later transition makes of it.

        """
        key, stored = gateway_id.lower(), self.get(gateway_id)
        result = merge(stored.as_given(), change)
        if unchecked:
            self._stored[key] = StoredGateway(result)
            return
        gateway = _checked(key, result)
        try:
            _check_transitions(key, result, stored.transitions)
        except GatewayDataError as error:
            raise GatewayDataError(f"{error}, after a transition that is to come") from None
        stored.gateway = gateway

    def remove(self, gateway_id: str) -> None:
        """Remove a gateway.

        Raises:
            KeyError: there is no such gateway.

        """
        del self._stored[gateway_id.lower()]

    def add_transition(self, gateway_id: str, transition: Transition) -> None:
        """Append a transition to those of a gateway; it counts from the one before it.

        Raises:
            KeyError: there is no such gateway.
            GatewayDataError: the API could not send what the transition leads to.

        """
        stored = self.get(gateway_id)
        _check_transitions(gateway_id.lower(), stored.as_given(), [*stored.transitions, transition])
        if not stored.transitions:
            stored.reads, stored.since = 0, self._clock()
        stored.transitions.append(transition)

    def get(self, gateway_id: str) -> StoredGateway:
        """Return a gateway as it is now.

        Raises:
            KeyError: there is no such gateway.

        """
        stored = self._stored[gateway_id.lower()]
        self._apply_due(stored)
        return stored

    def __iter__(self) -> Iterator[StoredGateway]:
        """Return all gateways as they are now."""
        for stored in self._stored.values():
            self._apply_due(stored)
            yield stored

    def _apply_due(self, stored: StoredGateway) -> None:
        while stored.transitions:
            transition = stored.transitions[0]
            now = self._clock()
            if stored.reads < transition.after_reads or now - stored.since < transition.after_seconds:
                return
            stored.gateway = parse_gateway(_after(stored.as_given(), transition))
            stored.reads = 0
            # A timed change happened when it was due, not when it was noticed.
            stored.since = stored.since + transition.after_seconds if transition.after_seconds else now
            del stored.transitions[0]


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


def _checked(key: str, value: object) -> Gateway:
    gateway = parse_gateway(value)
    if gateway.key != key:
        raise GatewayDataError(f"spec.id: can't be changed from {key} to {gateway.key}")
    return gateway


def _check_transitions(key: str, gateway: dict[str, Any], transitions: Iterable[Transition]) -> None:
    """Check what a gateway is to become now, rather than in the answer to some later request."""
    for transition in transitions:
        gateway = _after(gateway, transition)
        _checked(key, gateway)


def _after(gateway: dict[str, Any], transition: Transition) -> dict[str, Any]:
    """Return a gateway as a transition leaves it."""
    changed: dict[str, Any] = merge(gateway, _become_ready(gateway) if transition.change is None else transition.change)
    return changed


def _become_ready(gateway: dict[str, Any]) -> dict[str, Any]:
    """Return the merge patch by which a gateway becomes READY: status, endpoints, conditions and time."""
    # A gateway that was stored unchecked may hold anything; what is replaced anyway needn't be right.
    remaining = merge(gateway, {"status": {"status": None, "endpoints": None, "updatedAt": None}})
    checked = parse_gateway(remaining).as_given()
    spec, now = checked["spec"], now_text()
    dns = spec.get("endpointConfiguration", {}).get("additionalDns", [])
    status: dict[str, Any] = {
        "status": "STATUS_READY",
        "endpoints": [f"https://api.{spec['id']}.gw.cwinference.com", *(f"https://{name}" for name in dns)],
        "updatedAt": now,
    }
    if conditions := checked["status"].get("conditions"):
        done = {"status": "True", "reason": "Ready", "message": "", "lastUpdateTime": now}
        status["conditions"] = [{**condition, **done} for condition in conditions]
    return {"status": status}
