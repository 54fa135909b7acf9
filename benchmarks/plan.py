"""What is run, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.model import AGAIN, FIRST_READ, IMPORT, PREVIEW, READS, UP

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


_CLOSE = ("noop", "in-read", "singles")
"""Those whose difference is small against the noise, for one gateway."""
_OTHERS = ("empty", *_BARE, "in-create", "terraform", "fleet", "functions")
_MANY = (*_BARE, "in-create", "terraform", "singles", "fleet", "functions")
_ONE = (*_cells(_OTHERS, 1), *_cells(_CLOSE, 1, (UP, AGAIN)))
_HUNDRED = _cells(("in-read", *_MANY), 100)
# (b) once more: the speed of a machine changes in a quarter of an hour, and a fleet is compared with it.
_THOUSAND = _cells(("noop", "ready-made", "requests-16", "terraform", "fleet", "functions"), 1000)
_STARTUP = (
    *_cells(("import-pulumi", "import-package", "import-lookup"), 0, (IMPORT,)),
    *_cells(("provider-noop", "provider-get", "provider-ours"), 1, (FIRST_READ,)),
)
_OWN = tuple(
    cell
    for gateways in (100, 1000)
    for cell in (*_cells(("provider-ours",), gateways, (READS,)), *_cells(("singles-profiled",), gateways, (PREVIEW,)))
)

SAMPLE = (Round((*_STARTUP, *_cells((*_OTHERS, *_CLOSE), 1), *_cells(("singles-profiled",), 1, (PREVIEW,))), 1),)
"""Everything once, in a minute: to see that it runs."""

DEFAULT = (
    Round(_STARTUP, 15),
    Round(_cells(_CLOSE, 1, (PREVIEW,)), 15),
    Round(_ONE, 3),
    Round(_cells(_MANY, 10), 2),
    Round(_HUNDRED, 3),
    Round((*_THOUSAND, *_cells(("singles",), 1000, (PREVIEW,))), 3),
    Round(_OWN, 2),
    Round(_cells(("in-create",), 1000, (PREVIEW,)), 1),
)
"""What ``make bench`` runs, in a quarter of an hour."""

FULL = (
    Round(_STARTUP, 31),
    Round(_cells(_CLOSE, 1, (PREVIEW,)), 31),
    Round(_ONE, 15),
    Round(_cells(_MANY, 10), 9),
    Round(_HUNDRED, 9),
    Round((*_THOUSAND, *_cells(("requests-4",), 1000), *_cells(("singles",), 1000)), 5),
    Round(_OWN, 5),
    Round(_cells(("in-create",), 1000, (PREVIEW,)), 1),
)
"""All of it, 1,000 single lookups in every command included."""
