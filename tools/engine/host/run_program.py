"""Run a Pulumi program, on the project's Python, as Pulumi's own language host does."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

ERROR_WAS_SHOWN = 32
"""The exit code that tells the language host that the error was logged."""
_INTERRUPTED = 130


def main(settings: dict[str, Any], program: str, arguments: list[str]) -> int:
    """Run a program and return this process's exit code.

    Args:
        settings: The SDK's settings: the addresses of the engine, and the stack.
        program: A folder with a ``__main__.py``, or a file.
        arguments: The program's arguments.

    """
    try:
        import pulumi
        from pulumi import runtime
    except ImportError:
        print(f"the Pulumi SDK isn't installed in {sys.executable}", file=sys.stderr)
        return 1
    runtime.set_all_config(json.loads(os.environ["PULUMI_CONFIG"]), json.loads(os.environ["PULUMI_CONFIG_SECRET_KEYS"]))
    runtime.configure(runtime.Settings(**settings))
    path = Path(program).resolve()
    main_file = path / "__main__.py" if path.is_dir() else path
    sys.path.insert(0, str(main_file.parent))
    sys.argv = [str(path), *arguments]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # asyncio would report each future that the SDK leaves behind when a program fails.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)

    def run() -> None:
        runpy.run_path(str(path), run_name="__main__")

    try:
        loop.run_until_complete(runtime.run_in_stack(run))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception as error:  # noqa: BLE001 - whatever the program raises
        pulumi.log.error("Program failed with an unhandled exception:\n" + _traceback(error, str(main_file)))
        return ERROR_WAS_SHOWN
    return 0


def _traceback(error: Exception, main_file: str) -> str:
    """Return the traceback from the program's first frame on."""
    frames = traceback.extract_tb(error.__traceback__)
    names = [frame.filename for frame in frames]
    limit = names.index(main_file) - len(names) if main_file in names else None
    return "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=limit))


if __name__ == "__main__":
    for _number in (signal.SIGINT, signal.SIGTERM):
        # The engine reports the interruption.
        signal.signal(_number, lambda *_: os._exit(_INTERRUPTED))
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2], sys.argv[3:]))
