"""``docs/faults.md``, made from the rows that the tests of ``tests/faults`` run.

``python -m tools.fault_table --write`` writes it, ``--check`` tells whether it is current.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tests.faults.catalogue import GROUPS
from tests.faults.model import Fault

from tools.sandbox import CHECKOUT

PAGE = CHECKOUT / "docs" / "faults.md"
_RUN = re.compile(r"(.)\1{29,}")
_LONGEST_VALUE = 120
_INTRODUCTION = """\
# What can go wrong, and what is seen then

<!-- Made by `python -m tools.fault_table --write` from tests/faults/catalogue: change it there. -->

Each of the {rows} rows below is set up for real by a test (`tests/faults`, {runs} runs in all): by a server on raw
sockets that does what the row says, by certificates of an authority of the tests' own, by a host that is not there, or
by the setting itself. The test compares the message word for word, counts the requests that reach the server and the
time that passes, and looks for the token and for the Weights & Biases key in all that the exception shows.

* **Seen** is what a lookup says in `pulumi preview` and `up`: the class to catch in a program (one of
  `pulumi_coreweave_gateway.errors`), and the message, which is always one line. `refresh` says the same, but for a
  gateway that is not found: it leaves the state. Where the lookup ends well, it is what differs from the outputs of a
  usual gateway. In braces stands what varies: `{{id}}` is the gateway's id, `{{endpoint}}` the endpoint of the API,
  `{{place}}` the environment variable, or `KEY in the stack's configuration`; `{{tries}}`, `{{seconds}}` and
  `{{left}}` are numbers, `{{httpTimeout}}` is the setting (0.1 s in the tests). `{{100 times a}}` stands for a
  character that often.
* **Requests** is how many requests reach the API, with the default settings; a try can fail before it sends one.
* **At most** is how long the lookup takes, in terms of the settings: `httpTimeout` is 10 s and `lookupTimeout` 30 s by
  default. 27 s is the sum of the pauses between ten tries; no pause begins that would not end within `lookupTimeout`.
"""


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    page = render()
    if "--write" in arguments:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        print("docs/faults.md is not current: run python -m tools.fault_table --write", file=sys.stderr)
        return 1
    return 0


def render() -> str:
    """Return the page."""
    faults = [fault for group in GROUPS.values() for fault in group]
    runs = sum(len(fault.start) for fault in faults)
    parts = [_INTRODUCTION.format(rows=len(faults), runs=runs)]
    for name, group in GROUPS.items():
        parts.append(f"## {name}\n\n" + "\n".join(_table(group)) + "\n")
    return "\n".join(parts)


def _table(group: tuple[Fault, ...]) -> Iterator[str]:
    yield "| fault | what happens | seen | requests | at most |"
    yield "|---|---|---|---|---|"
    for fault in group:
        cells = (f"`{fault.id}`", fault.what, _seen(fault), _requests(fault), fault.longest.words)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _seen(fault: Fault) -> str:
    if fault.error is not None:
        return f"`{fault.error.__name__}`<br>{_code(_short(fault.sees))}"
    if not fault.outputs:
        return "all is well"
    return "all is well; " + ", ".join(f"`{name}` is {_code(_value(value))}" for name, value in fault.outputs.items())


def _requests(fault: Fault) -> str:
    if fault.tries is None or fault.tries <= 1:
        return str(fault.requests)
    return f"{fault.requests} in {fault.tries} tries"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _short(json.dumps(dict(value), ensure_ascii=True))
    text = _short(json.dumps(value, ensure_ascii=True))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _short(text: str) -> str:
    """Return a text with long runs of one character counted instead of written."""
    return _RUN.sub(lambda run: f"{{{len(run[0])} times {run[1]}}}", text)


def _code(text: str) -> str:
    """Return a text as code, whatever backticks it holds."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
