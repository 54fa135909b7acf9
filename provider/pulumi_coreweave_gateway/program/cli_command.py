"""The command of the Pulumi CLI that runs this program.

The engine doesn't pass it on: to a program, ``refresh --run-program`` and ``destroy --run-program`` look like ``up``.
The command is therefore read from the command line of the CLI, which is an ancestor of this process. If the CLI can't
be found, the command counts as ``up``.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

_CLI_NAMES = frozenset({"pulumi", ".pulumi-wrapped"})  # Nix packages wrap the binary
_LAUNCHER = "pulumi-language-python-exec"
"""The script with which Pulumi's language host runs a program."""
_MAX_ANCESTORS = 10
_COMMANDS = frozenset({"up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "watch", "import"})
"""The commands that run a program, with their aliases."""
_NAMES = frozenset({"-C", "--cwd", "-s", "--stack"})
"""Options whose value the user chooses, and may have named after a command."""
_TEARDOWNS = frozenset({"destroy", "down", "dn"})


def waits_for_ready() -> bool:
    """Return whether the command deploys, as ``up`` and its preview do: only these require a gateway to be ready."""
    return _command() not in {*_TEARDOWNS, "refresh"}


def tears_down() -> bool:
    """Return whether the command destroys the stack."""
    return _command() in _TEARDOWNS


def is_inline() -> bool:
    """Return whether no CLI runs this program, as for an inline program of the Automation API."""
    # Where the CLI can't be found, as on Windows, the launcher shows that there is one.
    launched = any(Path(argument).name == _LAUNCHER for argument in sys.orig_argv)
    return not (launched or _command())


@functools.cache
def _command() -> str:
    """Return the command, such as ``up``, or ``""`` if the CLI can't be found."""
    try:
        return _parse(_cli_arguments(os.getpid()))
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return ""


def _cli_arguments(pid: int) -> list[str]:
    """Return the arguments of the CLI among the ancestors of a process, or an empty list."""
    inspect = _inspect_proc if Path("/proc/self/stat").exists() else _inspect_with_ps
    for _ in range(_MAX_ANCESTORS):
        pid, arguments = inspect(pid)
        if arguments and Path(arguments[0]).name in _CLI_NAMES:
            return arguments[1:]
        if pid == 0:  # the first process, as of a container
            break
    return []


def _inspect_proc(pid: int) -> tuple[int, list[str]]:
    """Return a process's parent and command line, on Linux."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    command_line = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    return int(stat.rpartition(")")[2].split()[1]), command_line.split("\0")[:-1]


def _inspect_with_ps(pid: int) -> tuple[int, list[str]]:
    """Return the same by ``ps``, as on macOS."""
    command = ["ps", "-ww", "-o", "ppid=,args=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=2)  # noqa: S603
    parent, *arguments = done.stdout.split()
    return int(parent), arguments


def _parse(arguments: list[str]) -> str:
    """Return the first argument that is a command, whatever global options a CLI has."""
    words = iter(arguments)
    for word in words:
        if word in _NAMES:
            next(words, None)
        elif word in _COMMANDS:
            return word
    return ""
