"""The command ``python3 -m tools.engine``: get the Pulumi CLI, and say where it is.

It runs on any Python >= 3.10 without a virtual environment. All it has to say goes to standard error; on standard
output there is only what was asked for: nothing, shell exports (``env``), or a folder (``--print-bin``).
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from tools.engine import Engine, EngineError, ensure

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _StoppedError(BaseException):
    """A signal asks this process to end."""


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    for number in _STOPPING:
        # A signal that the caller has ignored (nohup, for instance) stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        engine = ensure(python=options.python)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    except _StoppedError as stopped:
        number = stopped.args[0]
        print("Interrupted: nothing half-made is left behind. Run it again to get the engine.", file=sys.stderr)
        return 128 + int(number)
    if options.command == "env":
        print(exports(engine, options.python))
    elif options.print_bin:
        print(engine.bin)
    return 0


def exports(engine: Engine, python: Path | None) -> str:
    """Return what a shell must evaluate to have the virtual environment and the engine on PATH."""
    folders = [python.absolute().parent] if python else []
    quoted = "".join(f"{shlex.quote(str(folder))}:" for folder in [*folders, engine.bin])
    return f'export PATH={quoted}"$PATH"'


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{Path(sys.executable).name} -m tools.engine",
        description="Get the Pulumi CLI: one on PATH, our cached one, the official download, or a build from source.",
    )
    parser.add_argument(
        "command", nargs="?", choices=["ensure", "env"], default="ensure", help="env: print shell exports for eval"
    )
    parser.add_argument("--python", type=Path, help="a Python with the Pulumi SDK, usually .venv/bin/python")
    parser.add_argument("--print-bin", action="store_true", help="print the folder that holds pulumi")
    return parser


def _stop(number: int, _frame: FrameType | None) -> None:
    for one in _STOPPING:
        signal.signal(one, signal.SIG_IGN)  # cleaning up takes a moment, and is not to be interrupted
    raise _StoppedError(number)


if __name__ == "__main__":
    # Flushed here: a reader that has gone is no reason for a traceback at exit.
    code = main(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)
