"""Durations as CoreWeave's other tools write them: Go's notation."""

from __future__ import annotations

import math
import re

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_PART = re.compile(rf"({_NUMBER})(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = re.compile(rf"\+?(?:{_NUMBER}(?:ns|us|µs|μs|ms|s|m|h))+")
_BARE = re.compile(_NUMBER)
_LONGEST_TEXT = 64
# A token that was put into the wrong variable is longer, and must not be shown.
_LONGEST_SHOWN = 32
_LONGEST = 24 * 3600.0

_GRAMMAR = "write a number of seconds, or a Go duration such as 10s, 1m30s or 500ms"


def parse_duration(text: str) -> float:
    """Return a duration in seconds.

    Args:
        text: a Go duration (``1m30s``, ``500ms``), or a bare number of seconds.

    Raises:
        ValueError: it is neither, not more than zero, or longer than a day; the message says which, in one line.

    """
    text = text.strip()
    if len(text) > _LONGEST_TEXT or not text.isprintable():
        raise ValueError(f"not a duration; {_GRAMMAR}")
    if _BARE.fullmatch(text):
        seconds = float(text)
    elif _WHOLE.fullmatch(text):
        seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    else:
        shown = f"{text!r} is " if len(text) <= _LONGEST_SHOWN else ""
        raise ValueError(f"{shown}not a duration; {_GRAMMAR}")
    if seconds <= 0:
        raise ValueError(f"{text!r} is no time at all; {_GRAMMAR}")
    if not math.isfinite(seconds) or seconds > _LONGEST:
        raise ValueError(f"{text!r} is longer than a day; {_GRAMMAR}")
    return seconds
