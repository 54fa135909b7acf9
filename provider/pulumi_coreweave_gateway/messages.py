"""Text from a server, made fit for one line of a message."""

from __future__ import annotations

import re

LONGEST = 200
_LONGEST_READ = 64 * 1024
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")


def one_line(text: str, token: str = "", longest: int = LONGEST) -> str:
    """Return text on one line: no control characters or terminal escapes, not too long, the token masked.

    Args:
        text: what a server sent.
        token: the token, should the server have echoed it.
        longest: characters to keep.

    """
    text = _ESCAPES.sub(" ", text[:_LONGEST_READ])
    flat = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    if token:
        from .client.redaction import masked

        # Only now, and before the cut: what was left out may have parted the token, and no part of it is to remain.
        flat = masked(flat, token)
    return flat if len(flat) <= longest else f"{flat[:longest]}…"
