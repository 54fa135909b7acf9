"""Medians, the file that keeps them, and the targets, as ratios of medians of one run."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

PREVIEW, UP = "preview", "up"
"""The commands; both start without a state, and ``up`` skips its preview."""


class Run(NamedTuple):
    """One command of a scenario, for a number of gateways."""

    scenario: str
    gateways: int = 1
    command: str = PREVIEW

    def __str__(self) -> str:
        count = f" of {self.gateways:,}" if self.gateways > 1 else ""
        return f"{self.scenario}{count}{' in up' if self.command == UP else ''}"


@dataclass(frozen=True)
class Results:
    """All measurements of one run of the benchmarks.

    Attributes:
        date: the day, as ISO 8601.
        machine: hardware, software and the server's latency, in a sentence's form.
        skipped: the reason why a scenario was left out, by its name, or why a run failed.
        cells: the medians of each run's figures by name: ``seconds``, ``cpu`` (of the command and its children),
            ``requests``, ``connections`` and ``state``, the kilobytes of the dynamic resources; beside them
            ``repetitions``, and ``lowest`` and ``highest`` of the seconds.

    """

    date: str
    machine: str
    skipped: Mapping[str, str]
    cells: Mapping[Run, Mapping[str, float]]

    def save(self, path: Path) -> None:
        """Write the results as JSON, with one run per line."""
        runs = ",\n".join(json.dumps({**run._asdict(), **cell}) for run, cell in self.cells.items())
        head = {"date": self.date, "machine": self.machine, "skipped": self.skipped}
        path.write_text(f'{json.dumps(head, ensure_ascii=False)[:-1]}, "cells": [\n{runs}\n]}}\n', encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Results:
        """Load results from a file."""
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        cells = {Run(*(cell.pop(name) for name in Run._fields)): cell for cell in values.pop("cells")}
        return cls(**values, cells=cells)


def medians(samples: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each figure by itself, and the range of the seconds, rounded to a tenth of a millisecond."""
    seconds = [each["seconds"] for each in samples]
    figures = {name: statistics.median(each[name] for each in samples) for name in samples[0]}
    summary = {"repetitions": len(samples), "lowest": min(seconds), "highest": max(seconds), **figures}
    return {name: round(value, 4) for name, value in summary.items() if value}


class Target(NamedTuple):
    """One target: a ratio of two medians, or one median.

    Attributes:
        name: what it is about.
        dividend: a run.
        divisor: the run that it is compared with, if any.
        limit: the highest value that meets the target; with a minus sign, the lowest.
        floor: a run of the smallest implementation that does what the dividend does, if it isn't the divisor.
        figure: the figure of these runs.
        unit: the unit of the limit.

    """

    name: str
    dividend: Run
    divisor: Run | None
    limit: float
    floor: Run | None = None
    figure: str = "seconds"
    unit: str = " ×"

    def row(self, results: Results) -> tuple[str, ...]:
        """Return the target's row in the table: name, formula, limit, value, floor and verdict."""
        formula = " ÷ ".join(str(run) for run in (self.dividend, self.divisor) if run)
        formula = formula if self.figure == "seconds" else f"{self.figure} of {formula}"
        limit = f"{'≤' if self.limit > 0 else '≥'} {abs(self.limit):,g}{self.unit}"
        try:
            divisor = results.cells[self.divisor][self.figure] if self.divisor else 1
            value = results.cells[self.dividend][self.figure] / divisor
            floor = f"{results.cells[self.floor][self.figure] / divisor:,.2f}{self.unit}" if self.floor else ""
        except KeyError as missing:
            run = missing.args[0]
            reason = results.skipped.get(run.scenario) or results.skipped.get(str(run)) or "not run"
            return self.name, formula, limit, "", "", f"not measured: {reason}"
        met = value <= self.limit if self.limit > 0 else value >= -self.limit
        return self.name, formula, limit, f"{value:,.2f}{self.unit}", floor, "met" if met else "**not met**"


_LOOKUPS_100, _CREATE_100 = Run("lookups", 100, UP), Run("in-create", 100, UP)
_FLEET, _ONE_LIST, _TERRAFORM = Run("fleet", 1000), Run("one-list", 1000), Run("terraform", 1000)
_FLEET_UP = Run("fleet", 1000, UP)
TARGETS = (
    Target("preview with one lookup", Run("lookups"), Run("noop"), 1.1, Run("in-read")),
    Target("preview with 100 lookups", Run("lookups", 100), Run("in-read", 100), 1.25),
    Target("first up with 100 lookups", _LOOKUPS_100, _CREATE_100, 0.65, Run("in-read", 100, UP)),
    Target("preview with 1,000 lookups", Run("lookups", 1000), None, 1000, figure="requests", unit=""),
    Target("preview with a fleet of 1,000", _FLEET, None, 3, figure="requests", unit=""),
    Target("preview with a fleet of 1,000", _FLEET, _ONE_LIST, 1.15),
    Target("first up with a fleet of 1,000", _FLEET_UP, Run("one-list", 1000, UP), 1.15),
    Target("fleet of 1,000 against Terraform", _TERRAFORM, _FLEET, -1.5),
    Target("fleet of 10,000 against 1,000", Run("fleet", 10_000), _FLEET, 10),
    Target("state of a lookup", Run("lookups", 1, UP), None, 1.75, figure="state", unit=" kB"),
    Target("state of a fleet of 1,000", _FLEET_UP, None, 1000, figure="state", unit=" kB"),
)
"""All targets."""
