"""What is measured: the runs, the medians of their repetitions, and the file that keeps them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

PREVIEW, UP = "preview", "up"
"""The commands of Pulumi and Terraform, both without a state; ``up`` skips its preview."""
SCRIPT, FIRST_READ = "script", "first read"
"""The commands of the scenarios without an engine."""


class Run(NamedTuple):
    """One command of a scenario, for a number of gateways."""

    scenario: str
    gateways: int
    command: str = PREVIEW

    def __str__(self) -> str:
        return f"{self.scenario} of {self.gateways:,}, {self.command}"


class NotMeasuredError(Exception):
    """A figure is missing; the message says why."""


@dataclass(frozen=True)
class Figures:
    """The figures of one run, or the medians of its repetitions.

    Attributes:
        seconds: wall time; for bare requests without the start of the process.
        cpu: CPU seconds of the command and all its children.
        requests: requests that the server counted.
        connections: connections that carried them.
        memory: peak memory in bytes, only of a provider's process.
        state: kilobytes of the dynamic resources in the state, without the engine's stack traces; only of ``up``.

    """

    seconds: float
    cpu: float = 0
    requests: float = 0
    connections: float = 0
    memory: float = 0
    state: float = 0


@dataclass(frozen=True)
class Cell:
    """The repetitions of one run.

    Attributes:
        run: what was run.
        repetitions: how often.
        lowest: the shortest wall time in seconds.
        highest: the longest one.
        median: the median of each figure by itself.

    """

    run: Run
    repetitions: int
    lowest: float
    highest: float
    median: Figures

    @classmethod
    def of(cls, run: Run, samples: Iterable[Figures]) -> Cell:
        """Return the medians of some repetitions, rounded to a tenth of a millisecond as the results file has them."""
        figures = list(samples)
        seconds = [each.seconds for each in figures]
        medians = {name: statistics.median(getattr(each, name) for each in figures) for name in asdict(figures[0])}
        rounded = {name: round(value, 4) for name, value in medians.items()}
        return cls(run, len(figures), round(min(seconds), 4), round(max(seconds), 4), Figures(**rounded))


@dataclass(frozen=True)
class Results:
    """All measurements of one run of the benchmarks.

    Attributes:
        date: the day, as ISO 8601.
        latency: seconds that the server waited before each response.
        machine: hardware and software, by name.
        skipped: the reason why a scenario was left out, by its name, or why a run failed.
        cells: the measurements.

    """

    date: str
    latency: float
    machine: dict[str, str]
    skipped: dict[str, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)

    def cell(self, run: Run) -> Cell:
        """Return the repetitions of a run.

        Raises:
            NotMeasuredError: the run was not measured.

        """
        for cell in self.cells:
            if cell.run == run:
                return cell
        raise NotMeasuredError(self.skipped.get(run.scenario) or self.skipped.get(str(run), "not run"))

    def save(self, path: Path) -> None:
        """Write the results as JSON, with one cell per line."""
        head = {key: value for key, value in asdict(self).items() if key != "cells"}
        cells = ",\n".join(json.dumps(_flat(cell)) for cell in self.cells)
        text = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
        path.write_text(f'{text},\n "cells": [\n{cells}\n ]\n}}\n', encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Results:
        """Load results from a file."""
        values = json.loads(path.read_text(encoding="utf-8"))
        cells = []
        for flat in values.pop("cells"):
            run = Run(*(flat.pop(name) for name in Run._fields))
            own = {name: flat.pop(name) for name in ("repetitions", "lowest", "highest")}
            cells.append(Cell(run, **own, median=Figures(**flat)))
        return cls(**values, cells=cells)


def _flat(cell: Cell) -> dict[str, object]:
    """Return a cell as one flat object, without figures that are 0."""
    seconds = {"repetitions": cell.repetitions, "lowest": cell.lowest, "highest": cell.highest}
    return {**cell.run._asdict(), **seconds, **{name: value for name, value in asdict(cell.median).items() if value}}
