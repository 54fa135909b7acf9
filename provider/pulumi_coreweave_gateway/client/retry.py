"""The retry loop: attempts, backoff, and one deadline over everything.

The policy is that of CoreWeave's own providers: at most 10 attempts, 0.2 to 5 s apart, for failures that are
transient. A 429 slows down all clients of the same endpoint and token instead, and is retried until the deadline,
however many attempts that takes. ``Retry-After`` is honored if it ends before the deadline.

urllib3's retries end with the headers of a response: they cover neither a body that breaks off, nor a proxy's page
with status 200, nor a deadline.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from ..config import Settings
from ..errors import GatewayError, InvalidResponseError
from .body import InvalidBodyError, parse_json
from .http_errors import error_from_response
from .rate_limit import Clock, shared_pacer
from .transport import OK, Transport
from .transport_errors import FOREIGN, error_from_exception

MAX_ATTEMPTS = 10
SHORTEST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
REPORT_AFTER = 5.0
"""Seconds after which a lookup that keeps failing is reported."""

TOO_MANY_REQUESTS = 429
_HOUR = 3600

Report = Callable[[str], None]
"""Called once, when a lookup has been failing for a while: with the last failure, and how much time is left."""


@dataclass(frozen=True)
class Call:
    """A GET request, and how messages describe it.

    Attributes:
        path: The path on the server.
        subject: What is requested, such as ``gateway 6f1c…`` or ``the list of gateways``.
        max_body: The maximum size of the body in bytes.
        single: Whether it is one gateway, which may not exist.

    """

    path: str
    subject: str
    max_body: int
    single: bool


class RetryingClient:
    """Requests JSON from the API.

    Args:
        settings: The endpoint, the token and the timeouts.
        connections: How many requests may be in progress at once.
        clock: The clock, by default the system's.

    """

    def __init__(self, settings: Settings, connections: int, clock: Clock = time) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = Transport(settings, connections)
        self._pacer = shared_pacer(settings)

    def fetch(self, call: Call, *, seconds: float, report: Report | None = None) -> Any:
        """Return the JSON value of a successful response.

        Args:
            call: The request.
            seconds: The time limit for all attempts and the pauses between them.
            report: Called once when the lookup has been failing for some seconds.

        Raises:
            GatewayError: No such response arrived in time, or a failure is permanent.

        """
        now = started = self._clock.monotonic()
        deadline = started + seconds
        attempts = failures = 0
        pause = 0.0
        error: GatewayError | None = None
        while True:
            in_turn = self._pacer.wait(self._clock, now + pause, deadline)
            if error is not None and not in_turn:
                raise _with_attempts(error, attempts, now - started, deadline - now)
            sent = self._clock.monotonic()
            left = deadline - sent
            attempts += 1
            try:
                value = self._attempt(call, min(left, self._settings.http_timeout))
            except GatewayError as failure:
                # Of an attempt that the deadline has cut short, the reason is what failed before.
                cut_short = failure.timed_out and left < self._settings.http_timeout
                error = error if error is not None and cut_short else failure
            else:
                self._pacer.speed_up()
                return value
            now = self._clock.monotonic()
            if now >= deadline:
                raise _with_attempts(error, attempts, now - started, deadline - now)
            pause = error.retry_after or 0.0
            if error.http_status == TOO_MANY_REQUESTS:
                self._pacer.slow_down(sent, now, pause)
            else:
                failures += 1
                pause = max(pause, backoff(failures))
            if not error.retryable or failures >= MAX_ATTEMPTS or now + pause >= deadline:
                raise _with_attempts(error, attempts, now - started, deadline - now)
            if report is not None and now - started >= REPORT_AFTER:
                report(retry_message(call.subject, attempts, error, deadline - now))
                report = None

    def close(self) -> None:
        """Close the kept connections."""
        self._transport.close()

    def _attempt(self, call: Call, seconds: float) -> Any:
        """Send one request, and return the JSON value of its response.

        Raises:
            GatewayError: The attempt failed.

        """
        subject, settings = call.subject, self._settings
        try:
            response = self._transport.get(call.path, seconds, call.max_body)
            if response.status == OK:
                return parse_json(response.body)
        except InvalidBodyError as error:
            failure: GatewayError = InvalidResponseError(
                f"{subject}: the response of {settings.endpoint} {error}; check {settings.names.endpoint}, and look "
                "for a proxy or a login page in between",
                http_status=OK,
                retryable=error.retryable,
            )
        except FOREIGN as error:
            failure = error_from_exception(error, subject, settings, seconds)
        else:
            retry_after = parse_retry_after(response.headers.get("Retry-After"))
            failure = error_from_response(response, subject, settings, retry_after, single=call.single)
        # Outside of the handlers: the original exception may hold a part of the body, and is not chained.
        raise failure


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures: exponential, with jitter that spreads clients out."""
    jitter: float = random.uniform(0, SHORTEST_PAUSE)  # noqa: S311 - not for cryptography
    return min(SHORTEST_PAUSE * float(2 ** (failures - 1)) + jitter, LONGEST_PAUSE)


def parse_retry_after(value: str | None) -> float | None:
    """Return the seconds of a ``Retry-After`` header, or None if it is missing or invalid."""
    if value is None:
        return None
    try:
        return max(float(Retry(0).parse_retry_after(value)), 0.0)
    except (InvalidHeader, ValueError, OverflowError, TypeError):
        return None


def retry_message(subject: str, attempt: int, error: GatewayError, seconds_left: float) -> str:
    """Return a sentence such as ``attempt 4 failed: connection refused; giving up in 22 s``."""
    reason = str(error).removeprefix(f"{subject}: ").partition("; ")[0]
    return f"attempt {attempt} failed: {reason}; giving up in {max(seconds_left, 0.0):.0f} s"


def _with_attempts(error: GatewayError, attempts: int, spent: float, left: float) -> GatewayError:
    """Return an error whose message ends with the number of attempts, and why there was no other one."""
    notes = [f"{attempts} attempts in {spent:.1f} s"] if attempts > 1 else []
    if error.retry_after is not None and error.retry_after >= left:
        wait = f"{error.retry_after:.0f} s" if error.retry_after <= _HOUR else "more than an hour"
        notes.append(f"the server asked to wait {wait}, longer than the {max(left, 0.0):.1f} s left")
    return error.with_message(f"{error} ({', '.join(notes)})") if notes else error
