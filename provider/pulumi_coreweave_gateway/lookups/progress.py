"""Progress of a wait, in the lookup's own row of Pulumi's display.

On a terminal the row is live: one line, rewritten at every look. In a log every message is a line, so there only
changes are reported.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from pulumi.runtime import settings
from pulumi.runtime.proto import engine_pb2

_CLI = "pulumi"
_FARTHEST_ANCESTOR = 10


def reporter(urn: str) -> Callable[[str, str], None]:
    """Return what reports a wait.

    Args:
        urn: the resource's, which the engine shows a row for before the resource is read.

    """
    live = on_terminal()
    last: list[str] = []

    def report(state: str, spent: str) -> None:
        if not live and last == [state]:
            return
        last[:] = [state]
        engine = settings.get_engine()
        if engine is not None:
            message = f"waiting for READY, {spent}: {state}" if state != "ready" else f"ready after {spent}"
            engine.Log(
                engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message, urn=urn, streamId=0, ephemeral=True)
            )

    return report


def on_terminal() -> bool:
    """Tell whether the Pulumi CLI that runs this program prints to a terminal.

    The program's own stdout is a pipe to the engine, so it asks the system which terminal the CLI, an ancestor of
    this process, has. Where that can't be found out, the answer is no: a log is readable everywhere.
    """
    if os.environ.get("CI"):
        return False
    pid = os.getpid()
    try:
        for _ in range(_FARTHEST_ANCESTOR):
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:  # noqa: PTH123 - on every start
                name, rest = stat.read().split("(", 1)[1].rsplit(")", 1)
            if name == _CLI:
                return os.path.realpath(f"/proc/{pid}/fd/1").startswith(("/dev/pts/", "/dev/tty"))
            pid = int(rest.split()[1])
    except (OSError, ValueError, IndexError):
        return False
    return False
