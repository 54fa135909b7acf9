"""Medians, targets and tables of the benchmarks, and the order of their runs."""

from pathlib import Path

import pytest
from benchmarks import plot, report
from benchmarks.__main__ import PLAN, interleaved
from benchmarks.results import FIRST_READ, SCRIPT, Cell, Figures, Results, Run
from benchmarks.scenarios import SCENARIOS
from benchmarks.targets import TARGETS, Ratio, Target

FLEET, READY, LIST = Run("fleet", 1000), Run("ready-made", 1000), Run("list", 1000, SCRIPT)


def results(seconds: dict[Run, float], skipped: dict[str, str] | None = None, **figures: float) -> Results:
    """Return results with these wall times; all cells share the other figures."""
    cells = [Cell.of(run, [Figures(value, **figures)]) for run, value in seconds.items()]
    return Results("2026-01-01", 0.05, {"cores": "2"}, skipped or {}, cells)


def row(run: Results, target: Target) -> list[str]:
    """Return the cells of a target's row in the printed table, without its name and formula."""
    (line,) = [line for line in report.text(run).splitlines() if line.startswith(f"| {target.name} ") and "÷" in line]
    return [cell.strip() for cell in line.split("|")][3:-1]


def test_cell_has_median_and_range_of_its_repetitions() -> None:
    """Each figure has its own median, whatever the order."""
    cell = Cell.of(FLEET, [Figures(3.0, cpu=1.0), Figures(1.0, cpu=9.0), Figures(9.0, cpu=2.0)])
    assert (cell.median.seconds, cell.median.cpu, cell.lowest, cell.highest) == (3.0, 2.0, 1.0, 9.0)


def test_ratio_divides_sums_of_medians() -> None:
    """Several runs on one side of a ratio are added, and one can be subtracted."""
    run = results({FLEET: 6.0, READY: 2.0, LIST: 1.0})
    assert Ratio((FLEET,), (READY, LIST)).of(run) == 2.0
    assert Ratio((FLEET,), (READY,), less=LIST).of(run) == 2.5
    assert Ratio((FLEET,), figure="seconds").of(run) == 6.0


def test_ratio_names_its_scenarios() -> None:
    """A ratio's text is its formula."""
    assert str(Ratio((FLEET,), (READY, LIST))) == "fleet ÷ (ready-made + list)"
    assert str(Ratio((Run("fleet", 10_000),), (FLEET,))) == "fleet of 10,000 ÷ fleet of 1,000"
    assert str(Ratio((FLEET,), figure="requests")) == "requests of fleet"


@pytest.mark.parametrize(("fleet", "verdict"), [(1.15, "met"), (1.16, "**not met**")])
def test_target_is_met_up_to_its_limit(fleet: float, verdict: str) -> None:
    """A value equal to the limit meets the target."""
    run = results({FLEET: fleet, READY: 0.75, LIST: 0.25})
    target = next(target for target in TARGETS if target.limit == 1.15)
    assert row(run, target) == ["≤ 1.15 ×", f"{fleet} ×", "", verdict]


@pytest.mark.parametrize(("terraform", "verdict"), [(3.0, "met"), (2.9, "**not met**")])
def test_minimum_target_is_met_at_its_limit(terraform: float, verdict: str) -> None:
    """If higher is better, the limit is the lowest value; the floor is shown beside the value."""
    run = results({Run("terraform", 1000): terraform, FLEET: 2.0, READY: 0.5, LIST: 0.5})
    target = next(target for target in TARGETS if target.at_least)
    assert row(run, target) == ["≥ 1.5 ×", f"{terraform / 2:g} ×", f"{terraform:g} ×", verdict]


def test_target_of_skipped_scenario_names_the_reason() -> None:
    """A skipped scenario shows its reason instead of a verdict."""
    run = results({FLEET: 2.0}, {"terraform": "neither terraform nor tofu is on PATH"})
    target = next(target for target in TARGETS if target.at_least)
    reason = "not measured: neither terraform nor tofu is on PATH"
    assert row(run, target) == ["≥ 1.5 ×", "", "", reason]


def test_target_of_failed_run_names_the_failure() -> None:
    """A failed run shows its error on one line of the table."""
    run = results({FLEET: 2.0}, {str(READY): "`pulumi` exited with 255:\nerror: no memory"})
    target = next(target for target in TARGETS if target.limit == 1.15)
    assert row(run, target)[-1] == "not measured: `pulumi` exited with 255: error: no memory"


def test_target_without_memory_is_not_measured() -> None:
    """A missing memory figure counts as not measured: 0 bytes would meet every target."""
    run = results({Run(name, 1, FIRST_READ): 1.0 for name in ("provider-lookup", "provider-noop", "provider-get")})
    target = next(target for target in TARGETS if target.name == "memory of a lookup")
    assert row(run, target)[-1] == "not measured: memory not known on this machine"


def test_plan_measures_every_target() -> None:
    """Every run of every target and floor is in the plan, for a scenario that exists."""
    planned = {run for _, runs in PLAN for run in runs}
    wanted = set()
    for target in TARGETS:
        for ratio in filter(None, (target.value, target.floor)):
            wanted |= {*ratio.dividend, *ratio.divisor, *filter(None, [ratio.less])}
    assert wanted <= planned
    assert {run.scenario for run in planned} == set(SCENARIOS)


def test_repetitions_are_interleaved() -> None:
    """Every second repetition runs in reverse order, and scenarios that weren't chosen are left out."""
    first, second, third = Run("a", 1), Run("b", 1), Run("c", 1)
    order = list(interleaved([(2, [first, second, third]), (1, [second])], {"a", "b"}))
    assert order == [first, second, second, first, second]


def test_results_file_keeps_all_figures(tmp_path: Path) -> None:
    """Saved results are loaded unchanged."""
    run = results({FLEET: 2.304999, LIST: 0.25}, {"terraform": "missing"}, cpu=2.0, requests=3, memory=4096, state=1.5)
    run.save(tmp_path / "results.json")
    assert Results.load(tmp_path / "results.json") == run


def test_plot_shows_the_seconds_of_previews() -> None:
    """The plot has a point for each preview, and none for other commands."""
    drawn = plot.draw(results({FLEET: 2.0, Run("fleet", 1): 1.0, Run("fleet", 1000, "up"): 3.0, LIST: 0.5}))
    assert drawn.count("<circle") == 2
    assert drawn.startswith("<svg ")
    assert drawn.endswith("</svg>\n")
