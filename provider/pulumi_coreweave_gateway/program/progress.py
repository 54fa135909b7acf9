"""Progress of a wait, in the lookup's own row of Pulumi's display.

On a terminal the row is live: one line, rewritten at every look. In a log every message is a line, so there only
changes are reported.
"""

from __future__ import annotations

from collections.abc import Callable

from pulumi.runtime import settings
from pulumi.runtime.proto import engine_pb2

from .cli_command import live_display
from .wait_for_ready import Progress


def reporter(urn: str) -> Callable[[Progress], None]:
    """Return what reports a wait.

    Args:
        urn: the resource's, which the engine shows a row for before the resource is read.

    """
    live = live_display()
    last: list[object] = []

    def report(progress: Progress) -> None:
        if not live and last == [progress.key]:
            return
        last[:] = [progress.key]
        engine = settings.get_engine()
        if engine is not None:
            message = progress.live() if live else progress.line()
            engine.Log(
                engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message, urn=urn, streamId=0, ephemeral=True)
            )

    return report
