"""Gateway ids, checked before they reach a URL."""

from __future__ import annotations

import re

from .errors import InvalidArgumentError

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_SHOWN = 60


def check_gateway_id(value: object, what: str = "gateway_id") -> str:
    """Return a gateway's id in its one spelling: a UUID in lower case.

    Args:
        value: the id as it was given.
        what: what to call it in the message.

    Raises:
        InvalidArgumentError: it isn't a UUID in its usual form (8-4-4-4-12 hexadecimal digits).

    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{what}: expected a gateway's UUID as a str, not {type(value).__name__}")
    if not _UUID.fullmatch(value):
        raise InvalidArgumentError(
            f"{what}: {shown(value)} is not a gateway's UUID (such as 6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411); "
            "a gateway's name is not its id"
        )
    return value.lower()


def shown(value: str) -> str:
    """Return any text as it can be shown in a message: quoted, on one line, not too long."""
    quoted = ascii(value if len(value) <= _SHOWN else value[:_SHOWN])
    return quoted if len(value) <= _SHOWN else f"{quoted}… ({len(value)} characters)"
