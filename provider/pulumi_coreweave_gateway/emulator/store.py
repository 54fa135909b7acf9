"""The gateways that a running emulator has."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .fields import FieldError, check_gateway
from .transitions import WITHOUT_WHAT_READY_REPLACES, Transition, change_to_ready, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass
class StoredGateway:
    """A gateway, and the changes it is to undergo.

    Attributes:
        gateway: as on the wire.
        unchecked: whether it is answered as it is, whatever it is.
        transitions: what is to come, first things first.
        reads: the answers that showed it since the last change.
        since: when the last change was, by the store's clock.

    """

    gateway: Mapping[str, Any]
    unchecked: bool = False
    transitions: list[Transition] = field(default_factory=list)
    reads: int = 0
    since: float = 0.0


class GatewayStore:
    """Gateways by their id, in the order they came.

    Args:
        gateways: what it starts with, checked; :meth:`reset` returns to it.
        clock: seconds that only go forward.

    """

    def __init__(self, gateways: Iterable[Mapping[str, Any]], clock: Callable[[], float] = time.monotonic) -> None:
        self._initial = tuple(gateways)
        self._clock = clock
        self._stored: dict[str, StoredGateway] = {}
        self.reset()

    def reset(self) -> None:
        """Return to the gateways that it started with, no transition pending."""
        self.replace(self._initial)

    def replace(self, gateways: Iterable[Mapping[str, Any]]) -> None:
        """Have these gateways (checked) and no others."""
        self._stored = {gateway_key(gateway): StoredGateway(gateway) for gateway in gateways}

    def put(self, key: str, gateway: object, *, unchecked: bool = False) -> None:
        """Have this gateway under this id, in the place of any that was there.

        Args:
            key: its id in lower case.
            gateway: as on the wire; may leave its id out.
            unchecked: take it as it is.

        Raises:
            FieldError: the API could not have sent it, or it has another id.

        """
        if unchecked:
            if not isinstance(gateway, dict):
                raise FieldError("", "must be a JSON object")
            self._stored[key] = StoredGateway(gateway, unchecked=True)
            return
        checked = check_gateway(merged({"spec": {"id": key}}, gateway))
        if gateway_key(checked) != key:
            raise FieldError("spec.id", f"is {checked['spec']['id']}, but the path says {key}")
        self._stored[key] = StoredGateway(checked)

    def patch(self, key: str, change: object, *, unchecked: bool = False) -> None:
        """Merge a change into a gateway (RFC 7396); its transitions stay, unless it is left unchecked.

        Raises:
            KeyError: there is no such gateway.
            FieldError: the API could not send what results, now or after a transition that is to come.

        """
        stored = self.look(key)
        result = merged(stored.gateway, change)
        if unchecked:
            if not isinstance(result, dict):
                raise FieldError("", "must be a JSON object")
            # What is to come can't be reckoned from a gateway that may be anything.
            self._stored[key] = StoredGateway(result, unchecked=True)
            return
        checked = check_gateway(result)
        if gateway_key(checked) != key:
            raise FieldError("spec.id", "can't be changed: delete the gateway and put another")
        try:
            _check_chain(key, checked, stored.transitions)
        except FieldError as reason:
            raise FieldError(reason.field, f"{reason.reason}, after a transition that is to come") from None
        stored.gateway, stored.unchecked = checked, False

    def delete(self, key: str) -> None:
        """Forget a gateway.

        Raises:
            KeyError: there is no such gateway.

        """
        del self._stored[key]

    def plan(self, key: str, transitions: Iterable[Transition]) -> None:
        """Append transitions to those of a gateway; each counts from the one before it.

        Raises:
            KeyError: there is no such gateway.
            FieldError: one of them leads to what the API could not send.

        """
        stored = self.look(key)
        added = list(transitions)
        _check_chain(key, stored.gateway, (*stored.transitions, *added))
        if not stored.transitions:
            stored.reads, stored.since = 0, self._clock()
        stored.transitions += added

    def cancel(self, key: str) -> None:
        """Drop the transitions of a gateway.

        Raises:
            KeyError: there is no such gateway.

        """
        self._stored[key].transitions.clear()

    def __contains__(self, key: str) -> bool:
        """Return whether there is such a gateway, without a look at it."""
        return key in self._stored

    def look(self, key: str) -> StoredGateway:
        """Return a gateway as it is now.

        Raises:
            KeyError: there is no such gateway.

        """
        stored = self._stored[key]
        self._settle(stored)
        return stored

    def read(self, key: str) -> StoredGateway | None:
        """Return a gateway as it is now, and count that as a read of it; None if there is no such gateway."""
        if key not in self:
            return None
        stored = self.look(key)
        stored.reads += 1
        return stored

    def look_at_all(self) -> list[StoredGateway]:
        """Return all gateways as they are now."""
        for stored in self._stored.values():
            self._settle(stored)
        return list(self._stored.values())

    def _settle(self, stored: StoredGateway) -> None:
        """Apply the transitions that are due."""
        while stored.transitions:
            transition = stored.transitions[0]
            if not transition.due(stored.reads, self._clock() - stored.since):
                return
            stored.gateway = _after(stored.gateway, transition)
            stored.unchecked = False
            stored.reads = 0
            # A timed change came when it was due, not when somebody looked.
            stored.since = stored.since + transition.after_seconds if transition.after_seconds else self._clock()
            del stored.transitions[0]


def gateway_key(gateway: Mapping[str, Any]) -> str:
    """Return the id under which a checked gateway is kept: in lower case, as ids compare without case."""
    return str(gateway["spec"]["id"]).lower()


def _after(gateway: Mapping[str, Any], transition: Transition) -> dict[str, Any]:
    """Return a gateway as a transition leaves it.

    Raises:
        FieldError: the API could not send that.

    """
    change = transition.change
    if change is None:
        # It is reckoned from the gateway, which may be anything where it was put unchecked.
        change = change_to_ready(check_gateway(merged(gateway, WITHOUT_WHAT_READY_REPLACES)))
    return check_gateway(merged(gateway, change))


def _check_chain(key: str, gateway: Mapping[str, Any], transitions: Iterable[Transition]) -> None:
    """Check all that a gateway is going to be, since nobody is there to be told when it comes.

    Raises:
        FieldError: one of the transitions leads to what the API could not send.

    """
    for transition in transitions:
        gateway = _after(gateway, transition)
        if gateway_key(gateway) != key:
            raise FieldError("spec.id", "can't be changed by a transition")
