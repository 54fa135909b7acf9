"""Wait until a gateway is ready: in ``up`` only, in the program's process, one request at a time for each gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import (
    GatewayError,
    InvalidArgumentError,
    NotFoundError,
    WaitError,
    naming,
)
from ..gateways.names import DELETING
from ..messages import one_line
from ..pulumi_internals import raise_program_failure
from . import clients
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
    """How ``up`` waits until a gateway is ready.

    Attributes:
        timeout: The longest time to wait until the gateway is found and ready, in seconds, from 0 to 86,400 (24 hours);
            45 minutes by default.
        poll_interval: The time between two requests, in seconds, from 0.1 to 86,400; 5 by default.

    Raises:
        InvalidArgumentError: A number is out of range.

    Examples:
        >>> GatewayLookup("prod", gateway_name="prod", wait_for_ready=WaitForReady(timeout=60 * 60))

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


@dataclass
class Waiter:
    """The wait of one lookup, for its name and for its gateway to be ready, with one timeout.

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
    _progress: Progress | None = field(default=None, init=False)

    async def _started(self) -> Progress:
        if self._progress is None:
            self._progress = Progress(await self.row_log(), asyncio.get_running_loop().time)
        return self._progress

    async def find(self, name: str) -> str:
        """Return the ID of the gateway with a name, waiting until it is listed.

        Raises:
            GatewayError: The gateway isn't listed in time, or the list could not be read and a later attempt won't
                succeed either.
            pulumi.RunError: The program has failed meanwhile.

        """
        progress = await self._started()
        while True:
            text, timeout = _NOT_FOUND, min(APPEAR_TIMEOUT, self.wait.timeout)
            key: object = None
            failure: GatewayError
            try:
                # Lookups that wait at the same time share their lists.
                max_age = self.wait.poll_interval / 2
                found = await find_by_name(self.what, name, self.profile, deferred=True, max_age=max_age)
                if found.status.status != DELETING:
                    return found.spec.id
                # A replacement has the same name.
                text, timeout = f"{DELETING}; not replaced yet", self.wait.timeout
                unusable = WaitError(
                    f"{self.what}: gateway {found.spec.id} {_UNUSABLE[DELETING]}, and no other gateway has its name"
                )
                unusable.status = DELETING
                failure = unusable
            except NotFoundError as error:
                failure = error
            except GatewayError as error:
                if not error.retryable:
                    raise
                text, timeout = "gateways can't be listed at the moment: ", self.wait.timeout
                text += _reason(error, f"{self.what}: the list of gateways")
                key = (type(error), error.http_status)
                failure = error
            if progress.elapsed >= timeout:
                raise failure
            progress.report(text, key)
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
            return await asyncio.wrap_future(clients.get_gateway(gateway_id, self.profile))

        progress = await self._started()
        with naming(self.what):
            await ReadyWait(gateway_id, self.wait, read, progress, raise_program_failure).run(confirm=self.confirm)
        return gateway_id


class ReadyWait:
    """Polls a gateway until it is ready.

    Args:
        gateway_id: The gateway's UUID, for messages.
        wait: How long to wait, and how often to poll.
        read: Reads the gateway once.
        progress: Reports what each poll has seen.
        check: Called before each poll; raises if the wait has become pointless.

    """

    def __init__(
        self,
        gateway_id: str,
        wait: WaitForReady,
        read: Callable[[], Awaitable[Gateway]],
        progress: Progress,
        check: Callable[[], None],
    ) -> None:
        self._subject = f"gateway {gateway_id}"
        self._wait = wait
        self._read = read
        self._progress = progress
        self._check = check
        self._began = progress.elapsed
        self._gateway: Gateway | None = None
        self._text = ""
        self._key: object = None  # changes when the text does, but not with a request ID or a number of seconds

    async def run(self, *, confirm: bool = False) -> None:
        """Return once the gateway is ready.

        Args:
            confirm: Whether a gateway that is ready at the first poll must still be ready at the second: an update
                that has just started shows up a moment later.

        Raises:
            WaitError: The gateway wasn't ready in time, or never will be ready.
            GatewayError: The gateway could not be read, and a later attempt won't succeed either.

        """
        while True:
            self._check()
            ready = await self._poll()
            status = self._gateway.status.status if self._gateway else ""
            left = self._wait.timeout - self._progress.elapsed
            if ready and not (confirm and left > 0):
                self._progress.finish()
                return
            if status in _UNUSABLE:
                raise self._error(_UNUSABLE[status])
            self._progress.report(f"{self._text}; polling once more" if ready else self._text, self._key)
            if left <= 0:
                raise self._error(
                    f"not ready after {format_elapsed(self._progress.elapsed)}; "
                    "raise wait_for_ready=WaitForReady(timeout=…), or check the gateway",
                    timed_out=True,
                )
            await asyncio.sleep(min(self._wait.poll_interval, left))
            confirm = False

    async def _poll(self) -> bool:
        """Read the gateway once, within the rest of the timeout, and return whether it is ready."""
        seconds = max(self._wait.timeout - self._progress.elapsed, _MIN_POLL_INTERVAL)
        try:
            self._gateway = await asyncio.wait_for(self._read(), seconds)
        except NotFoundError:
            # One that was there before has been deleted.
            elapsed = self._progress.elapsed
            if self._gateway or elapsed - self._began >= APPEAR_TIMEOUT or elapsed >= self._wait.timeout:
                raise
            self._text = self._key = _NOT_FOUND
        except asyncio.TimeoutError:
            if not self._text:
                self._text = self._key = "no response yet"
        except GatewayError as error:
            if not error.retryable:
                raise
            self._text = f"can't be read at the moment: {_reason(error, self._subject)}"
            self._key = (type(error), error.http_status)
        else:
            self._text = self._key = _describe(self._gateway)
            return self._gateway.ready
        return False

    def _error(self, message: str, *, timed_out: bool = False) -> WaitError:
        """Return an error with the last known status and its conditions."""
        text = f"{self._subject}: {message}" + (f" ({self._text})" if self._text else "")
        error = WaitError(text, timed_out=timed_out)
        if self._gateway is not None:
            error.status, error.conditions = self._gateway.status.status, unmet_conditions(self._gateway)
        return error


def _reason(error: GatewayError, subject: str) -> str:
    """Return why a request failed, without the remedy, which belongs to the error that ends the wait."""
    return str(error).partition("; ")[0].removeprefix(f"{subject}: ")


def _describe(gateway: Gateway) -> str:
    """Return a gateway's status and its unmet conditions."""
    status, conditions = gateway.status.status, unmet_conditions(gateway)
    parts = [status]
    if status == _READY and not gateway.status.endpoints:
        parts.append("no endpoint yet")
    parts += conditions[:_MAX_CONDITIONS]
    if len(conditions) > _MAX_CONDITIONS:
        parts.append(f"and {len(conditions) - _MAX_CONDITIONS} more conditions")
    return "; ".join(parts)


def unmet_conditions(gateway: Gateway) -> tuple[str, ...]:
    """Return the gateway's conditions that aren't met, each as one phrase on one line."""
    return tuple(_phrase(condition) for condition in gateway.status.conditions if condition.status != "True")


def _phrase(condition: Condition) -> str:
    where = f" in {one_line(condition.zone)}" if condition.zone else ""
    why = ": ".join(filter(None, (one_line(condition.reason), one_line(condition.message))))
    return f"{one_line(condition.type)}{where} is {one_line(condition.status)}" + (f" ({why})" if why else "")
