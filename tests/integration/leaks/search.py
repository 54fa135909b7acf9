"""A search for secrets, plain or encoded, in text and folders."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_GZIP = b"\x1f\x8b"
_AROUND = 60


@dataclass(frozen=True)
class Finding:
    """A secret that was found.

    Attributes:
        secret: Its name.
        spelling: Its encoding.
        place: The file or the output.
        line: The line that contains it, shortened.

    """

    secret: str
    spelling: str
    place: str
    line: str


class Search:
    """A search for some secrets.

    Args:
        secrets: The secrets by name.

    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._patterns = [
            (name, spelling, pattern)
            for name, secret in secrets.items()
            for spelling, pattern in _spellings(secret.encode())
        ]

    def text(self, place: str, text: str | bytes) -> list[Finding]:
        """Return what is found in a text."""
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        return [
            Finding(name, spelling, place, _line(data, match))
            for name, spelling, pattern in self._patterns
            for match in pattern.finditer(data)
        ]

    def folder(self, folder: Path) -> list[Finding]:
        """Return what is found in the names and contents of all files of a folder, compressed ones included."""
        found = []
        for path in sorted(folder.rglob("*")):
            place = str(path.relative_to(folder))
            found += self.text(f"the name {place}", place)
            if path.is_file():
                data = path.read_bytes()
                found += self.text(place, data)
                if data.startswith(_GZIP):
                    found += self.text(place, gzip.decompress(data))
        return found


def _spellings(secret: bytes) -> Iterator[tuple[str, re.Pattern[bytes]]]:
    # Each character plain or escaped for a URL, JSON or Python, in any case, so that partly escaped text is found.
    characters = (
        b"(?:%s|%%%02x|\\\\u%04x|\\\\x%02x|\\\\%s)"
        % (re.escape(bytes([byte])), byte, byte, byte, re.escape(bytes([byte])))
        for byte in secret
    )
    yield "as it is or escaped", re.compile(b"".join(characters), re.IGNORECASE)
    yield "hex", re.compile(secret.hex().encode(), re.IGNORECASE)
    for before in range(3):
        kept = _base64(secret, before)
        yield f"base64, {before} bytes after a boundary", re.compile(b"".join(_CHARACTERS.get(c, c) for c in kept))


_CHARACTERS = {b"+": b"[+-]", b"/": b"(?:\\\\?/|_)"}
"""The two characters in which the base64 alphabets differ."""


def _base64(secret: bytes, before: int) -> list[bytes]:
    """Return the base64 characters that depend on the secret alone, if ``before`` other bytes precede it."""
    encoded = base64.b64encode(b"\0" * before + secret + b"\0" * (-(before + len(secret)) % 3))
    first = -(-before * 8 // 6)
    last = (before + len(secret)) * 8 // 6
    return [encoded[index : index + 1] for index in range(first, last)]


def _line(data: bytes, match: re.Match[bytes]) -> str:
    start = data.rfind(b"\n", 0, match.start()) + 1
    end = data.find(b"\n", match.end())
    line = data[start : end if end >= 0 else len(data)]
    if len(line) > 10 * _AROUND:
        cut = max(match.start() - start - _AROUND, 0)
        line = line[:_AROUND] + b" ... " + line[cut : match.end() - start + _AROUND]
    return line.decode("utf-8", "replace")
