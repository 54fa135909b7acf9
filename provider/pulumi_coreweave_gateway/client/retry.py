"""The one loop: tries, the pauses between them, and one deadline over everything.

urllib3's own retries end where an answer's headers begin: they know neither a body that breaks off, nor a proxy's
page with status 200, nor a deadline.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, Protocol

from ..config import Settings
from ..errors import DeadlineExceededError, GatewayError, InvalidResponseError
from .body import (
    Bounds,
    NotStrictJSONError,
    TooDeepError,
    TooLargeError,
    TooManyValuesError,
    parse_json,
    read_body,
    read_start,
)
from .http_errors import Subject, refusal
from .policy import RETRIED_STATUSES, Pauses, retry_after
from .transport import Transport
from .transport_errors import FOREIGN, explain
from .watchdog import Watchdog

_OK = 200
_MIB = 1024 * 1024
_HOUR = 3600


class Clock(Protocol):
    """What the loop needs of time; tests have one that takes none."""

    def monotonic(self) -> float:
        """Return seconds since some moment."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""


class _FailedTryError(Exception):
    """A try has failed.

    Attributes:
        error: makes our error, from the number of tries in words.
        passing: whether another try may help.
        after: seconds that the server asks to wait.
        out_of_time: whether it says no more than that the time is over.

    """

    def __init__(
        self,
        error: Callable[[str], GatewayError],
        *,
        passing: bool,
        after: float | None = None,
        out_of_time: bool = False,
    ) -> None:
        super().__init__()
        self.error = error
        self.passing = passing
        self.after = after
        self.out_of_time = out_of_time


class Exchange:
    """Asks the API for JSON.

    Args:
        settings: endpoint, token and time-outs.
        connections: how many requests may be under way at once.
        clock: the time, of the system by default.
        pauses: gives the pauses between tries.

    """

    def __init__(
        self,
        settings: Settings,
        connections: int,
        clock: Clock = time,
        pauses: Callable[[], Pauses] = Pauses,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._pauses = pauses
        self._transport = Transport(settings, connections)
        self._watchdog = Watchdog()

    def fetch(self, path: str, subject: Subject, bounds: Bounds, seconds: float | None = None) -> Any:
        """Return the JSON value that the API answers.

        Args:
            path: the path on the server.
            subject: what is asked for, for messages.
            bounds: what the answer may have at most.
            seconds: how long it may take altogether, the setting's by default.

        Raises:
            GatewayError: no such answer came, within the deadline and the number of tries.

        """
        allowed = self._settings.lookup_timeout if seconds is None else seconds
        start = self._clock.monotonic()
        pauses = self._pauses()
        tries = 0
        earlier: Callable[[str], GatewayError] | None = None
        while True:
            left = allowed - (self._clock.monotonic() - start)
            tries += 1
            try:
                return self._try(path, subject, bounds, min(left, self._settings.http_timeout))
            except _FailedTryError as failed:
                error, passing, after, out_of_time = failed.error, failed.passing, failed.after, failed.out_of_time
            # Outside of the handler: what was raised on the way may hold a whole body, and is not handed on as context.
            pause = pauses.next() if passing else None
            if pause is not None and after is not None:
                pause = max(pause, after)
            spent = self._clock.monotonic() - start
            if pause is None or pause >= allowed - spent:
                if out_of_time and earlier is not None and left < self._settings.http_timeout:
                    # Only the last try's share of the deadline ran out: what went wrong before is the reason.
                    error = earlier
                final = error(_in_words(tries, spent, allowed, after))
                final.retryable, final.retry_after = passing or out_of_time, after
                raise final
            earlier = None if out_of_time else error
            self._clock.sleep(pause)

    def close(self) -> None:
        """Close the kept connections."""
        self._watchdog.close()
        self._transport.close()

    def _try(self, path: str, subject: Subject, bounds: Bounds, seconds: float) -> Any:
        """Send one request, and read its answer to the end.

        Raises:
            _FailedTryError: that did not work.

        """
        if seconds <= 0:
            raise _FailedTryError(lambda tries: self._too_late(subject, tries), passing=False, out_of_time=True)
        try:
            with (
                self._watchdog.watch(seconds) as watch,
                contextlib.closing(self._transport.get(path, seconds, watch)) as answer,
            ):
                if answer.status_code != _OK:
                    self._refuse(subject, answer.status_code, answer.headers, read_start(answer))
                body = read_body(answer, bounds.size)
                if watch.fired:
                    # What was read of a connection that was closed from here isn't the whole.
                    raise TimeoutError
            return self._parse(subject, body, bounds)
        except TooLargeError:
            raise _FailedTryError(lambda _: self._too_large(subject, bounds), passing=False) from None
        except FOREIGN as error:
            self._fail(subject, error, out_of_time=watch.fired, seconds=seconds)

    def _parse(self, subject: Subject, body: bytes, bounds: Bounds) -> Any:
        try:
            return parse_json(body, bounds.marks)
        except TooManyValuesError:
            raise _FailedTryError(lambda _: self._too_many(subject, bounds), passing=False) from None
        except NotStrictJSONError:
            what = "an empty answer" if not body.strip() else "an answer that is not JSON"
            raise _FailedTryError(lambda tries: self._not_json(subject, what, tries), passing=True) from None
        except TooDeepError:
            raise _FailedTryError(
                lambda _: InvalidResponseError(
                    f"{subject.name}: {self._settings.endpoint} answered JSON nested too deeply to be a gateway; "
                    f"check {self._settings.names.endpoint}",
                    http_status=_OK,
                ),
                passing=False,
            ) from None

    def _refuse(self, subject: Subject, status: int, headers: Any, body: bytes) -> None:
        passing = status in RETRIED_STATUSES
        raise _FailedTryError(
            lambda tries: refusal(subject, self._settings, status, headers, body, tries),
            passing=passing,
            after=retry_after(headers.get("Retry-After")) if passing else None,
        )

    def _fail(self, subject: Subject, error: BaseException, *, out_of_time: bool, seconds: float) -> None:
        failure = explain(error, self._settings.endpoint, out_of_time=out_of_time, seconds=seconds)
        names = self._settings.names
        advice = failure.advice or (
            f"allow more time with {names.lookup_timeout}, or check the network"
            if failure.kind is DeadlineExceededError
            else f"check {names.endpoint} and the network"
        )

        def made(tries: str) -> GatewayError:
            return failure.kind(f"{subject.name}: {failure.phrase}{tries}; {advice}")

        raise _FailedTryError(
            made, passing=failure.passing, out_of_time=failure.kind is DeadlineExceededError
        ) from None

    def _too_late(self, subject: Subject, tries: str) -> GatewayError:
        return DeadlineExceededError(
            f"{subject.name}: no time left to ask {self._settings.endpoint}{tries}; "
            f"allow more with {self._settings.names.lookup_timeout}"
        )

    def _too_large(self, subject: Subject, bounds: Bounds) -> GatewayError:
        return self._too_much(subject, f"is larger than {bounds.size // _MIB} MiB, and was not read")

    def _too_many(self, subject: Subject, bounds: Bounds) -> GatewayError:
        return self._too_much(subject, f"holds more than {bounds.marks:,} JSON values, and was not parsed")

    def _too_much(self, subject: Subject, what: str) -> GatewayError:
        return InvalidResponseError(
            f"{subject.name}: the answer of {self._settings.endpoint} {what}; check {self._settings.names.endpoint}, "
            "and for a proxy in the way",
            http_status=_OK,
        )

    def _not_json(self, subject: Subject, what: str, tries: str) -> GatewayError:
        return InvalidResponseError(
            f"{subject.name}: {what} from {self._settings.endpoint}{tries}; look for a proxy or a login page in the "
            f"way, and check {self._settings.names.endpoint}",
            http_status=_OK,
        )


def _in_words(tries: int, spent: float, allowed: float, after: float | None) -> str:
    asked = ""
    if after is not None and after >= allowed - spent:
        wait = f"{after:.0f} s" if after <= _HOUR else "for more than an hour"
        left = f"{max(allowed - spent, 0.0):.1f} s left of the " if tries > 1 else ""
        asked = f", it asks to wait {wait}, longer than the {left}{allowed:g} s that a lookup may take"
    return (f", {tries} tries in {spent:.1f} s" if tries > 1 else "") + asked
