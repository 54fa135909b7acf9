"""Times on the wire: RFC 3339, with up to nine decimals."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))", re.ASCII
)
_EPOCH = datetime(1970, 1, 1)
_LEAP_SECOND = 60
_NANOSECONDS = 1_000_000_000


def parse_time(text: str) -> int:
    """Return the nanoseconds since 1970, in UTC, of an RFC 3339 time.

    Raises:
        ValueError: the text is not an RFC 3339 time.

    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("must be an RFC 3339 time such as 2025-01-31T08:00:00Z")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
    if second > _LEAP_SECOND:
        raise ValueError("must be an RFC 3339 time: second must be in 0..60")
    try:
        # `datetime` has no leap seconds: second 60 counts as the first second of the next minute.
        moment = datetime(year, month, day, hour, minute, min(second, _LEAP_SECOND - 1))
    except ValueError as error:
        raise ValueError(f"must be an RFC 3339 time: {error}") from None
    seconds = (moment - _EPOCH) // timedelta(seconds=1) + (second == _LEAP_SECOND)
    if sign is not None:
        offset = int(offset_hours) * 3600 + int(offset_minutes) * 60
        seconds += offset if sign == "-" else -offset
    return seconds * _NANOSECONDS + int((fraction or "").ljust(9, "0"))


def now_text() -> str:
    """Return the current time as the API writes it."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
