"""Which processes a command has started, however they were started, and whether they are gone."""

import time
import uuid
from pathlib import Path

import pytest

_PROC = Path("/proc")
NEEDS_PROC = pytest.mark.skipif(not _PROC.joinpath("self/environ").exists(), reason="there is no /proc to look into")


class Marked:
    """All processes that have inherited one environment variable, which this makes up.

    Attributes:
        environ: add it to the environment of a command.

    """

    def __init__(self) -> None:
        self._entry = f"MARKED_{uuid.uuid4().hex}=1"
        self.environ = dict([self._entry.split("=")])

    def running(self) -> dict[int, str]:
        """Return the command line of each, by its number."""
        found = {int(folder.name): self._command(folder) for folder in _PROC.glob("[0-9]*")}
        return {number: command for number, command in found.items() if command}

    def _command(self, process: Path) -> str:
        """Return the command line of a process that is marked, ``""`` for any other."""
        try:
            if self._entry.encode() in (process / "environ").read_bytes().split(b"\0"):
                return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has ended in between, or it is somebody else's
            pass
        return ""

    def until(self, count: int, seconds: float) -> dict[int, str]:
        """Wait until no more than so many run, at most for a time, and return those that do."""
        end = time.monotonic() + seconds
        while len(found := self.running()) > count and time.monotonic() < end:
            time.sleep(0.05)
        return found
