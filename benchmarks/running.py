"""Runs of a plan: interleaved, and each of them kept on disk as soon as it is made, so that a run can be resumed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.measuring import CommandFailedError
from benchmarks.model import Sample
from benchmarks.plan import Cell, Round
from benchmarks.server import Server
from benchmarks.ways import UnavailableError, Way


class Journal:
    """The samples of one run, a line each in a file.

    Args:
        path: the file; samples that it holds already are taken over.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path.exists() else []
        self.samples = [Sample.from_json(json.loads(line)) for line in lines]

    def add(self, sample: Sample) -> None:
        """Keep one more sample."""
        self.samples.append(sample)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(json.dumps(sample.to_json()) + "\n")


def prepare(
    ways: Iterable[Way], folder: Path, server: Server, say: Callable[[str], None]
) -> tuple[dict[str, Way], dict[str, str]]:
    """Make what the ways need, and return those that can be gone, and why the others can't."""
    shutil.rmtree(folder, ignore_errors=True)
    ready: dict[str, Way] = {}
    skipped: dict[str, str] = {}
    for way in ways:
        try:
            way.prepare(folder / way.name, server)
        except UnavailableError as why:  # noqa: PERF203 - each way can fail by itself
            say(f"left out: {way.title}: {why}")
            skipped[way.name] = str(why)
        else:
            ready[way.name] = way
    return ready, skipped


def run(plan: Sequence[Round], ways: Mapping[str, Way], journal: Journal, say: Callable[[str], None]) -> None:
    """Run what a plan has and the journal has not yet.

    Args:
        plan: what to run.
        ways: the ways that can be gone, by their names.
        journal: takes the samples.
        say: takes a line for each.

    """
    done = {sample.key for sample in journal.samples}
    for cells in plan:
        for repetition, cell in cells.in_order():
            keys = {(cell.way, cell.gateways, command, repetition) for command in cell.commands}
            if cell.way in ways and not keys <= done:
                for sample in _run_cell(ways[cell.way], cell, repetition):
                    if sample.key not in done:
                        journal.add(sample)
                    say(_line(sample))


def _run_cell(way: Way, cell: Cell, repetition: int) -> Iterable[Sample]:
    way.start_afresh()
    for command in cell.commands:
        try:
            figures = way.run(command, cell.gateways)
        except CommandFailedError as error:
            # What comes after it would start from another state.
            yield Sample(way.name, cell.gateways, command, repetition, failed=str(error))
            return
        yield Sample(way.name, cell.gateways, command, repetition, figures)


def _line(sample: Sample) -> str:
    took = f"{sample.figures.wall:7.2f} s" if sample.figures else "   failed"
    return f"{sample.way:12} {sample.gateways:5} {sample.command:14} #{sample.repetition + 1}: {took}"
