"""What is run, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.model import AGAIN, PREVIEW, READS, UP

_PULUMI = ("empty", "noop", "in-create", "singles", "fleet", "functions")
_BARE = ("requests-4", "requests-16")


@dataclass(frozen=True)
class Cell:
    """One way, for one number of gateways.

    Attributes:
        way: the name of the way.
        gateways: how many.
        commands: what is run, in this order, from a fresh start.

    """

    way: str
    gateways: int
    commands: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """Cells that are repeated equally often, side by side.

    Attributes:
        cells: the cells, in the order of even repetitions; odd ones go backwards.
        repetitions: how often.

    """

    cells: tuple[Cell, ...]
    repetitions: int

    def in_order(self) -> Iterator[tuple[int, Cell]]:
        """Yield every cell of every repetition: no way has all of its runs early, or all of them late."""
        for repetition in range(self.repetitions):
            for cell in self.cells if repetition % 2 == 0 else reversed(self.cells):
                yield repetition, cell


def _cells(ways: tuple[str, ...], gateways: int, commands: tuple[str, ...] = (PREVIEW, UP, AGAIN)) -> tuple[Cell, ...]:
    return tuple(Cell(way, gateways, (READS,) if way in _BARE else commands) for way in ways)


_WITH_N = (*_BARE, "in-create", "terraform", "singles", "fleet", "functions")

SAMPLE = (Round((*_cells(("empty", "noop"), 1), *_cells(_WITH_N, 1)), 1),)
"""Everything once, in seconds: to see that it runs."""

QUICK = (
    Round((*_cells(("empty", "noop"), 1), *_cells(_WITH_N, 1)), 2),
    Round(_cells(_WITH_N, 100), 2),
)
"""A first impression, in about two minutes."""

DEFAULT = (
    Round((*_cells(("empty", "noop"), 1), *_cells(_WITH_N, 1)), 9),
    Round(_cells(_WITH_N, 10), 3),
    Round(_cells(_WITH_N, 100), 5),
    Round((*_cells((*_BARE, "terraform", "fleet", "functions"), 1000), *_cells(("singles",), 1000, (PREVIEW,))), 3),
    Round(_cells(("in-create",), 1000, (PREVIEW,)), 1),
)
"""What ``make bench`` runs, in a quarter of an hour."""

FULL = (
    Round((*_cells(("empty", "noop"), 1), *_cells(_WITH_N, 1)), 21),
    Round(_cells(_WITH_N, 10), 9),
    Round(_cells(_WITH_N, 100), 9),
    Round((*_cells((*_BARE, "terraform", "fleet", "functions"), 1000), *_cells(("singles",), 1000, (PREVIEW,))), 5),
    Round((*_cells(("singles",), 1000), *_cells(("in-create",), 1000)), 3),
)
"""All of it, 1,000 single lookups in every command included."""
