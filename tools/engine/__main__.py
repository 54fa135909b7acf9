"""``python -m tools.engine``: get the Pulumi CLI, and report where it is on standard error."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tools.engine import Engine, EngineError, ensure

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.engine", description=__doc__.splitlines()[0])
    parser.add_argument("command", nargs="?", choices=["env"], help="env: print shell exports for eval")
    options = parser.parse_args(arguments)
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _interrupt)
    try:
        engine = ensure()
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    except SystemExit:
        print("Interrupted. Run it again to continue.", file=sys.stderr)
        raise
    if options.command == "env":
        print(exports(engine))
    return 0


def exports(engine: Engine) -> str:
    """Return the shell command that puts this virtual environment and the engine on PATH."""
    folders = f"{shlex.quote(str(Path(sys.prefix, 'bin')))}:{shlex.quote(str(engine.bin))}"
    return f'export PATH={folders}:"$PATH"'


def _interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)  # don't interrupt the clean-up
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
