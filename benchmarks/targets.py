"""The targets, as ratios of medians of one run."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.results import FIRST_READ, PREVIEW, SCRIPT, UP, NotMeasuredError, Results, Run


@dataclass(frozen=True)
class Ratio:
    """A sum of figures, divided by another sum of figures if there is one.

    Attributes:
        dividend: the runs of the first sum.
        divisor: the runs of the second sum.
        less: a run that is subtracted from the first sum.
        figure: the figure of these runs.

    """

    dividend: tuple[Run, ...]
    divisor: tuple[Run, ...] = ()
    less: Run | None = None
    figure: str = "seconds"

    def of(self, results: Results) -> float:
        """Return the ratio of medians.

        Raises:
            NotMeasuredError: one of the figures is missing.

        """

        def total(runs: tuple[Run, ...]) -> float:
            return sum(float(getattr(results.cell(run).median, self.figure)) for run in runs)

        dividend, divisor = total(self.dividend) - total((self.less,) if self.less else ()), total(self.divisor)
        if not dividend or (self.divisor and not divisor):
            raise NotMeasuredError(f"{self.figure} not known on this machine")
        return dividend / (divisor or 1)

    def __str__(self) -> str:
        counts = {run.gateways for run in self.dividend + self.divisor}
        dividend, divisor = (
            " + ".join(f"{run.scenario} of {run.gateways:,}" if len(counts) > 1 else run.scenario for run in runs)
            for runs in (self.dividend, self.divisor)
        )
        if self.less:
            dividend = f"({dividend} - {self.less.scenario})"
        if not divisor:
            return f"{self.figure} of {dividend}"
        return f"{dividend} ÷ {f'({divisor})' if '+' in divisor else divisor}"


@dataclass(frozen=True)
class Target:
    """One target.

    Attributes:
        name: what it is about.
        limit: the highest value that meets it; the lowest one if ``at_least``.
        value: the value.
        floor: the value of the smallest implementation that does the same, if it isn't obvious.
        unit: the unit of value and limit.
        at_least: whether higher is better.

    """

    name: str
    limit: float
    value: Ratio
    floor: Ratio | None = None
    unit: str = " ×"
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Return whether a value meets the target."""
        return value >= self.limit if self.at_least else value <= self.limit


_NOOP, _IN_READ, _LOOKUP = Run("noop", 1), Run("in-read", 1), Run("lookups", 1)
_FLEET, _LIST, _TERRAFORM = Run("fleet", 1000), Run("list", 1000, SCRIPT), Run("terraform", 1000)
_READY = (Run("ready-made", 1000), _LIST)
_REQUESTS = Run("requests", 100, SCRIPT)
_LOOKUPS_UP, _CREATE_UP, _NOOP_UP = Run("lookups", 100, UP), Run("in-create", 100, UP), Run("noop", 1, UP)
_IDLE_PROVIDER = Run("provider-noop", 1, FIRST_READ)


def _first_read(scenario: str) -> Ratio:
    return Ratio((Run(scenario, 1, FIRST_READ),), (_IDLE_PROVIDER,), less=Run("requests", 1, SCRIPT))


def _memory(scenario: str, gateways: int) -> Ratio:
    return Ratio((Run(scenario, gateways, FIRST_READ),), (_IDLE_PROVIDER,), figure="memory")


def _growth(scenario: str, figure: str = "seconds", command: str = PREVIEW) -> Ratio:
    return Ratio((Run(scenario, 10_000, command),), (Run(scenario, 1000, command),), figure=figure)


TARGETS = (
    Target("preview with one lookup", 1.10, Ratio((_LOOKUP,), (_NOOP,)), Ratio((_IN_READ,), (_NOOP,))),
    Target("preview with 100 lookups", 1.25, Ratio((Run("lookups", 100),), (Run("in-create", 100), _REQUESTS))),
    Target(
        "first up with 100 lookups",
        0.65,
        Ratio((_LOOKUPS_UP,), (_CREATE_UP,)),
        Ratio((_NOOP_UP, _REQUESTS), (_CREATE_UP,)),
    ),
    Target("preview with 1,000 lookups", 1000, Ratio((Run("lookups", 1000),), figure="requests"), unit=""),
    Target("preview with 1,000 lookups", 4, Ratio((Run("lookups", 1000),), figure="connections"), unit=""),
    Target("preview with a fleet of 1,000", 3, Ratio((_FLEET,), figure="requests"), unit=""),
    Target("preview with a fleet of 1,000", 1.15, Ratio((_FLEET,), _READY)),
    Target(
        "first up with a fleet of 1,000",
        1.15,
        Ratio((Run("fleet", 1000, UP),), (Run("ready-made", 1000, UP), _LIST)),
    ),
    Target(
        "fleet of 1,000 against Terraform",
        1.5,
        Ratio((_TERRAFORM,), (_FLEET,)),
        Ratio((_TERRAFORM,), _READY),
        at_least=True,
    ),
    Target(
        "1,000 functions", 1.3, Ratio((Run("functions", 1000),), (_FLEET,)), Ratio((Run("empty", 1), _LIST), (_FLEET,))
    ),
    Target("time of 10,000 against 1,000", 10, _growth("fleet"), _growth("ready-made")),
    Target(
        "memory of 10,000 against 1,000",
        10,
        _growth("provider-fleet", "memory", FIRST_READ),
        _growth("provider-ready", "memory", FIRST_READ),
    ),
    Target("fleet of 300, 3 requests a second", 30, Ratio((Run("fleet-limited", 300),)), unit=" s"),
    Target("provider's first read", 1.3, _first_read("provider-lookup"), _first_read("provider-get")),
    Target(
        "import", 1.15, Ratio((Run("import-package", 0, SCRIPT),), (Run("import-pulumi", 0, SCRIPT),), figure="cpu")
    ),
    Target("state of a lookup", 1.75, Ratio((Run("lookups", 1, UP),), figure="state"), unit=" kB"),
    Target("state of a fleet of 1,000", 1000, Ratio((Run("fleet", 1000, UP),), figure="state"), unit=" kB"),
    Target("memory of a lookup", 1.4, _memory("provider-lookup", 1), _memory("provider-get", 1)),
    Target("memory of a fleet of 1,000", 1.4, _memory("provider-fleet", 1000), _memory("provider-ready", 1000)),
)
"""All targets."""
