"""Write the table of errors in docs/troubleshooting.md from the faults that the tests run: ``… --write`` or nothing."""

from __future__ import annotations

import re
import sys

from tests.integration.faults.catalogue import FAULTS
from tests.integration.faults.model import Fault

from tools.sandbox import CHECKOUT

PAGE = CHECKOUT / "docs" / "troubleshooting.md"
_TABLE = re.compile(r"(<!-- errors -->\n).*?(<!-- /errors -->\n)", re.DOTALL)
_EXAMPLES = {"id": "6f1c0d7e-…", "endpoint": "https://api.coreweave.com", "httpTimeout": "10", "seconds": "27.2"}


def main(arguments: list[str]) -> int:
    """Write the page with ``--write``, or return 1 if it is stale."""
    page = PAGE.read_text(encoding="utf-8")
    current = _TABLE.sub(lambda found: f"{found[1]}{_table()}{found[2]}", page)
    if "--write" in arguments:
        PAGE.write_text(current, encoding="utf-8")
    elif current != page:
        print("docs/troubleshooting.md is not what the tests prove: run `make docs`", file=sys.stderr)
        return 1
    return 0


def _table() -> str:
    """Return a row for each fault with a likely cause: the error, its cause, the remedy that it names."""
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
