"""Whether the Pulumi CLI that runs this program shows a live display, which rewrites its rows.

The program's own stdout is a pipe to the engine, so it looks at the CLI, an ancestor of this process. The CLI's rule
is kept: stdin and stdout are terminals, none of them a dumb one, no ``--non-interactive``, and no CI system. Where
that can't be found out, the answer is no: a log is readable everywhere.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Iterator

_CLI = "pulumi"
_FARTHEST_ANCESTOR = 10
_QUIET = "--non-interactive"
_NO_TERMINAL = ("", "?", "??", "-")
_PATIENCE = 2  # seconds, for a command that takes milliseconds


@functools.cache
def live_display() -> bool:
    """Tell whether it does; the answer does not change while a program runs."""
    # The CLI knows CI systems by a list of their variables. Most of them set this one too.
    if os.environ.get("CI") or os.environ.get("TERM", "").lower() == "dumb":
        return False
    try:
        return _linux(os.getpid()) if os.path.isdir("/proc/self/fd") else _elsewhere(os.getpid())  # noqa: PTH112
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return False


def _linux(pid: int) -> bool:
    for _ in range(_FARTHEST_ANCESTOR):
        name, parent = _name_and_parent(pid)
        if name == _CLI:
            arguments = _read(pid, "cmdline").split("\0")
            return _QUIET not in arguments and all(_is_terminal(f"/proc/{pid}/fd/{number}") for number in (0, 1))
        pid = parent
    return False


def _name_and_parent(pid: int) -> tuple[str, int]:
    name, rest = _read(pid, "stat").split("(", 1)[1].rsplit(")", 1)
    return name, int(rest.split()[1])


def _read(pid: int, file: str) -> str:
    with open(f"/proc/{pid}/{file}", encoding="utf-8", errors="replace") as opened:  # noqa: PTH123 - cheap to import
        return opened.read()


def _is_terminal(link: str) -> bool:
    return os.path.realpath(link).startswith(("/dev/pts/", "/dev/tty", "/dev/console"))


def _elsewhere(pid: int) -> bool:
    """Ask ``ps``, as on macOS. It tells the CLI's terminal, though not whether its output is piped into a file."""
    for terminal, arguments in _ancestors(pid):
        if os.path.basename(arguments[0]) == _CLI:  # noqa: PTH119
            return _QUIET not in arguments and terminal not in _NO_TERMINAL
    return False


def _ancestors(pid: int) -> Iterator[tuple[str, list[str]]]:
    for _ in range(_FARTHEST_ANCESTOR):
        command = ["ps", "-ww", "-o", "ppid=,tty=,args=", "-p", str(pid)]
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_PATIENCE).stdout  # noqa: S603
        parent, terminal, *arguments = said.split()
        yield terminal, arguments
        pid = int(parent)
