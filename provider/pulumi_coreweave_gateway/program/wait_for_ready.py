"""Waiting until a gateway is ready: in ``up`` only, in the program's process, one poll at a time for each gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import (
    GatewayError,
    GatewayNotFoundError,
    GatewayUnusableError,
    InvalidArgumentError,
    WaitError,
    WaitTimeoutError,
)
from ..messages import one_line

if TYPE_CHECKING:
    from ..client.models import Condition, Gateway

APPEAR = 60.0
"""Seconds that a gateway which isn't found is waited for: right after its creation it may not be listed yet."""

NOT_FOUND = "not found yet"
READY = "STATUS_READY"

_CONDITIONS_TOLD = 10
_SHORTEST_POLL = 0.1
_LONGEST_WAIT = 24 * 3600.0
_HOPELESS = {"STATUS_FAILED": "has failed, and does not recover by itself", "STATUS_DELETING": "is being deleted"}


@dataclass(frozen=True)
class WaitForReady:
    """How to wait until a gateway is ready.

    Attributes:
        timeout: seconds to wait at most (45 minutes).
        poll_interval: seconds between two looks at the gateway (5).

    Raises:
        InvalidArgumentError: a number that can't be waited for.

    """

    timeout: float = 45 * 60
    poll_interval: float = 5

    def __post_init__(self) -> None:
        """Check the numbers where they are written."""
        for name, least in (("timeout", 0.0), ("poll_interval", _SHORTEST_POLL)):
            _check_seconds(name, getattr(self, name), least)


def _check_seconds(name: str, value: object, least: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= _LONGEST_WAIT:
        raise InvalidArgumentError(
            f"WaitForReady: {name} must be a number of seconds from {least:g} to {_LONGEST_WAIT:g}"
        )


def wait_of(value: object, what: str) -> WaitForReady | None:
    """Return how to wait, from what ``wait_for_ready`` was given; None for not at all.

    Raises:
        InvalidArgumentError: it is neither a bool nor a :class:`WaitForReady`.

    """
    if value is None or value is False:
        return None
    if value is True:
        return WaitForReady()
    if isinstance(value, WaitForReady):
        return value
    raise InvalidArgumentError(f"{what}: wait_for_ready must be True or WaitForReady(…), not {type(value).__name__}")


@dataclass(frozen=True)
class Progress:
    """What one look at a gateway has shown.

    Attributes:
        key: changes with what there is to tell, and with nothing else.
        head: the gateway's status, or why it isn't known, in a few words.
        rest: what else there is to tell, such as conditions.
        spent: the time spent so far, such as ``12 s of 60 s``.
        ready: whether it was the last look.

    """

    key: object
    head: str
    rest: str = ""
    spent: str = ""
    ready: bool = False

    def live(self) -> str:
        """Return it for a row of which narrow terminals show the first words only."""
        head = "ready after" if self.ready else f"{self.head.removeprefix('STATUS_')},"
        return self._with_rest(f"{head} {self.spent}")

    def line(self) -> str:
        """Return it for a line of a log."""
        return self._with_rest(
            f"ready after {self.spent}" if self.ready else f"waiting for READY, {self.spent}: {self.head}"
        )

    def _with_rest(self, text: str) -> str:
        return f"{text}; {self.rest}" if self.rest else text


async def wait_until_ready(
    gateway_id: str,
    wait: WaitForReady,
    read: Callable[[], Awaitable[Gateway]],
    report: Callable[[Progress], None],
    check: Callable[[], None],
    appear: float = APPEAR,
) -> None:
    """Return when the gateway is ready.

    Args:
        gateway_id: its UUID, for messages.
        wait: how long, and how often to look.
        read: reads the gateway once.
        report: gets what is known after each look.
        check: called before each look; it raises if there is nobody to wait for any more.
        appear: seconds that a gateway which isn't found is waited for.

    Raises:
        WaitTimeoutError: it wasn't in time.
        GatewayUnusableError: it never will be.
        GatewayError: it could not be read, for a reason that does not pass.

    """
    clock = asyncio.get_running_loop().time
    start = clock()
    seen = _Seen(gateway_id)
    elapsed = 0.0
    while True:
        check()
        seconds = max(wait.timeout - elapsed, _SHORTEST_POLL)
        await seen.look(read, seconds, may_be_missing=lambda: clock() - start < min(appear, wait.timeout))
        elapsed = clock() - start
        if seen.ready:
            report(Progress("ready", "", spent=f"{elapsed:.0f} s", ready=True))
            return
        if seen.status in _HOPELESS:
            raise seen.error(GatewayUnusableError, f"gateway {gateway_id}: {_HOPELESS[seen.status]}")
        report(Progress(seen.key, seen.head, seen.rest, spent_of(elapsed, wait.timeout)))
        left = wait.timeout - elapsed
        if left <= 0:
            raise seen.error(
                WaitTimeoutError,
                f"gateway {gateway_id}: not ready after {elapsed:.0f} s; wait longer with "
                f"wait_for_ready=WaitForReady(timeout=…), or look into the gateway",
            )
        await asyncio.sleep(min(wait.poll_interval, left))


class _Seen:
    """What was seen last of a gateway.

    Attributes:
        ready: whether it is ready.
        status: the last status of the gateway, whatever came after it.
        conditions: what was not met then.
        key: changes with what there is to tell, and with nothing else.
        head: the gateway's status, or why it isn't known.
        rest: what else there is to tell.

    """

    def __init__(self, gateway_id: str) -> None:
        self._id = gateway_id
        self.ready = False
        self.status = ""
        self.conditions: tuple[str, ...] = ()
        self.key: tuple[object, ...] = ()
        self.head = self.rest = ""

    async def look(
        self, read: Callable[[], Awaitable[Gateway]], seconds: float, *, may_be_missing: Callable[[], bool]
    ) -> None:
        """Look once more, for at most so many seconds.

        Raises:
            GatewayError: it could not be read, for a reason that does not pass.

        """
        try:
            self._gateway(await asyncio.wait_for(read(), seconds))
        except GatewayNotFoundError:
            # One that was there and is gone was deleted.
            if self.status or not may_be_missing():
                raise
            self._nothing(NOT_FOUND)
        except asyncio.TimeoutError:
            if not self.head:
                self._nothing("no answer yet")
        except GatewayError as error:
            # The client has already retried; a longer outage only delays the wait.
            if not error.retryable:
                raise
            self._failure(error)

    def _gateway(self, gateway: Gateway) -> None:
        """Take over what a look at the gateway has shown."""
        self.ready = gateway.ready
        self.status = self.head = gateway.status.status
        self.conditions = unmet(gateway)
        told = [*self.conditions[:_CONDITIONS_TOLD]]
        if self.status == READY and not gateway.status.endpoints:
            told.insert(0, "no endpoint yet")
        if len(self.conditions) > _CONDITIONS_TOLD:
            told.append(f"and {len(self.conditions) - _CONDITIONS_TOLD} more conditions")
        self.rest = "; ".join(told)
        self.key = (self.head, self.rest)

    def _failure(self, error: GatewayError) -> None:
        """Take over why a look has failed."""
        self.head = "can't be read just now"
        # Without what to do, which is for an error that ends something; and each has other seconds and another id.
        self.rest = str(error).partition("; ")[0].removeprefix(f"gateway {self._id}: ")
        self.key = (self.head, type(error), error.http_status)

    def _nothing(self, head: str) -> None:
        """Take over that a look has shown nothing."""
        self.key, self.head, self.rest = (head,), head, ""

    def error(self, kind: type[WaitError], message: str) -> WaitError:
        """Return an error that carries it."""
        phrase = "; ".join(filter(None, (self.head, self.rest)))
        error = kind(f"{message} ({phrase})" if phrase else message)
        error.status, error.conditions = self.status, self.conditions
        return error


def unmet(gateway: Gateway) -> tuple[str, ...]:
    """Return the conditions of a gateway that aren't met, each as one phrase on one line."""
    return tuple(_phrase(condition) for condition in gateway.status.conditions if condition.status != "True")


def _phrase(condition: Condition) -> str:
    where = f" in {one_line(condition.zone)}" if condition.zone else ""
    why = ": ".join(filter(None, (one_line(condition.reason), one_line(condition.message))))
    return f"{one_line(condition.type)}{where} is {one_line(condition.status)}" + (f" ({why})" if why else "")


def spent_of(seconds: float, timeout: float) -> str:
    """Return how much of a time is over, in words."""
    return f"{seconds:.0f} s of {timeout:g} s"
