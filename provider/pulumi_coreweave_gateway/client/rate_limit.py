"""The API's rate limit: after a 429, the requests of all clients of one endpoint and token are spaced out."""

from __future__ import annotations

import threading
from weakref import WeakValueDictionary

from ..config import Settings, Token

_SHORTEST = 0.2
"""Seconds between two requests after the first 429."""
_LONGEST = 5.0
_SPEED_UP = 0.95
_UNPACED = 0.02


class Pacer:
    """Spaces the requests of all clients of one endpoint and token, once its rate limit was exceeded.

    The interval between two requests doubles with every 429, and shrinks with every other response.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interval = 0.0
        self._next = 0.0
        self.generation = 0

    def reserve(self, earliest: float, latest: float) -> tuple[float, int] | None:
        """Reserve the next free moment for a request.

        Returns:
            The moment, and a number that changes with the next 429; None if there is no free moment before ``latest``.

        """
        with self._lock:
            start = max(earliest, self._next)
            if start >= latest:
                return None
            if self._interval:
                self._next = start + self._interval
            return start, self.generation

    def slow_down(self, now: float, generation: int, retry_after: float) -> None:
        """Double the interval after a 429, once for all requests that were sent before it."""
        with self._lock:
            if generation == self.generation:
                # Those who wait for their moment reserve another one.
                self.generation += 1
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
