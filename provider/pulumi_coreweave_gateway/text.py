"""Text from a server, made fit for one line of a message."""

from __future__ import annotations

import re

LONGEST = 200
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")


def one_line(text: str, token: str = "", longest: int = LONGEST) -> str:
    """Return text on one line: no control characters or terminal escapes, not too long, the token masked.

    Args:
        text: what a server sent.
        token: the token, should the server have echoed it.
        longest: characters to keep.

    """
    if token:
        # In any case of letters, because hosts come in small ones, and also where it is escaped for a URL.
        marks = "".join(f"(?:{re.escape(mark)}|%{ord(mark):02x})" for mark in token)
        text = re.sub(marks, "***", text, flags=re.IGNORECASE)
    text = _ESCAPES.sub(" ", text[: longest * 20])
    flat = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return flat if len(flat) <= longest else f"{flat[:longest]}…"
