"""What the program's process runs: connects the SDK to the engine, then runs the program.

It runs on the project's own Python, and imports nothing of this host.
"""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NoReturn

ALREADY_SAID = 32
"""How this process ends after it has told the engine what is wrong; the language host knows the number too."""
NO_SDK = 1
INTERRUPTED = 130


def main(connection: dict[str, Any], entry: str, arguments: list[str]) -> int:
    """Run a program and return this process's exit code.

    Args:
        connection: where the engine listens, and which stack this is.
        entry: the program: a folder with a ``__main__.py``, or a file.
        arguments: the program's own.

    """
    try:
        import pulumi
    except ImportError:
        # Without the SDK there is no way to tell the engine but this.
        print(
            f"there is no Pulumi SDK in {sys.executable}; run `pulumi install`, or set the option virtualenv of "
            "Pulumi.yaml (of the toolchains, this host knows pip alone)",
            file=sys.stderr,
        )
        return NO_SDK
    from pulumi.errors import RunError
    from pulumi.runtime import Settings, configure, run_in_stack, set_all_config

    set_all_config(json.loads(os.environ["PULUMI_CONFIG"]), json.loads(os.environ["PULUMI_CONFIG_SECRET_KEYS"]))
    configure(Settings(**connection))
    path = Path(entry).resolve()
    folder = path if path.is_dir() else path.parent
    # With PYTHONSAFEPATH set, Python has not put this file's folder there.
    here = str(Path(__file__).resolve().parent)
    sys.path[:] = [str(folder), *(place for place in sys.path if place != here)]
    sys.argv = [str(path), *arguments]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def program() -> None:
        runpy.run_path(str(path), run_name="__main__")

    try:
        loop.run_until_complete(run_in_stack(program))
    except RunError as error:
        # It is worded for the user.
        pulumi.log.error(str(error))
        return ALREADY_SAID
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the program raises, a cancelled task's end too
        pulumi.log.error("the program has failed:\n" + _traceback(error, folder))
        return ALREADY_SAID
    return 0


def _traceback(error: BaseException, folder: Path) -> str:
    """Return the traceback, without the frames that are not the user's business."""
    start = _first_own_frame(error.__traceback__, folder) or _after_this_file(error.__traceback__)
    return "".join(traceback.format_exception(type(error), error, start))


def _first_own_frame(trace: TracebackType | None, folder: Path) -> TracebackType | None:
    """Return the first frame of the program itself; its virtual environment may be in the same folder."""
    own, installed = f"{folder}{os.sep}", f"{sys.prefix}{os.sep}"
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(own) and not file.startswith(installed):
            return trace
        trace = trace.tb_next
    return None


def _after_this_file(trace: TracebackType | None) -> TracebackType | None:
    """Return what follows on the last frame of this file, and on the import machinery; None if nothing does."""
    rest = trace
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == __file__:
            rest = trace.tb_next
        trace = trace.tb_next
    while rest is not None and rest.tb_frame.f_code.co_filename.startswith("<frozen "):
        rest = rest.tb_next
    return rest


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    # At once, and without a word: the engine that interrupts the program says so itself.
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2], sys.argv[3:]))
