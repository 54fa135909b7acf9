"""Generate the table of errors in docs/troubleshooting.md from the faults that the tests run."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.faults.catalogue import FAULTS
from tests.integration.faults.model import Fault

from tools.sandbox import CHECKOUT

_PAGE = CHECKOUT / "docs" / "troubleshooting.md"
_TABLE = re.compile(r"(<!-- errors -->\n).*?(<!-- /errors -->\n)", re.DOTALL)
_EXAMPLES = {"id": "6f1c0d7e-…", "endpoint": "https://api.coreweave.com", "httpTimeout": "10", "seconds": "27.2"}


def files() -> dict[Path, str]:
    """Return the page."""
    page = _PAGE.read_text(encoding="utf-8")
    return {_PAGE: _TABLE.sub(lambda found: f"{found[1]}{_table()}{found[2]}", page)}


def _table() -> str:
    """Return a row for each fault with a likely cause: the error, the cause and the remedy."""
    rows = ["| error | likely cause | remedy |", "|---|---|---|"]
    for fault in FAULTS:
        if fault.cause:
            what, _, remedy = _example(fault).partition("; ")
            rows.append(f"| `{what}` | {fault.cause} | {remedy[:1].upper()}{remedy[1:]}. |")
    return "\n".join([*rows, ""])


def _example(fault: Fault) -> str:
    message = re.sub(r" \(\{attempts\} attempts in .*", "", fault.message)
    message = re.sub(r"(, request req-7)?(\)), the server says: [^;]*", r"\2", message)
    words = {**_EXAMPLES, "attempts": str(fault.attempts)}
    return re.sub(r"\{(\w+)\}", lambda found: words[found[1]], message)
