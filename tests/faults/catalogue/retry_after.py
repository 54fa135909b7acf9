"""``Retry-After``, in all its forms: the pause asked for, as long as the lookup has the time for it."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from email.utils import format_datetime

from pulumi_coreweave_gateway.errors import RateLimitError, ServerError

from ..answers import answers, healthy, http
from ..model import DEADLINE, ONE_TRY, TEN_TRIES, Fault, Scene, Start
from ..scenes import served
from .words import AGAIN, LATER, TRIES


def _asks(value: str, status: int = 429) -> bytes:
    return http(status, b"", f"Retry-After: {value}")


def _once(value: str, pauses: float = 0.0, status: int = 429) -> Start:
    """Return what sets up a server that asks once to wait, and is well then."""
    return served(answers(_asks(value, status)), healthy, pauses=pauses)


def _date(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return format_datetime(moment, usegmt=True)


@contextlib.contextmanager
def _dated(seconds: float, pauses: float) -> Iterator[Scene]:
    """Set up a server that asks once to wait until some moment from now."""
    with served(answers(_asks(_date(seconds))), healthy, pauses=pauses)() as scene:
        yield scene


@contextlib.contextmanager
def _dated_far() -> Iterator[Scene]:
    with served(answers(_asks(_date(366 * 24 * 3600))))() as scene:
        yield scene


_MORE_THAN_AN_HOUR = (
    "gateway {id}: {endpoint} asks for fewer requests (HTTP 429, it asks to wait for more than an hour, longer than "
    f"the 30 s that a lookup may take); {LATER}"
)

FAULTS = (
    Fault(
        "retry-after-seconds",
        "The server asks once to wait for some seconds, which are waited; then all is well.",
        {
            "429": _once("7", 7.0),
            "503": _once("7", 7.0, 503),
            "zero": _once("0", 0.2),
            "padded": _once("  7  ", 7.0),
        },
        TEN_TRIES,
        requests=2,
    ),
    Fault(
        "retry-after-date",
        "The server asks once to wait until a date, ten seconds from now; then all is well.",
        # The date has no fractions of seconds.
        {"": lambda: _dated(10, 8.0)},
        TEN_TRIES,
        requests=2,
    ),
    Fault(
        "retry-after-past",
        "The server asks once to wait until a date in the past: the usual pause is made.",
        {"": lambda: _dated(-3600, 0.2), "epoch": _once("Thu, 01 Jan 1970 00:00:00 GMT", 0.2)},
        TEN_TRIES,
        requests=2,
    ),
    Fault(
        "retry-after-nonsense",
        "The server asks once for a wait that is none (negative, no number, endless): the usual pause is made.",
        {
            "negative": _once("-5", 0.2),
            "word": _once("soon", 0.2),
            "empty": _once("", 0.2),
            "fraction": _once("1.5", 0.2),
            "infinity": _once("inf", 0.2),
            "nan": _once("nan", 0.2),
            "digits": _once("9" * 5000, 0.2),
            "no-day": _once("Thu, 99 Foo 2025 99:99:99 GMT", 0.2),
            "no-year": _once("Thu, 01 Jan 99999 00:00:00 GMT", 0.2),
            "endless": _once("x" * 60_000, 0.2),
        },
        TEN_TRIES,
        requests=2,
    ),
    Fault(
        "retry-after-too-long",
        "The server asks to wait for longer than the lookup has time: it ends at once.",
        {"": served(answers(_asks("3600")))},
        ONE_TRY,
        RateLimitError,
        "gateway {id}: {endpoint} asks for fewer requests (HTTP 429, it asks to wait 3600 s, longer than the 30 s that "
        f"a lookup may take); {LATER}",
        requests=1,
    ),
    Fault(
        "retry-after-too-long-date",
        "The server asks to wait until next year.",
        {"": _dated_far},
        ONE_TRY,
        RateLimitError,
        _MORE_THAN_AN_HOUR,
        requests=1,
    ),
    Fault(
        "retry-after-absurd",
        "The server asks to wait for longer than the universe is old.",
        {
            "long": served(answers(_asks("999999999999999999"))),
            "longer": served(answers(_asks("9" * 300))),
        },
        ONE_TRY,
        RateLimitError,
        _MORE_THAN_AN_HOUR,
        requests=1,
    ),
    Fault(
        "retry-after-endless",
        "The server asks to wait for seven seconds, each time anew.",
        {"": served(answers(_asks("7", 503)))},
        DEADLINE,
        ServerError,
        f"gateway {{id}}: {{endpoint}} has failed (HTTP 503, {TRIES}, it asks to wait 7 s, longer than the {{left}} s "
        f"left of the 30 s that a lookup may take); {AGAIN}",
        requests=5,
    ),
)
