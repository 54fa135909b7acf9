"""The API's rate limit: after a 429, the requests of all clients of one endpoint and token are spaced out."""

from __future__ import annotations

import math
import threading
from typing import Protocol
from weakref import WeakValueDictionary

from ..config import Settings, Token

_SHORTEST = 0.2
"""Seconds between two requests after the first 429."""
_LONGEST = 5.0
_SPEED_UP = 0.95
_UNPACED = 0.02


class Clock(Protocol):
    """What the client needs of :mod:`time`; tests have one that doesn't sleep."""

    def monotonic(self) -> float:
        """Return the seconds since some moment."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""


class Pacer:
    """Spaces the requests of all clients of one endpoint and token, once its rate limit was exceeded.

    The interval between two requests doubles with every 429, and shrinks with every other response.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interval = 0.0
        self._next = 0.0
        self._slowed_down = -math.inf

    def wait(self, clock: Clock, earliest: float, latest: float) -> bool:
        """Wait until a request may be sent.

        Args:
            clock: The clock that the other moments are of.
            earliest: The moment before which it must not be sent.
            latest: The moment by which it must be sent.

        Returns:
            Whether it may be sent now; False, at once, if all moments until ``latest`` are taken.

        """
        while True:
            with self._lock:
                slowed_down, start = self._slowed_down, max(earliest, self._next)
                if start >= latest:
                    return False
                if self._interval:
                    self._next = start + self._interval
            pause = start - clock.monotonic()
            if pause > 0:
                clock.sleep(pause)
            if slowed_down == self._slowed_down:
                return True
            # A 429 arrived in the meantime: wait for another moment.

    def slow_down(self, sent: float, now: float, retry_after: float) -> None:
        """Double the interval after a 429, once for all requests that were sent before the first one arrived.

        Args:
            sent: The moment when the request was sent.
            now: The moment when the response arrived.
            retry_after: Seconds that the server asked to wait.

        """
        with self._lock:
            if sent >= self._slowed_down:
                self._slowed_down = now
                self._interval = min(max(2 * self._interval, _SHORTEST), _LONGEST)
                self._next = now + self._interval
            self._next = max(self._next, now + retry_after)

    def speed_up(self) -> None:
        """Shorten the interval after a response that isn't a 429."""
        with self._lock:
            self._interval = self._interval * _SPEED_UP if self._interval > _UNPACED else 0.0


_pacers: WeakValueDictionary[tuple[str, Token], Pacer] = WeakValueDictionary()
_pacers_lock = threading.Lock()


def shared_pacer(settings: Settings) -> Pacer:
    """Return the pacer of all clients with the same endpoint and token."""
    with _pacers_lock:
        return _pacers.setdefault((settings.endpoint, settings.token), Pacer())
