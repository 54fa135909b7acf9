"""Times on the wire: RFC 3339, with up to nine decimals."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_EPOCH = datetime(1970, 1, 1)
_LEAP_SECOND = 60
_NANOSECONDS = 1_000_000_000


def parse_time(text: str) -> int:
    """Return the nanoseconds since 1970 in UTC of an RFC 3339 time.

    Raises:
        ValueError: it is not one.

    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("must be an RFC 3339 time such as 2025-01-31T08:00:00Z")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
    if (offset_hours is not None and int(offset_hours) > 23) or (  # noqa: PLR2004
        offset_minutes is not None and int(offset_minutes) > 59  # noqa: PLR2004
    ):
        raise ValueError("must be an RFC 3339 time with an offset below 24:00")
    try:
        # A leap second is allowed, and is the first of the next minute to a clock that knows none.
        moment = datetime(year, month, day, hour, minute, min(second, _LEAP_SECOND - 1))
    except ValueError as reason:
        raise ValueError(f"must be an RFC 3339 time: {reason}") from None
    if second > _LEAP_SECOND:
        raise ValueError("must be an RFC 3339 time: second must be in 0..60")
    seconds = (moment - _EPOCH) // timedelta(seconds=1) + (second == _LEAP_SECOND)
    if sign is not None:
        offset = int(offset_hours) * 3600 + int(offset_minutes) * 60
        seconds += offset if sign == "-" else -offset
    return seconds * _NANOSECONDS + int((fraction or "").ljust(9, "0"))


def now_text() -> str:
    """Return the present time as the API writes it."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
