"""What the package's own code takes in a program, told from the SDK's by a profiler."""

from __future__ import annotations

import dataclasses
import pstats
import sys
from pathlib import Path

from benchmarks.model import PREVIEW, Figures
from benchmarks.server import Server
from benchmarks.ways import PulumiWay, UnavailableError

_PACKAGE = "/site-packages/pulumi_coreweave_gateway/"
_PROFILING = Path(__file__).parent / "profiling"
_LAST_PYTHON = (3, 11)


class ProfiledWay(PulumiWay):
    """A Pulumi program whose interpreter is profiled."""

    commands = (PREVIEW,)

    def prepare(self, folder: Path, server: Server) -> None:
        """Make a project with an empty stack."""
        if sys.version_info[:2] > _LAST_PYTHON:
            raise UnavailableError("a profile tells threads apart only up to Python 3.11")
        super().prepare(folder, server)
        self._profile = folder / "program.prof"
        self._environ = {**self._environ, "PYTHONPATH": str(_PROFILING), "BENCHMARK_PROFILE": str(self._profile)}

    def run(self, command: str, gateways: int) -> Figures:
        """Run the CLI; the figures are of a profiled program, and slower than those of one that isn't."""
        figures = super().run(command, gateways)
        return dataclasses.replace(figures, own=own_seconds(self._profile))


def own_seconds(profile: Path) -> float:
    """Return the seconds that a profile shows in functions of the package, and in what is built in and they call."""
    stats = pstats.Stats(str(profile)).stats  # type: ignore[attr-defined]
    own = 0.0
    for (file, _, _), (_, _, seconds, _, callers) in stats.items():
        if _PACKAGE in file:
            own += seconds
        elif file == "~":
            own += sum(called[2] for (caller, _, _), called in callers.items() if _PACKAGE in caller)
    return own
