"""Waits in the program's process, one request at a time for each lookup: for a name, and until a gateway is ready."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import GatewayError, InvalidArgumentError, NotFoundError, NotReadyError, naming
from ..gateways.names import DELETING, resolve_unique
from ..gateways.readiness import READY, described_status, unmet_conditions
from ..gateways.reads import LIST_MAX_AGE
from ..pulumi_internals import raise_program_failure
from .cli_command import waits_for_ready
from .requests import reads_for, retry_log

if TYPE_CHECKING:
    from ..client.models import Gateway

APPEAR_TIMEOUT = 60.0
"""Seconds to wait for a gateway that isn't found: right after its creation it may not be listed yet."""

_NOT_FOUND = "not found yet"
_MIN_POLL_INTERVAL = 0.1
_FIRST_POLL = 5.0
"""Seconds that the first poll may take, however short the timeout is."""
_MAX_SECONDS = 24 * 3600.0
_FREQUENT_HEARTBEATS = 120.0
UNUSABLE = {"STATUS_FAILED": "has failed and can't recover", DELETING: "is being deleted"}
"""Why a status is final."""


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


def parse_wait_option(value: object, label: str, default: WaitForReady | None = None) -> WaitForReady | None:
    """Return how to wait, from the argument ``wait_for_ready``; None not to wait.

    Args:
        value: The argument.
        label: The label of the lookup in error messages.
        default: What True means, by default 45 minutes and 5 seconds.

    Raises:
        InvalidArgumentError: The argument is neither a bool nor a :class:`WaitForReady`.

    """
    if value is None or value is False:
        return None
    if value is True:
        return default or WaitForReady()
    if isinstance(value, WaitForReady):
        return value
    raise InvalidArgumentError(f"{label}: wait_for_ready must be True or WaitForReady(…), not {type(value).__name__}")


async def find_by_name(
    label: str, name: str, profile: str, *, deferred: bool, max_age: float | None = None, recheck_age: float = 0.0
) -> Gateway:
    """Return the only gateway with a name, from a list that other lookups share.

    Args:
        label: The label of the lookup in error messages.
        name: The name; case matters.
        profile: The profile to look up with, ``""`` for the default one.
        deferred: Whether the lookup had to wait for something. The gateway may have been created or replaced since an
            older list was requested, so if it isn't in the list, or is being deleted, the list is requested once more.
        max_age: How many seconds ago the list may have been requested; by default any in this deployment, and five if
            the lookup was deferred.
        recheck_age: The same for the second list, counted from now.

    Raises:
        NotFoundError: No gateway has the name.
        AmbiguousNameError: Several gateways have the name.
        GatewayError: The list of gateways could not be read.

    """
    since = time.monotonic() - recheck_age if deferred else None
    with naming(label):
        reads, report = reads_for(profile), retry_log("the list of gateways")
        if max_age is None:
            max_age = LIST_MAX_AGE if deferred else math.inf
        listing = await reads.list_with(name, report, max_age=max_age, since=since)
    return resolve_unique(label, name, listing)


@dataclass(frozen=True)
class Seen:
    """What one poll has seen.

    Attributes:
        ready: Whether the wait ends.
        text: The status and its unmet conditions, for messages.
        status: The status.
        conditions: The unmet conditions, each as one phrase.
        unusable: Why it will never be ready, ``""`` if it may.

    """

    ready: bool
    text: str
    status: str = ""
    conditions: tuple[str, ...] = ()
    unusable: str = ""


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
            self._log(f"waiting for {READY} [{format_elapsed(self.elapsed)} elapsed]: {text}")

    def finish(self) -> None:
        """Log that the wait has ended well, if there was anything to wait for."""
        if self._last is not None:
            self._log(f"{READY} after {format_elapsed(self.elapsed)}")


def format_elapsed(seconds: float) -> str:
    """Return a duration such as ``45s`` or ``2m30s``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"


class ReadyWait:
    """Polls until what is waited for is ready.

    Args:
        subject: What is waited for in error messages, such as ``gateway 6f1c…``.
        wait: How long to wait, and how often to poll.
        read: Polls once.
        progress: Reports what each poll has seen.
        check: Called before each poll; raises if the wait has become pointless.
        remedy: What to do if more time doesn't help.

    """

    def __init__(
        self,
        subject: str,
        wait: WaitForReady,
        read: Callable[[], Awaitable[Seen]],
        progress: Progress,
        check: Callable[[], None] = raise_program_failure,
        remedy: str = "check the gateway",
    ) -> None:
        self._subject = subject
        self._wait = wait
        self._read = read
        self._progress = progress
        self._remedy = remedy
        self._check = check
        self._began = progress.elapsed
        self._seen: Seen | None = None
        self._text = ""
        self._key: object = None  # changes when the text does, but not with a request ID or a number of seconds

    async def run(self, *, confirm: bool = False) -> None:
        """Return once it is ready.

        Args:
            confirm: Whether what is ready at the first poll must still be ready at the second: an update that has just
                started shows up a moment later.

        Raises:
            NotReadyError: It wasn't ready in time, or never will be.
            GatewayError: It could not be read, and a later attempt won't succeed either.

        """
        while True:
            self._check()
            ready = await self._poll()
            left = self._wait.timeout - self._progress.elapsed
            if ready and not (confirm and left > 0):
                self._progress.finish()
                return
            if self._seen is not None and self._seen.unusable:
                raise self._error(self._seen.unusable)
            self._progress.report(f"{self._text}; polling once more" if ready else self._text, self._key)
            if left <= 0:
                raise self._error(
                    f"not ready after {format_elapsed(self._progress.elapsed)}; increase the timeout with "
                    f"wait_for_ready=WaitForReady(timeout=…), or {self._remedy}",
                    timed_out=True,
                )
            await asyncio.sleep(min(self._wait.poll_interval, left))
            confirm = False

    async def _poll(self) -> bool:
        """Poll once, within the rest of the timeout, and return whether it is ready."""
        shortest = _MIN_POLL_INTERVAL if self._text else _FIRST_POLL
        seconds = max(self._wait.timeout - self._progress.elapsed, shortest)
        try:
            self._seen = await asyncio.wait_for(self._read(), seconds)
        except NotFoundError:
            # What was there before has been deleted.
            elapsed = self._progress.elapsed
            if self._seen or elapsed - self._began >= APPEAR_TIMEOUT or elapsed >= self._wait.timeout:
                raise
            self._text = self._key = _NOT_FOUND
        except asyncio.TimeoutError:
            if not self._text:
                self._text = self._key = "no response yet"
        except GatewayError as error:
            if not error.retryable:
                raise
            self._text = f"can't be read at the moment: {error.reason(self._subject)}"
            self._key = (type(error), error.http_status)
        else:
            self._text = self._key = self._seen.text
            return self._seen.ready
        return False

    def _error(self, message: str, *, timed_out: bool = False) -> NotReadyError:
        """Return an error with the last known status and its conditions."""
        text = f" ({self._text})" if self._text else ""
        error = NotReadyError(f"{self._subject}: {message}{text}", timed_out=timed_out)
        if self._seen is not None:
            error.status, error.conditions = self._seen.status, self._seen.conditions
        return error


@dataclass
class GatewayWait:
    """The wait of one lookup, for its name and for its gateway to be ready, with one timeout.

    Attributes:
        label: The label of the lookup in error messages.
        profile: The profile to look up with, ``""`` for the default one.
        wait: How long to wait, and how often to poll.
        row_log: Returns a function that logs a message in the lookup's row.
        confirm: Whether READY must be seen twice, because an update of the gateway may have just started.

    """

    label: str
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
                age = self.wait.poll_interval / 2
                found = await find_by_name(self.label, name, self.profile, deferred=True, recheck_age=age)
                if found.status.status != DELETING:
                    return found.spec.id
                # A replacement has the same name.
                text, timeout = f"{DELETING}; not replaced yet", self.wait.timeout
                failure = NotReadyError(
                    f"{self.label}: gateway {found.spec.id} {UNUSABLE[DELETING]}, and no other gateway has its name"
                )
                failure.status = DELETING
            except NotFoundError as error:
                failure = error
            except GatewayError as error:
                if not error.retryable:
                    raise
                text, timeout = "gateways can't be listed at the moment: ", self.wait.timeout
                text += error.reason(f"{self.label}: the list of gateways")
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

        async def read() -> Seen:
            with naming(f"gateway {gateway_id}"):
                reads = reads_for(self.profile)
            return seen_gateway(await asyncio.wrap_future(reads.get(gateway_id)))

        progress = await self._started()
        with naming(self.label):
            await ReadyWait(f"gateway {gateway_id}", self.wait, read, progress).run(confirm=self.confirm)
        return gateway_id


def check_still_ready(subject: str, ready: bool, status: str) -> bool:
    """Return ``ready`` as it was read after a wait; NotReadyError if it isn't any more.

    Args:
        subject: What was waited for, such as ``lookup 'prod': the gateway``.
        ready: Whether it is ready.
        status: Its status as it was read.

    """
    if ready or not waits_for_ready():
        return ready
    error = NotReadyError(
        f"{subject} was ready when the wait ended, but its status was {status} when it was read; run `pulumi up` again"
    )
    error.status = status
    raise error


def seen_gateway(gateway: Gateway) -> Seen:
    """Return what a poll has seen of a gateway."""
    status, conditions = gateway.status.status, unmet_conditions(map(dict, gateway.status.conditions))
    return Seen(
        ready=gateway.ready,
        text=described_status(status, conditions, has_endpoint=gateway.ready),
        status=status,
        conditions=conditions,
        unusable=UNUSABLE.get(status, ""),
    )
