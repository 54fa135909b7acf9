"""Waiting until a gateway is ready: in ``up`` only, in the program's process, one poll at a time for each gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import (
    GatewayNotFoundError,
    GatewayUnusableError,
    InvalidArgumentError,
    RateLimitedError,
    ServerError,
    TransportError,
    WaitError,
    WaitTimeoutError,
)
from ..text import one_line
from .user_line import naming_the_users_line

if TYPE_CHECKING:
    from ..client.models import Condition, Gateway

APPEAR = 60.0
"""Seconds that a gateway which isn't found is waited for: right after its creation it may not be listed yet."""

_SHORTEST_POLL = 0.1
_LONGEST_WAIT = 24 * 3600.0
_HOPELESS = {"STATUS_FAILED": "has failed, and does not recover by itself", "STATUS_DELETING": "is being deleted"}

# Faults that pass: the client has retried each of them already, for as long as one lookup may take.
_PASSING = (ServerError, RateLimitedError, TransportError)


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
        with naming_the_users_line():
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


async def wait_until_ready(
    gateway_id: str,
    wait: WaitForReady,
    read: Callable[[], Awaitable[Gateway]],
    report: Callable[[str, str], None],
    check: Callable[[], None],
    appear: float = APPEAR,
) -> None:
    """Return when the gateway is ready.

    Args:
        gateway_id: its UUID, for messages.
        wait: how long, and how often to look.
        read: reads the gateway once.
        report: gets what is known after each look: a phrase that changes with the state alone, and the time spent.
        check: called before each look; it raises if there is nobody to wait for any more.
        appear: seconds that a gateway which isn't found is waited for.

    Raises:
        WaitTimeoutError: it wasn't in time.
        GatewayUnusableError: it never will be.
        GatewayError: it could not be read, for a reason that does not pass.

    """
    clock = asyncio.get_running_loop().time
    start = clock()
    seen = _Seen()
    while True:
        check()
        try:
            gateway = await asyncio.wait_for(read(), max(wait.timeout - (clock() - start), _SHORTEST_POLL))
        except GatewayNotFoundError:
            # One that was there and is gone was deleted.
            if seen.status or clock() - start >= min(appear, wait.timeout):
                raise
            seen.phrase = "not found yet"
        except asyncio.TimeoutError:
            seen.phrase = seen.phrase or "no answer yet"
        except _PASSING as error:
            seen.phrase = f"can't be read just now: {error}"
        else:
            seen.update(gateway)
            if gateway.ready:
                report("ready", f"{clock() - start:.0f} s")
                return
            if gateway.status.status in _HOPELESS:
                raise seen.error(GatewayUnusableError, f"gateway {gateway_id}: {_HOPELESS[gateway.status.status]}")
        elapsed = clock() - start
        report(seen.phrase, _spent(elapsed, wait))
        left = wait.timeout - elapsed
        if left <= 0:
            raise seen.error(
                WaitTimeoutError,
                f"gateway {gateway_id}: not ready after {elapsed:.0f} s; wait longer with "
                f"wait_for_ready=WaitForReady(timeout=…), or look into the gateway",
            )
        await asyncio.sleep(min(wait.poll_interval, left))


class _Seen:
    """What was seen last."""

    def __init__(self) -> None:
        self.status = ""
        self.conditions: tuple[str, ...] = ()
        self.phrase = ""

    def update(self, gateway: Gateway) -> None:
        """Take over what a look at the gateway has shown."""
        self.status = gateway.status.status
        self.conditions = unmet(gateway)
        no_endpoint = ["no endpoint yet"] if self.status == "STATUS_READY" and not gateway.status.endpoints else []
        self.phrase = "; ".join([self.status, *no_endpoint, *self.conditions])

    def error(self, kind: type[WaitError], message: str) -> WaitError:
        """Return an error that carries it."""
        error = kind(f"{message} ({self.phrase})" if self.phrase else message)
        error.status, error.conditions = self.status, self.conditions
        return error


def unmet(gateway: Gateway) -> tuple[str, ...]:
    """Return the conditions of a gateway that aren't met, each as one phrase on one line."""
    return tuple(_phrase(condition) for condition in gateway.status.conditions if condition.status != "True")


def _phrase(condition: Condition) -> str:
    where = f" in {one_line(condition.zone)}" if condition.zone else ""
    why = ": ".join(filter(None, (one_line(condition.reason), one_line(condition.message))))
    return f"{one_line(condition.type)}{where} is {one_line(condition.status)}" + (f" ({why})" if why else "")


def _spent(seconds: float, wait: WaitForReady) -> str:
    return f"{seconds:.0f} s of {wait.timeout:g} s"
