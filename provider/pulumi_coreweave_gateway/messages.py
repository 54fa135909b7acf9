"""Strings from users and servers, formatted for one-line messages, and without the token."""

from __future__ import annotations

import base64
import html
import re
import string
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote

MAX_LENGTH = 200
MAX_LISTED = 10
"""How many of several things a message names."""
LEFT_OUT = "[left out: it contains the token]"

_MAX_QUOTED = 60
_READ_AHEAD = 8
"""How many times the shown length is read, because escapes are dropped."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_PIECE = 12
"""Consecutive characters of a token that reveal too much of it."""
_JSON_ESCAPE = re.compile(r"""\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(["'/\\]))""", re.IGNORECASE)
# Host names are in lower case, and the two alphabets of base64 differ in two characters.
_FOLD = str.maketrans(string.ascii_uppercase + "-_", string.ascii_lowercase + "+/")


def one_line(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return a string on one line, without control characters and terminal escapes, shortened to ``max_length``."""
    text = _ESCAPES.sub(" ", text[: _READ_AHEAD * max_length + 1])
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= max_length else f"{line[:max_length]}…"


def quote_for_message(value: str) -> str:
    """Return a user's string for a message: in quotes, on one line and shortened."""
    quoted = repr(value[:_MAX_QUOTED])
    return quoted if len(value) <= _MAX_QUOTED else f"{quoted}… ({len(value)} characters)"


def enumerated(values: Sequence[str], total: int | None = None) -> str:
    """Return strings as a list for a message: the first ten, and how many more there are.

    Args:
        values: The strings.
        total: How many there are, by default those given.

    """
    shown = values[:MAX_LISTED]
    left_out = (len(values) if total is None else total) - len(shown)
    return ", ".join(shown) + (f" and {left_out} more" if left_out > 0 else "")


def server_text(text: str, token: str, max_length: int = MAX_LENGTH) -> str:
    """Return a server's string on one line, or a note that it was left out because it contains a piece of the token."""
    shown = one_line(text, max_length)
    return LEFT_OUT if contains_token(shown, token) else shown


def contains_token(text: str, token: str) -> bool:
    """Return whether a string contains the token or a piece of it.

    It is found in any case, with spaces between its characters, escaped for a URL, HTML or JSON, in hexadecimal, and
    in base64 together with whatever precedes it.
    """
    pieces = {piece for spelling in _spellings(token) for piece in _pieces(spelling)}
    return any(piece in reading for reading in _readings(text) for piece in pieces)


def _readings(text: str) -> Iterator[str]:
    """Yield a string with every combination of escapes decoded: a token itself may look like an escape."""
    readings = [text]
    decoders: tuple[Callable[[str], str], ...] = (unquote, html.unescape, _unescape_json)
    for decode in decoders:
        readings += [decode(reading) for reading in readings]
    for reading in dict.fromkeys(readings):
        yield "".join(mark for mark in reading if mark.isprintable() and not mark.isspace()).translate(_FOLD)


def _unescape_json(text: str) -> str:
    return _JSON_ESCAPE.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), text)


def _spellings(token: str) -> Iterator[str]:
    yield token
    encoded = [token.encode().hex()]
    # The characters of its base64 that the token alone decides, after zero, one or two other bytes.
    for before in range(3):
        whole = base64.b64encode(bytes(before) + token.encode() + bytes(-(before + len(token)) % 3)).decode()
        encoded.append(whole[-(-before * 8 // 6) : (before + len(token)) * 8 // 6])
    # The base64 of a short token may occur in any string.
    yield from (spelling for spelling in encoded if len(spelling) >= _PIECE)


def _pieces(spelling: str) -> Iterator[str]:
    folded = spelling.translate(_FOLD)
    size = min(len(folded), _PIECE)
    return (folded[start : start + size] for start in range(len(folded) - size + 1))
