"""How often, and how far apart, a try is repeated: the policy of CoreWeave's own providers, kept by urllib3."""

from __future__ import annotations

from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

MAX_TRIES = 10
SHORTEST_PAUSE = 0.2
"""Seconds."""
LONGEST_PAUSE = 5.0
"""Seconds; a server's ``Retry-After`` may ask for more."""
RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})


class Pauses:
    """Gives the pause before each next try.

    Args:
        jitter: seconds of chance added to each pause, so that clients which failed together don't return together.

    """

    def __init__(self, jitter: float = SHORTEST_PAUSE) -> None:
        self._retry = Retry(
            total=MAX_TRIES - 1, backoff_factor=SHORTEST_PAUSE, backoff_max=LONGEST_PAUSE, backoff_jitter=jitter
        )

    def next(self) -> float | None:
        """Return seconds to pause before the next try, None if there shall be none."""
        try:
            self._retry = self._retry.increment(method="GET")
        except MaxRetryError:
            return None
        return max(self._retry.get_backoff_time(), SHORTEST_PAUSE)


def retry_after(value: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, None where it asks for nothing sensible."""
    if value is None:
        return None
    try:
        return max(float(Retry(0).parse_retry_after(value)), 0.0)
    except (InvalidHeader, ValueError, OverflowError, TypeError):
        return None
