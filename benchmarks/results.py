"""The results of a run: medians and spread of every cell, and what they were measured on."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.model import Figures, Sample, StateSize


@dataclass(frozen=True)
class Measured:
    """What all repetitions of one command took together.

    Attributes:
        way: the name of the way.
        gateways: how many.
        command: which command.
        walls: seconds, sorted.
        median: the median of each figure by itself; None if no repetition succeeded.
        failed: what a failed repetition said at last, in one line.

    """

    way: str
    gateways: int
    command: str
    walls: list[float]
    median: Figures | None
    failed: str = ""


@dataclass(frozen=True)
class Results:
    """A whole run.

    Attributes:
        plan: the name of the plan.
        made: the day, as ISO 8601 has it.
        latency: the seconds that the server takes for each answer.
        machine: what it ran on, by name.
        titles: what each way is, by its name.
        skipped: why a way was left out, by its name.
        cells: what was measured.

    """

    plan: str
    made: str
    latency: float
    machine: dict[str, str]
    titles: dict[str, str]
    skipped: dict[str, str]
    cells: list[Measured] = field(default_factory=list)

    def cell(self, way: str, gateways: int, command: str) -> Measured | None:
        """Return what was measured of a command; None if it wasn't run."""
        for cell in self.cells:
            if (cell.way, cell.gateways, cell.command) == (way, gateways, command):
                return cell
        return None

    def median(self, way: str, gateways: int, command: str) -> Figures | None:
        """Return the medians of a command; None if it wasn't run, or failed."""
        cell = self.cell(way, gateways, command)
        return None if cell is None else cell.median

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(_rounded(asdict(self)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Results:
        """Read what ``save`` has written."""
        values = json.loads(path.read_text(encoding="utf-8"))
        cells = [Measured(**{**cell, "median": _figures(cell["median"])}) for cell in values.pop("cells")]
        return cls(**values, cells=cells)


def summarise(samples: Iterable[Sample]) -> list[Measured]:
    """Return the samples of each command together, in the order of their first."""
    together: dict[tuple[str, int, str], list[Sample]] = {}
    for sample in samples:
        together.setdefault((sample.way, sample.gateways, sample.command), []).append(sample)
    return [_measured(*key, same) for key, same in together.items()]


def machine(engine: Path) -> dict[str, str]:
    """Return what tells this machine and its software from others.

    Args:
        engine: the folder of the Pulumi CLI.

    """
    command = [str(engine / "pulumi"), "version"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "pulumi": said.strip().removeprefix("v"),
        "pulumi-sdk": version("pulumi"),
    }


def today() -> str:
    """Return the day in UTC."""
    return datetime.now(timezone.utc).date().isoformat()


def _measured(way: str, gateways: int, command: str, samples: list[Sample]) -> Measured:
    figures = [sample.figures for sample in samples if sample.figures is not None]
    failed = next((sample.failed for sample in samples if sample.failed), "")
    return Measured(
        way=way,
        gateways=gateways,
        command=command,
        walls=sorted(each.wall for each in figures),
        median=_medians(figures) if figures else None,
        failed=_last_line(failed),
    )


def _medians(figures: list[Figures]) -> Figures:
    values: dict[str, Any] = {}
    for each in fields(Figures):
        known = [value for value in (getattr(one, each.name) for one in figures) if value is not None]
        # The size of a state is the same in each repetition.
        values[each.name] = None if not known else known[0] if each.name == "state" else statistics.median(known)
    return Figures(**values)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if "Error" in line]
    return lines[-1][:200] if lines else " ".join(text.split())[:200]


def _figures(values: Mapping[str, Any] | None) -> Figures | None:
    if values is None:
        return None
    state = values["state"]
    return Figures(**{**values, "state": StateSize(**state) if state else None})


def _rounded(value: Any) -> Any:
    """Round to a tenth of a millisecond: all else is noise."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
