"""Errors at random that come out the same each time: chosen by the call's path and attempt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from .inputs import InputError, check_http_status, check_object, check_text
from .scripts import ScriptedAnswer, parse_script

_SPAN = 2**32


@dataclass(frozen=True)
class Faults:
    """Which share of the calls fails, and how.

    Attributes:
        share: from 0 (none) to 1 (all).
        statuses: the HTTP statuses, one of which a failing call gets.
        seed: another seed makes other calls fail.
        headers: further headers of the failing answers.

    """

    share: float = 0.0
    statuses: tuple[int, ...] = (429, 503)
    seed: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return them under their names in the controls."""
        return {
            "share": self.share,
            "statuses": list(self.statuses),
            "seed": self.seed,
            "headers": dict(self.headers),
        }

    def take(self, path: str, attempt: int) -> ScriptedAnswer | None:
        """Return the failing answer to the n-th call to a path, None if it doesn't fail."""
        if not self.share:
            return None
        digest = hashlib.sha256(f"{self.seed}\n{path}\n{attempt}".encode("utf-8", "surrogatepass")).digest()
        if int.from_bytes(digest[:4], "big") >= self.share * _SPAN:
            return None
        status = self.statuses[digest[4] % len(self.statuses)]
        return parse_script({"status": status, "headers": dict(self.headers)}).answer


def parse_faults(value: object) -> Faults:
    """Return the faults from ``{"share": …, "statuses": […], "seed": …, "headers": {…}}``.

    Raises:
        InputError: it is none.

    """
    found = check_object(value, ("share", "statuses", "seed", "headers"))
    share = found.get("share")
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise InputError("share must be a number from 0 to 1")
    statuses = found.get("statuses", [429, 503])
    if not isinstance(statuses, list) or not statuses:
        raise InputError("statuses must be a list of HTTP statuses")
    headers = found.get("headers", {})
    # Checked as those of a script are, since they are sent as one.
    checked = parse_script({"status": 503, "json": None, "headers": headers}).answer.headers
    return Faults(
        share=float(share),
        statuses=tuple(check_http_status(status, "statuses") for status in statuses),
        seed=check_text(found.get("seed", ""), "seed"),
        headers=tuple((name, text) for name, text in checked if name in headers),
    )
