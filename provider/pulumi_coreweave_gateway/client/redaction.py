"""Keeping the token out of texts that a server sent.

A text that contains a piece of the token, in any of the usual encodings, is left out as a whole.
"""

from __future__ import annotations

import base64
import html
import re
import string
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from ..messages import MAX_LENGTH, flatten, shorten

LEFT_OUT = "[left out: it contains the token]"

_PIECE = 12
"""Consecutive characters of a token that reveal too much of it."""
_JSON_ESCAPE = re.compile(r"""\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(["'/\\]))""", re.IGNORECASE)
# Host names are in lower case, and the two alphabets of base64 differ in two characters.
_FOLD = str.maketrans(string.ascii_uppercase + "-_", string.ascii_lowercase + "+/")


def safe_text(text: str, token: str, max_length: int = MAX_LENGTH) -> str:
    """Return a server's text on one line, or a note that it was left out because it contains a piece of the token."""
    flat = flatten(text)
    return LEFT_OUT if contains_token(flat, token) else shorten(flat, max_length)


def contains_token(text: str, token: str) -> bool:
    """Return whether a text contains the token or a piece of it.

    It is found in any case, with spaces between its characters, escaped for a URL, HTML or JSON, in hexadecimal, and
    in base64 together with whatever precedes it.
    """
    pieces = {piece for spelling in _spellings(token) for piece in _pieces(spelling)}
    return any(piece in reading for reading in _readings(text) for piece in pieces)


def _readings(text: str) -> Iterator[str]:
    """Yield a text with every combination of escapes decoded: a token itself may look like an escape."""
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
    # The base64 of a short token may be any text.
    yield from (spelling for spelling in encoded if len(spelling) >= _PIECE)


def _pieces(spelling: str) -> Iterator[str]:
    folded = spelling.translate(_FOLD)
    size = min(len(folded), _PIECE)
    return (folded[start : start + size] for start in range(len(folded) - size + 1))
