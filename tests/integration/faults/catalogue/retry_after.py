"""``Retry-After`` in all its forms, within the deadline and beyond it."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from email.utils import format_datetime

from pulumi_coreweave_gateway.errors import APIError

from ..model import Fault, Scene, Start, fails, passes
from ..responses import healthy, http, responds
from ..scenes import served
from .messages import AGAIN, TIMEOUT


def _retry_after(value: str, status: int = 429) -> bytes:
    return http(status, b"", f"Retry-After: {value}")


def _once(value: str, pauses: float = 0.0, status: int = 429) -> Start:
    """Return a function that sets up a server which sends one Retry-After, and then responds."""
    return served(responds(_retry_after(value, status)), healthy, pauses=pauses)


def _date(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return format_datetime(moment, usegmt=True)


@contextlib.contextmanager
def _dated(seconds: float, pauses: float) -> Iterator[Scene]:
    """Set up a server that sends one Retry-After with a date, and then responds."""
    with served(responds(_retry_after(_date(seconds))), healthy, pauses=pauses)() as scene:
        yield scene


@contextlib.contextmanager
def _dated_far() -> Iterator[Scene]:
    with served(responds(_retry_after(_date(366 * 24 * 3600))))() as scene:
        yield scene


_RATE_LIMIT = (
    "gateway {id}: the rate limit of {endpoint} was exceeded (HTTP 429); run the command again later, or allow more "
    f"time with {TIMEOUT}"
)

FAULTS = (
    passes(
        "retry-after",
        {
            "429": _once("7", 7.0),
            "503": _once("7", 7.0, 503),
            "zero": _once("0", 0.2),
            "date": lambda: _dated(10, 8.0),  # without fractions of seconds
            "past": lambda: _dated(-3600, 0.2),
        },
        requests=2,
    ),
    fails(
        "retry-after-too-long",
        APIError,
        f"{_RATE_LIMIT} (the server asked to wait 3600 s, longer than the {{seconds}} s left)",
        served(responds(_retry_after("3600"))),
    ),
    fails(
        "retry-after-absurd",
        APIError,
        f"{_RATE_LIMIT} (the server asked to wait more than an hour, longer than the {{seconds}} s left)",
        {"long": served(responds(_retry_after("999999999999999999"))), "date": _dated_far},
    ),
    Fault(
        "retry-after-until-deadline",
        {"": served(responds(_retry_after("7", 503)))},
        APIError,
        f"gateway {{id}}: {{endpoint}} failed (HTTP 503); {AGAIN} (5 attempts in {{seconds}} s, the server asked to "
        "wait 7 s, longer than the {seconds} s left)",
        requests=5,
        attempts=5,
    ),
    Fault(
        "rate-limit",
        {"": served(responds(http(429)), environ={"COREWEAVE_LOOKUP_TIMEOUT": "60s"})},
        APIError,
        f"{_RATE_LIMIT} ({{attempts}} attempts in {{seconds}} s)",
        requests=16,
        attempts=16,
        cause="Too many lookups at once for the API's rate limit. The lookups slow down by themselves, and need time.",
    ),
)
