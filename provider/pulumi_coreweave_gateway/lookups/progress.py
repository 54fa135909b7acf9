"""Progress of a wait, in the lookup's own row of Pulumi's display.

On a terminal the row is live: one line, rewritten at every look. In a log every message is a line, so there only
changes are reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pulumi.runtime import settings
from pulumi.runtime.proto import engine_pb2

from .cli import live_display


@dataclass(frozen=True)
class Progress:
    """What one look at a gateway has shown.

    Attributes:
        key: changes with what there is to tell, and with nothing else.
        head: the gateway's status, or why it isn't known, in a few words.
        rest: what else there is to tell, such as conditions.
        spent: the time spent so far, such as ``12 s of 60 s``.
        ready: whether it was the last look.

    """

    key: object
    head: str
    rest: str = ""
    spent: str = ""
    ready: bool = False

    def live(self) -> str:
        """Return it for a row of which narrow terminals show the first words only."""
        head = "ready after" if self.ready else f"{self.head.removeprefix('STATUS_')},"
        return self._with_rest(f"{head} {self.spent}")

    def line(self) -> str:
        """Return it for a line of a log."""
        return self._with_rest(
            f"ready after {self.spent}" if self.ready else f"waiting for READY, {self.spent}: {self.head}"
        )

    def _with_rest(self, text: str) -> str:
        return f"{text}; {self.rest}" if self.rest else text


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
