"""The targets, each a ratio of figures of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.model import FIRST_READ, IMPORT, PREVIEW, READS, UP, Figures, StateSize
from benchmarks.results import Results
from benchmarks.ways import FLEET_THREADS, PROVIDER_THREADS

_READY_MADE = "(ready-made + requests-16 alone) ÷ (noop + requests-16 alone)"
_GROWTH = 1.1
"""What counts as no growth of a cost per lookup, of which each comes with its own noise."""


class NotMeasuredError(Exception):
    """A figure that a target needs isn't there, and why."""


@dataclass(frozen=True)
class Target:
    """One target.

    Attributes:
        what: what it is about.
        formula: what is compared with what.
        limit: the highest value (the lowest, if ``at_least``) that meets it.
        value: takes a run to the value.
        unit: what the value is followed by.
        at_least: whether more is better.
        floor: takes a run to the value that there would be if our own code took no time at all.
        floor_formula: what that is measured as.

    """

    what: str
    formula: str
    limit: float
    value: Callable[[Results], float]
    unit: str = "×"
    at_least: bool = False
    floor: Callable[[Results], float] | None = None
    floor_formula: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a run says of a target.

    Attributes:
        target: the target.
        value: the value; None if it wasn't measured.
        why: why it wasn't.
        floor: the value that nothing could beat; None if that isn't known.

    """

    target: Target
    value: float | None
    why: str = ""
    floor: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if it wasn't measured."""
        if self.value is None:
            return None
        return self.value >= self.target.limit if self.target.at_least else self.value <= self.target.limit


def verdicts(results: Results) -> list[Verdict]:
    """Return what a run says of every target."""
    return [_verdict(target, results) for target in TARGETS]


def _verdict(target: Target, results: Results) -> Verdict:
    try:
        return Verdict(target, target.value(results), floor=_floor(target, results))
    except NotMeasuredError as error:
        return Verdict(target, None, str(error))


def _floor(target: Target, results: Results) -> float | None:
    try:
        return target.floor(results) if target.floor else None
    except NotMeasuredError:
        return None


def _figures(results: Results, way: str, gateways: int, command: str) -> Figures:
    cell = results.cell(way, gateways, command)
    if cell is None:
        raise NotMeasuredError(results.skipped.get(way, "not run"))
    if cell.median is None:
        raise NotMeasuredError(f"failed: {cell.failed}")
    return cell.median


def _wall(results: Results, way: str, gateways: int, command: str) -> float:
    return _figures(results, way, gateways, command).wall


def _bare(results: Results, threads: int, gateways: int) -> float:
    """Return the seconds of the bare requests alone, without the start of their process."""
    return _known(_figures(results, f"requests-{threads}", gateways, READS).alone)


def _known(value: float | None) -> float:
    if value is None:
        raise NotMeasuredError("not known on this machine")
    return value


def _one_preview(results: Results) -> float:
    return _wall(results, "singles", 1, PREVIEW) / _wall(results, "noop", 1, PREVIEW)


def _one_floor(results: Results) -> float:
    return _wall(results, "in-read", 1, PREVIEW) / _wall(results, "noop", 1, PREVIEW)


def _hundred_preview(results: Results) -> float:
    floor = _wall(results, "in-create", 100, PREVIEW) + _bare(results, PROVIDER_THREADS, 100)
    return _wall(results, "singles", 100, PREVIEW) / floor


def _hundred_up(results: Results) -> float:
    return _wall(results, "singles", 100, UP) / _wall(results, "in-create", 100, UP)


def _hundred_up_floor(results: Results) -> float:
    floor = _wall(results, "noop", 1, UP) + _bare(results, PROVIDER_THREADS, 100)
    return floor / _wall(results, "in-create", 100, UP)


def _thousand_connections(results: Results) -> float:
    return _figures(results, "singles", 1000, PREVIEW).connections


def _thousand_requests(results: Results) -> float:
    return _figures(results, "singles", 1000, PREVIEW).requests / 1000


def _growth(way: str, command: str) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        few, many = (_known(_figures(results, way, gateways, command).own) for gateways in (100, 1000))
        return (many / 1000) / (few / 100)

    return value


def _fleet(command: str) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        floor = _wall(results, "noop", 1000, command) + _bare(results, FLEET_THREADS, 1000)
        return _wall(results, "fleet", 1000, command) / floor

    return value


def _fleet_floor(command: str) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        network = _bare(results, FLEET_THREADS, 1000)
        return (_wall(results, "ready-made", 1000, command) + network) / (
            _wall(results, "noop", 1000, command) + network
        )

    return value


def _terraform_floor(results: Results) -> float:
    floor = _wall(results, "noop", 1000, PREVIEW) + _bare(results, FLEET_THREADS, 1000)
    return _wall(results, "terraform", 1000, PREVIEW) / floor


def _against_terraform(results: Results) -> float:
    return _wall(results, "terraform", 1000, PREVIEW) / _wall(results, "fleet", 1000, PREVIEW)


def _import(results: Results) -> float:
    ours, theirs = (_figures(results, way, 0, IMPORT).cpu for way in ("import-package", "import-pulumi"))
    return (ours / theirs - 1) * 100


def _first_read(way: str) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        ours, theirs = (_wall(results, name, 1, FIRST_READ) for name in (way, "provider-noop"))
        return (ours - results.latency) / theirs

    return value


def _state(results: Results, way: str, gateways: int) -> StateSize:
    state = _figures(results, way, gateways, UP).state
    if state is None:
        raise NotMeasuredError("there was no state")
    return state


def _single_state(results: Results) -> float:
    state = _state(results, "singles", 1)
    return state.lookups / state.resources / 1000


def _fleet_state(results: Results) -> float:
    state = _state(results, "fleet", 1000)
    return (state.lookups - state.answers) / 1000 / 1000


def _memory(way: str) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        return _peak(results, way, 1000) / _peak(results, "noop", 1000)

    return value


def _fleet_memory_floor(results: Results) -> float:
    libraries = _peak(results, "in-read", 1) - _peak(results, "noop", 1)
    return (_peak(results, "ready-made", 1000) + libraries) / _peak(results, "noop", 1000)


def _peak(results: Results, way: str, gateways: int) -> float:
    return _known(_figures(results, way, gateways, PREVIEW).memory)


TARGETS: tuple[Target, ...] = (
    Target(
        "preview, one lookup", "singles ÷ noop", 1.10, _one_preview, floor=_one_floor, floor_formula="in-read ÷ noop"
    ),
    Target("preview, 100 lookups", "singles ÷ (in-create + requests-4 alone)", 1.25, _hundred_preview),
    Target(
        "first up, 100 lookups",
        "singles ÷ in-create",
        0.65,
        _hundred_up,
        floor=_hundred_up_floor,
        floor_formula="(noop + requests-4 alone) ÷ in-create",
    ),
    Target("1,000 lookups: requests", "requests a lookup", 1.0, _thousand_requests, unit=""),
    Target("1,000 lookups: connections", "connections of the preview", 4, _thousand_connections, unit=""),
    Target(
        "1,000 lookups: growth, program",
        "our own CPU a lookup, 1,000 ÷ 100",
        _GROWTH,
        _growth("singles-profiled", PREVIEW),
    ),
    Target(
        "1,000 lookups: growth, provider",
        "CPU of its process a lookup, 1,000 ÷ 100",
        _GROWTH,
        _growth("provider-ours", READS),
    ),
    Target(
        "fleet of 1,000, preview",
        "fleet ÷ (noop + requests-16 alone)",
        1.3,
        _fleet(PREVIEW),
        floor=_fleet_floor(PREVIEW),
        floor_formula=_READY_MADE,
    ),
    Target(
        "fleet of 1,000, first up",
        "fleet ÷ (noop + requests-16 alone)",
        1.3,
        _fleet(UP),
        floor=_fleet_floor(UP),
        floor_formula=_READY_MADE,
    ),
    Target(
        "fleet of 1,000 against Terraform",
        "terraform ÷ fleet, preview",
        8,
        _against_terraform,
        at_least=True,
        floor=_terraform_floor,
        floor_formula="terraform ÷ (noop + requests-16 alone)",
    ),
    Target("import", "CPU more than `import pulumi` alone", 15, _import, unit=" %"),
    Target(
        "provider's first read",
        "(provider-ours - network) ÷ provider-noop",
        1.2,
        _first_read("provider-ours"),
        floor=_first_read("provider-get"),
        floor_formula="(provider-get - network) ÷ provider-noop",
    ),
    Target("state of a lookup", "without the engine's `stackTrace`", 1.5, _single_state, unit=" kB"),
    Target("state of a fleet", "a gateway, more than its answer", 0.5, _fleet_state, unit=" kB"),
    Target("memory, 1,000 lookups", "provider's peak ÷ noop's", 1.4, _memory("singles")),
    Target(
        "memory, fleet of 1,000",
        "provider's peak ÷ noop's",
        1.4,
        _memory("fleet"),
        floor=_fleet_memory_floor,
        floor_formula="(ready-made + in-read of one - noop) ÷ noop",
    ),
)
"""All targets; a time is a median of wall seconds."""
