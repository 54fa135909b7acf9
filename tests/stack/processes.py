"""Detection of all processes that a command has started."""

import time
import uuid
from pathlib import Path

import pytest

_PROC = Path("/proc")
NEEDS_PROC = pytest.mark.skipif(not _PROC.joinpath("self/environ").exists(), reason="needs /proc")


class Marked:
    """All processes that have inherited a unique environment variable.

    Attributes:
        environ: add it to the environment of a command.

    """

    def __init__(self) -> None:
        self._entry = f"MARKED_{uuid.uuid4().hex}=1"
        self.environ = dict([self._entry.split("=")])

    def running(self) -> dict[int, str]:
        """Return the command line of each running process, by its ID."""
        found = {int(folder.name): self._command(folder) for folder in _PROC.glob("[0-9]*")}
        return {number: command for number, command in found.items() if command}

    def _command(self, process: Path) -> str:
        """Return the command line of a marked process, or ``""`` for any other."""
        try:
            if self._entry.encode() in (process / "environ").read_bytes().split(b"\0"):
                return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it has ended meanwhile, or belongs to another user
            pass
        return ""

    def until(self, count: int, seconds: float) -> dict[int, str]:
        """Wait at most ``seconds`` until no more than ``count`` are running, and return those that are."""
        end = time.monotonic() + seconds
        while len(found := self.running()) > count and time.monotonic() < end:
            time.sleep(0.05)
        return found
