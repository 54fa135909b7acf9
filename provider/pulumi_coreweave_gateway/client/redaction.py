"""Finding a token that a server echoes, also in pieces or encoded, and putting stars in its place."""

from __future__ import annotations

import base64
import html
import itertools
import operator
import re
import string
from collections.abc import Iterator

_STARS = "***"
_RUN = 12
"""Characters of a token in a row that say too much of it."""
_URL = r"%[0-9a-f]{2}"
_HTML = r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});"
_JSON = r"""\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["'/\\])"""
# One at a time as well, because a token itself may have what reads like an escape of another kind.
_READINGS = tuple(
    re.compile("|".join((*escapes, r"\S")), re.IGNORECASE | re.ASCII)
    for escapes in ((), (_URL,), (_HTML,), (_JSON,), (_URL, _HTML, _JSON))
)
# Hosts come in small letters, and the two kinds of base64 differ in two characters.
_ALIKE = str.maketrans(string.ascii_uppercase + "-_", string.ascii_lowercase + "+/")


def masked(line: str, token: str) -> str:
    """Return a line with stars for the token, and for every part of it that is longer than a coincidence.

    It is found in any case of letters, with spaces between its characters, escaped for a URL, HTML or JSON, in
    base64 with whatever stands before it, and in hexadecimal digits.

    Args:
        line: text without control characters.
        token: the token.

    """
    runs = _runs(token)
    hidden = bytearray(len(line))
    for reading in _READINGS:
        for start, end in _found(list(_read(line, reading)), runs):
            hidden[start:end] = b"\1" * (end - start)
    groups = itertools.groupby(zip(line, hidden, strict=True), key=operator.itemgetter(1))
    return "".join(_STARS if hide else "".join(letter for letter, _ in group) for hide, group in groups)


def _found(read: list[tuple[str, int, int]], runs: dict[int, set[str]]) -> Iterator[tuple[int, int]]:
    """Yield where each of the runs begins and ends."""
    letters = "".join(letter for letter, _, _ in read)
    for size, wanted in runs.items():
        for first in range(len(letters) - size + 1):
            if letters[first : first + size] in wanted:
                yield read[first][1], read[first + size - 1][2]


def _read(line: str, reading: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """Yield each character, as it is compared, and where it begins and ends; what can't be seen is passed over."""
    for found in reading.finditer(line):
        letter = _decoded(found[0])
        if letter.isprintable() and not letter.isspace():
            yield letter.translate(_ALIKE), found.start(), found.end()


def _decoded(written: str) -> str:
    if len(written) == 1:
        return written
    if written[0] == "&":
        letter = html.unescape(written)
        return letter if len(letter) == 1 else "\ufffd"
    digits = written[1:] if written[0] == "%" else written[2:]
    return chr(int(digits, 16)) if digits else written[1]


def _runs(token: str) -> dict[int, set[str]]:
    """Return what is looked for, by its length: every run of characters of the token, however it is spelled."""
    encoded = (token.encode().hex(), *_base64(token.encode()))
    runs: dict[int, set[str]] = {}
    # What a short token is in base64 may be anything.
    for written in (token, *(other for other in encoded if len(other) >= _RUN)):
        spelling = written.translate(_ALIKE)
        size = min(len(spelling), _RUN)
        runs.setdefault(size, set()).update(spelling[at : at + size] for at in range(len(spelling) - size + 1))
    return runs


def _base64(token: bytes) -> Iterator[str]:
    """Yield those characters of its base64 that a token alone decides, after zero, one or two other bytes."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + token + bytes(-(before + len(token)) % 3)).decode()
        yield encoded[-(-before * 8 // 6) : (before + len(token)) * 8 // 6]
