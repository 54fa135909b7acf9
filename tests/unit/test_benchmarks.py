"""What a benchmark's run is summed up to: medians, targets met or not, tables, and the part of README."""

from pathlib import Path

import pytest
from benchmarks import plot, report, tables
from benchmarks.model import FIRST_READ, IMPORT, PREVIEW, READS, UP, Figures, Sample, StateSize
from benchmarks.results import Results, summarise
from benchmarks.running import Journal
from benchmarks.targets import TARGETS, Verdict, verdicts

WAYS = [
    "empty",
    "noop",
    "in-create",
    "requests-4",
    "requests-16",
    "terraform",
    "singles",
    "fleet",
    "functions",
    "import-pulumi",
    "import-package",
    "provider-noop",
    "provider-get",
    "ready-made",
    "in-read",
    "provider-ours",
    "singles-profiled",
]


def results(*samples: Sample, skipped: dict[str, str] | None = None) -> Results:
    """Return a run with these samples."""
    return Results(
        plan="default",
        made="2026-01-01",
        latency=0.05,
        machine={"cores": "2", "python": "3.11.7", "pulumi": "3.250.0", "pulumi-sdk": "3.272.0"},
        titles={way: f"title of {way}" for way in WAYS},
        skipped=skipped or {},
        cells=summarise(samples),
    )


def sample(way: str, gateways: int, command: str, wall: float = 1.0, repetition: int = 0, **more: object) -> Sample:
    """Return one sample that took so long."""
    return Sample(way, gateways, command, repetition, Figures(wall=wall, cpu=wall, **more))  # type: ignore[arg-type]


def verdict(of: Results, what: str) -> Verdict:
    """Return what a run says of one target."""
    (found,) = [each for each in verdicts(of) if each.target.what == what]
    return found


def test_a_cell_has_the_median_of_its_repetitions_and_their_spread() -> None:
    """The order of the repetitions doesn't matter."""
    (cell,) = summarise(sample("noop", 1, PREVIEW, wall, number) for number, wall in enumerate((3.0, 1.0, 9.0)))
    assert cell.median is not None
    assert (cell.median.wall, cell.walls) == (3.0, [1.0, 3.0, 9.0])


@pytest.mark.parametrize(("ours", "met"), [(1.10, True), (1.11, False)])
def test_a_ratio_above_its_limit_is_not_met(ours: float, met: bool) -> None:
    """The limit itself is met."""
    run = results(sample("noop", 1, PREVIEW), sample("singles", 1, PREVIEW, ours))
    assert verdict(run, "preview, one lookup").met is met


@pytest.mark.parametrize(("terraform", "met"), [(8.0, True), (7.9, False)])
def test_where_more_is_better_a_ratio_below_its_limit_is_not_met(terraform: float, met: bool) -> None:
    """A factor of speed has a lowest value."""
    run = results(sample("fleet", 1000, PREVIEW), sample("terraform", 1000, PREVIEW, terraform))
    assert verdict(run, "fleet of 1,000 against Terraform").met is met


def test_a_floor_is_shown_beside_the_value() -> None:
    """What nothing could beat: any dynamic resource, and the requests."""
    run = results(
        sample("fleet", 1000, PREVIEW, 6.0),
        sample("terraform", 1000, PREVIEW, 6.0),
        sample("noop", 1000, PREVIEW, 2.0),
        sample("requests-16", 1000, READS, alone=3.0),
        sample("ready-made", 1000, PREVIEW, 2.5),
    )
    assert verdict(run, "fleet of 1,000 against Terraform").floor == pytest.approx(1.2)
    assert verdict(run, "fleet of 1,000, preview").floor == pytest.approx(1.1)
    (row,) = [line for line in tables.targets(run, tables.MARKDOWN).splitlines() if "Terraform" in line]
    assert [cell.strip() for cell in row.split("|")[3:7]] == ["≥ 8 ×", "1 ×", "1.2 ×", "not met"]


def test_a_target_without_its_figures_says_why() -> None:
    """Neither met nor missed."""
    run = results(sample("fleet", 1000, PREVIEW), skipped={"terraform": "neither is here"})
    found = verdict(run, "fleet of 1,000 against Terraform")
    assert (found.met, found.why) == (None, "neither is here")
    assert "not measured: neither is here" in tables.targets(run, tables.MARKDOWN)
    assert tables.left_out(run) == ["Left out: title of terraform: neither is here."]


def test_a_way_that_fails_is_named_with_its_last_error() -> None:
    """A line, not a traceback."""
    run = results(Sample("in-create", 1000, PREVIEW, 0, failed="Traceback …\nRecursionError: too deep\nmore words"))
    assert tables.left_out(run) == [
        "Failed: title of in-create, N = 1,000, preview: RecursionError: too deep",
    ]
    assert "fails" in tables.times(run, tables.TEXT)


def test_the_latency_is_not_counted_as_the_first_reads() -> None:
    """The network's share is taken off."""
    run = results(sample("provider-noop", 1, FIRST_READ, 1.0), sample("provider-ours", 1, FIRST_READ, 1.25))
    assert verdict(run, "provider's first read").value == pytest.approx(1.2)


def test_the_state_of_a_fleet_is_counted_without_its_answers() -> None:
    """Only what we add to the data counts."""
    state = StateSize(lookups=1_500_000, traces=9_000, resources=1, answers=1_000_000)
    assert verdict(results(sample("fleet", 1000, UP, state=state)), "state of a fleet").value == pytest.approx(0.5)


def test_growth_is_of_what_one_lookup_costs() -> None:
    """Ten times the lookups for ten times the cost is no growth."""
    few, many = sample("provider-ours", 100, READS, own=1.0), sample("provider-ours", 1000, READS, own=10.0)
    assert verdict(results(few, many), "1,000 lookups: growth, provider").value == pytest.approx(1.0)


def test_the_import_is_compared_by_its_cpu_in_percent() -> None:
    """Only what comes on top counts."""
    run = results(sample("import-pulumi", 0, IMPORT, 1.0), sample("import-package", 0, IMPORT, 1.2))
    found = verdict(run, "import")
    assert found.value == pytest.approx(20)
    assert found.met is False


def test_results_are_what_they_were_after_a_file(tmp_path: Path) -> None:
    """JSON loses nothing."""
    state = StateSize(lookups=1, traces=2, resources=3, answers=4)
    run = results(sample("singles", 1, UP, state=state, alone=0.25), skipped={"terraform": "neither is here"})
    run.save(tmp_path / "results.json")
    assert Results.load(tmp_path / "results.json") == run


def test_a_run_that_was_broken_off_keeps_what_it_has_measured(tmp_path: Path) -> None:
    """A later run goes on from there."""
    one = sample("singles", 1, UP, state=StateSize(lookups=1, traces=2, resources=3, answers=4))
    Journal(tmp_path / "run" / "samples.jsonl").add(one)
    assert Journal(tmp_path / "run" / "samples.jsonl").samples == [one]


def test_the_committed_results_are_of_a_run_that_measured_every_target() -> None:
    """README shows nothing that wasn't measured."""
    run = Results.load(report.RESULTS)
    assert len(verdicts(run)) == len(TARGETS)
    assert not [each.target.what for each in verdicts(run) if each.met is None and "terraform" not in each.why]
    assert report.markdown(run).count("\n|") == len(TARGETS) + 2
    assert plot.draw(run) == plot.draw(run)
