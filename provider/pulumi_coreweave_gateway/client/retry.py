"""The retry loop: attempts until the deadline.

Transient failures are retried 0.2 to 5 s apart, as CoreWeave's own providers do; the last pause is shortened so that a
last attempt fits. ``Retry-After`` is honored if it ends before the deadline. After a 429, the requests of a client
that were rejected take turns: see :class:`Turnstile`.

urllib3's retries end with the headers of a response: they cover neither a body that breaks off, nor a proxy's page
with status 200, nor a deadline.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from ..config import Settings
from ..errors import GatewayError
from .failures import TOO_MANY_REQUESTS, from_exception, from_response
from .transport import OK, Call, Transport, parse_json

SHORTEST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
SHORTEST_TURN = 0.1
REPORT_AFTER = 5.0
"""Seconds after which a lookup that keeps failing is reported."""

_SHORTEST_ATTEMPT = 0.1
_DOUBLINGS = 10
_HOUR = 3600

Report = Callable[[str], None]
"""Called once, when a lookup has been failing for a while: with the last failure, and how much time is left."""


class Clock(Protocol):
    """What the client needs of :mod:`time`; tests have one that doesn't sleep."""

    def monotonic(self) -> float:
        """Return the seconds since some moment."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""


class Turnstile:
    """A queue of the requests that were rejected with a 429: only the first one is sent again, the others wait.

    The pause before each of its attempts doubles while it is rejected, up to 5 s, and halves with each request that
    gets through.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()
        self._pause = SHORTEST_TURN

    def wait(self, request: object, seconds: float) -> float | None:
        """Queue a request that was rejected, and wait until it is the first one.

        Args:
            request: The request; the first one may come again.
            seconds: The longest time to wait.

        Returns:
            The pause before its next attempt in seconds, or None if it isn't the first one in time.

        """
        with self._changed:
            if request in self._queue:
                self._pause = min(2 * self._pause, LONGEST_PAUSE)
            else:
                self._queue.append(request)
            return self._pause if self._changed.wait_for(lambda: self._queue[0] is request, seconds) else None

    def leave(self, request: object, *, passed: bool) -> None:
        """Remove a request, if it is in the queue.

        Args:
            request: The request.
            passed: Whether the server has accepted it.

        """
        with self._changed, contextlib.suppress(ValueError):
            self._queue.remove(request)
            if passed:
                self._pause = max(self._pause / 2, SHORTEST_TURN)
            self._changed.notify_all()


class RetryingClient:
    """Requests JSON from the API.

    Args:
        settings: The endpoint, the token and the time limits.
        connections: How many requests may be in progress at once.
        clock: The clock, by default the system's.

    """

    def __init__(self, settings: Settings, connections: int, clock: Clock = time) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = Transport(settings, connections)
        self._turnstile = Turnstile()

    def fetch(self, call: Call, *, seconds: float, report: Report | None = None) -> Any:
        """Return the JSON value of a successful response.

        Args:
            call: The request.
            seconds: The time limit for all attempts and the pauses between them.
            report: Called once when the lookup has been failing for some seconds.

        Raises:
            GatewayError: No such response arrived in time, or a failure is permanent.

        """
        clock, request = self._clock, object()
        began = clock.monotonic()
        deadline = began + seconds
        attempts = failures = 0
        queued = last = passed = False
        error: GatewayError | None = None
        try:
            while True:
                sent = clock.monotonic()
                attempts += 1
                try:
                    value = self._attempt(call, deadline - sent)
                except GatewayError as failure:
                    # Of an attempt that the deadline has cut short, the reason is what failed before.
                    if error is None or not failure.timed_out or clock.monotonic() < deadline:
                        error = failure
                else:
                    passed = True
                    return value
                received = clock.monotonic()
                pause: float | None
                if error.http_status == TOO_MANY_REQUESTS:
                    queued = True
                    pause = self._turnstile.wait(request, deadline - received)
                else:
                    if queued:
                        self._turnstile.leave(request, passed=True)
                    failures += 1
                    pause = backoff(failures)
                now = clock.monotonic()
                left = deadline - now
                asked = max((error.retry_after or 0.0) - (now - received), 0.0)
                if not error.retryable or last or pause is None or left <= _SHORTEST_ATTEMPT or asked >= left:
                    raise _with_attempts(error, attempts, now - began, left)
                if report is not None and now - began >= REPORT_AFTER:
                    # A full disk behind stderr must not end the lookup.
                    with contextlib.suppress(Exception):
                        report(retry_message(call.label, attempts, error, left))
                    report = None
                latest = max(left - max(2 * (received - sent), _SHORTEST_ATTEMPT), 0.0)
                last = pause >= latest
                clock.sleep(max(min(pause, latest), asked))
        finally:
            if queued:
                self._turnstile.leave(request, passed=passed)

    def close(self) -> None:
        """Close the kept connections that are not in use."""
        self._transport.close()

    def _attempt(self, call: Call, seconds: float) -> Any:
        """Send one request, and return the JSON value of its response.

        Raises:
            GatewayError: The attempt failed.

        """
        try:
            response = self._transport.get(call, seconds)
            if response.status == OK:
                return parse_json(response.body, call.max_body)
        except Exception as error:  # noqa: BLE001 - it becomes an InternalError if it is unexpected
            failure = from_exception(error, call, self._settings)
        else:
            failure = from_response(response, call, self._settings, parse_retry_after(response.headers))
        # Outside of the handler: the frames and the message of the original exception may contain secrets.
        raise failure


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures: exponential, with jitter that spreads clients out."""
    jitter: float = random.uniform(0, SHORTEST_PAUSE)  # noqa: S311 - not for cryptography
    return min(SHORTEST_PAUSE * float(2 ** min(failures - 1, _DOUBLINGS)) + jitter, LONGEST_PAUSE)


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a ``Retry-After`` header, or None if it is missing or invalid.

    A date counts from the response's own ``Date``: the server's clock may differ from this machine's.
    """
    value, date = headers.get("Retry-After", ""), headers.get("Date")
    try:
        if value.strip().isdecimal():
            return float(value)
        now = parsedate_to_datetime(date) if date else datetime.now(timezone.utc)
        return max((parsedate_to_datetime(value) - now).total_seconds(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


def retry_message(label: str, attempt: int, error: GatewayError, seconds_left: float) -> str:
    """Return a sentence such as ``attempt 4 failed: connection refused; giving up in 22 s``."""
    return f"attempt {attempt} failed: {error.reason(label)}; giving up in {max(seconds_left, 0.0):.0f} s"


def _with_attempts(error: GatewayError, attempts: int, spent: float, left: float) -> GatewayError:
    """Return an error whose message ends with the number of attempts, and why there was no other one."""
    notes = [f"{attempts} attempts in {spent:.1f} s"] if attempts > 1 else []
    if error.retry_after is not None and error.retry_after >= left > 0:
        wait = f"{error.retry_after:.0f} s" if error.retry_after <= _HOUR else "more than an hour"
        notes.append(f"the server asked to wait {wait}, longer than the {left:.1f} s left")
    return error.with_message(f"{error} ({', '.join(notes)})") if notes else error
