"""Text from users and servers, formatted for one-line messages."""

from __future__ import annotations

import re

MAX_LENGTH = 200
_MAX_READ = 64 * 1024
_MAX_QUOTED = 60
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")


def one_line(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return a text on one line, without control characters and terminal escapes, shortened to ``max_length``."""
    return shorten(flatten(text), max_length)


def flatten(text: str) -> str:
    """Return a text on one line, without control characters and terminal escapes."""
    text = _ESCAPES.sub(" ", text[:_MAX_READ])
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def shorten(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return a text cut to ``max_length`` characters, with an ellipsis if it was longer."""
    return text if len(text) <= max_length else f"{text[:max_length]}…"


def quote_for_message(value: str) -> str:
    """Return a user's text for a message: quoted, in ASCII, on one line and shortened."""
    quoted = ascii(value[:_MAX_QUOTED])
    return quoted if len(value) <= _MAX_QUOTED else f"{quoted}… ({len(value)} characters)"
