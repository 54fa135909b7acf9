"""Wait until a gateway is ready: in ``up`` only, in the program's process, one request at a time for each gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import (
    GatewayError,
    GatewayNotFoundError,
    GatewayUnusableError,
    InvalidArgumentError,
    NameNotFoundError,
    WaitError,
    WaitTimeoutError,
    naming,
)
from ..gateways.names import DELETING
from ..messages import one_line
from ..pulumi_internals import raise_program_failure
from . import clients as program_client
from .cli_command import waits_for_ready
from .name_lookup import find_by_name

if TYPE_CHECKING:
    from ..client.models import Condition, Gateway

APPEAR_TIMEOUT = 60.0
"""Seconds to wait for a gateway that isn't found: right after its creation it may not be listed yet."""

_READY = "STATUS_READY"
_NOT_FOUND = "not found yet"
_MAX_CONDITIONS = 10
_MIN_POLL_INTERVAL = 0.1
_MAX_SECONDS = 24 * 3600.0
_FREQUENT_HEARTBEATS = 120.0
_UNUSABLE = {"STATUS_FAILED": "has failed and can't recover", DELETING: "is being deleted"}


@dataclass(frozen=True)
class WaitForReady:
    """How to wait until a gateway is ready.

    Attributes:
        timeout: The longest time to wait, in seconds (45 minutes by default).
        poll_interval: The time between two requests, in seconds (5 by default).

    Raises:
        InvalidArgumentError: A number is out of range.

    """

    timeout: float = 45 * 60
    poll_interval: float = 5

    def __post_init__(self) -> None:
        """Check both numbers."""
        for name, minimum in (("timeout", 0.0), ("poll_interval", _MIN_POLL_INTERVAL)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not minimum <= value <= _MAX_SECONDS:
                raise InvalidArgumentError(
                    f"WaitForReady: {name} must be a number of seconds from {minimum:g} to {_MAX_SECONDS:g}"
                )


def parse_wait_option(value: object, what: str) -> WaitForReady | None:
    """Return how to wait, from the argument ``wait_for_ready``; None not to wait.

    Raises:
        InvalidArgumentError: The argument is neither a bool nor a :class:`WaitForReady`.

    """
    if value is None or value is False:
        return None
    if value is True:
        return WaitForReady()
    if isinstance(value, WaitForReady):
        return value
    raise InvalidArgumentError(f"{what}: wait_for_ready must be True or WaitForReady(…), not {type(value).__name__}")


class Progress:
    """Progress messages of one wait: each change at once, and a heartbeat while nothing changes.

    Args:
        log: Logs one message.
        clock: Returns the current time in seconds.

    """

    def __init__(self, log: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._log = log
        self._clock = clock
        self._start = self._logged_at = clock()
        self._last: object = None

    @property
    def elapsed(self) -> float:
        """Seconds since the wait began."""
        return self._clock() - self._start

    def report(self, text: str, key: object = None) -> None:
        """Log what is being waited for, unless the same was logged a short time ago.

        Args:
            text: The gateway's status and conditions, or why they aren't known.
            key: What counts as the same; by default the text.

        """
        interval = 10.0 if self.elapsed < _FREQUENT_HEARTBEATS else 30.0
        key = text if key is None else key
        if key != self._last or self._clock() - self._logged_at >= interval:
            self._last, self._logged_at = key, self._clock()
            self._log(f"waiting for {_READY} [{format_elapsed(self.elapsed)} elapsed]: {text}")

    def finish(self) -> None:
        """Log that the gateway is ready, if there was anything to wait for."""
        if self._last is not None:
            self._log(f"{_READY} after {format_elapsed(self.elapsed)}")


def format_elapsed(seconds: float) -> str:
    """Return a duration such as ``45s`` or ``2m30s``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"


@dataclass(frozen=True)
class Waiter:
    """The wait of one lookup.

    Attributes:
        what: What the lookup is called in messages.
        profile: The profile to look up with, ``""`` for the default one.
        wait: How long to wait, and how often to poll.
        row_log: Returns a function that logs a message in the lookup's row.
        confirm: Whether READY must be seen twice, because an update of the gateway may have just started.

    """

    what: str
    profile: str
    wait: WaitForReady
    row_log: Callable[[], Awaitable[Callable[[str], None]]]
    confirm: bool = False

    async def find(self, name: str) -> str:
        """Return the ID of the gateway with a name, waiting until it is listed.

        Raises:
            GatewayError: The gateway isn't listed in time, or the list can't be read.
            pulumi.RunError: The program has failed meanwhile.

        """
        progress = Progress(await self.row_log(), asyncio.get_running_loop().time)
        while True:
            text, timeout = _NOT_FOUND, min(APPEAR_TIMEOUT, self.wait.timeout)
            failure: NameNotFoundError | GatewayUnusableError
            try:
                # Lookups that wait at the same time share their lists.
                max_age = self.wait.poll_interval / 2
                found = await find_by_name(self.what, name, self.profile, deferred=True, max_age=max_age)
                if found.status.status != DELETING:
                    return found.spec.id
                # A replacement has the same name.
                text, timeout = f"{DELETING}; not replaced yet", self.wait.timeout
                failure = GatewayUnusableError(f"{self.what}: gateway {found.spec.id}: {_UNUSABLE[DELETING]}")
                failure.status = DELETING
            except NameNotFoundError as error:
                failure = error
            if progress.elapsed >= timeout:
                raise failure
            progress.report(text)
            await asyncio.sleep(min(self.wait.poll_interval, max(timeout - progress.elapsed, 0.0)))
            raise_program_failure()

    async def until_ready(self, gateway_id: str) -> str:
        """Return a gateway's ID once the gateway is ready; at once if the command isn't ``up``.

        Raises:
            GatewayError: The gateway isn't ready in time, never will be, or can't be read.
            pulumi.RunError: The program has failed meanwhile.

        """
        if not waits_for_ready():
            return gateway_id

        async def read() -> Gateway:
            return await asyncio.wrap_future(program_client.get_gateway(gateway_id, self.profile))

        progress = Progress(await self.row_log(), asyncio.get_running_loop().time)
        with naming(self.what):
            await wait_until_ready(gateway_id, self.wait, read, progress, raise_program_failure, confirm=self.confirm)
        return gateway_id


async def wait_until_ready(
    gateway_id: str,
    wait: WaitForReady,
    read: Callable[[], Awaitable[Gateway]],
    progress: Progress,
    check: Callable[[], None],
    *,
    confirm: bool = False,
) -> None:
    """Return once the gateway is ready.

    Args:
        gateway_id: The gateway's UUID, for messages.
        wait: How long to wait, and how often to poll.
        read: Reads the gateway once.
        progress: Reports what each poll has seen.
        check: Called before each poll; raises if the wait is of no use any more.
        confirm: Whether a gateway that is ready at the first poll must still be ready at the second: an update that
            has just started shows up a moment later.

    Raises:
        WaitTimeoutError: The gateway wasn't ready in time.
        GatewayUnusableError: The gateway never will be ready.
        GatewayError: The gateway could not be read, and a later attempt won't succeed either.

    """
    seen = _Observation(gateway_id)
    first = True
    while True:
        check()
        await seen.poll(
            read,
            max(wait.timeout - progress.elapsed, _MIN_POLL_INTERVAL),
            may_be_missing=lambda: progress.elapsed < min(APPEAR_TIMEOUT, wait.timeout),
        )
        left = wait.timeout - progress.elapsed
        if seen.ready and not (confirm and first and left > 0):
            progress.finish()
            return
        if seen.status in _UNUSABLE:
            raise seen.error(GatewayUnusableError, f"gateway {gateway_id}: {_UNUSABLE[seen.status]}")
        progress.report(f"{seen.text}; polling once more" if seen.ready else seen.text, seen.key)
        if left <= 0:
            raise seen.error(
                WaitTimeoutError,
                f"gateway {gateway_id}: not ready after {format_elapsed(progress.elapsed)}; "
                "raise wait_for_ready=WaitForReady(timeout=…), or check the gateway",
            )
        await asyncio.sleep(min(wait.poll_interval, left))
        first = False


@dataclass
class _Observation:
    """What the latest poll has seen of a gateway.

    Attributes:
        gateway_id: The gateway's UUID.
        ready: Whether the gateway is ready.
        status: The last known status.
        conditions: The conditions that weren't met then.
        text: The status and the conditions, or why they aren't known.
        key: Changes when the text changes in substance, not with a request ID or a number of seconds.

    """

    gateway_id: str
    ready: bool = False
    status: str = ""
    conditions: tuple[str, ...] = ()
    text: str = ""
    key: object = field(default=None)

    async def poll(
        self, read: Callable[[], Awaitable[Gateway]], seconds: float, *, may_be_missing: Callable[[], bool]
    ) -> None:
        """Read the gateway once, within the given seconds.

        Raises:
            GatewayError: The gateway could not be read, and a later attempt won't succeed either.

        """
        try:
            self._saw(await asyncio.wait_for(read(), seconds))
        except GatewayNotFoundError:
            # A gateway that was there before has been deleted.
            if self.status or not may_be_missing():
                raise
            self.text = self.key = _NOT_FOUND
        except asyncio.TimeoutError:
            if not self.text:
                self.text = self.key = "no response yet"
        except GatewayError as error:
            if not error.retryable:
                raise
            # Only the reason: the remedy belongs to an error that ends something.
            reason = str(error).partition("; ")[0].removeprefix(f"gateway {self.gateway_id}: ")
            self.text = f"can't be read at the moment: {reason}"
            self.key = (type(error), error.http_status)

    def _saw(self, gateway: Gateway) -> None:
        self.ready = gateway.ready
        self.status = gateway.status.status
        self.conditions = unmet_conditions(gateway)
        phrases = [self.status, *self.conditions[:_MAX_CONDITIONS]]
        if self.status == _READY and not gateway.status.endpoints:
            phrases.insert(1, "no endpoint yet")
        if len(self.conditions) > _MAX_CONDITIONS:
            phrases.append(f"and {len(self.conditions) - _MAX_CONDITIONS} more conditions")
        self.text = self.key = "; ".join(phrases)

    def error(self, kind: type[WaitError], message: str) -> WaitError:
        """Return an error with the last status and its conditions."""
        error = kind(f"{message} ({self.text})" if self.text else message)
        error.status, error.conditions = self.status, self.conditions
        return error


def unmet_conditions(gateway: Gateway) -> tuple[str, ...]:
    """Return the gateway's conditions that aren't met, each as one phrase on one line."""
    return tuple(_phrase(condition) for condition in gateway.status.conditions if condition.status != "True")


def _phrase(condition: Condition) -> str:
    where = f" in {one_line(condition.zone)}" if condition.zone else ""
    why = ": ".join(filter(None, (one_line(condition.reason), one_line(condition.message))))
    return f"{one_line(condition.type)}{where} is {one_line(condition.status)}" + (f" ({why})" if why else "")
