"""The tables, docs/performance.md, and README's summary of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tools.sandbox import CHECKOUT

from benchmarks import plot
from benchmarks.results import NotMeasuredError, Results, Run
from benchmarks.scenarios import SCENARIOS
from benchmarks.targets import TARGETS, Target

RESULTS = CHECKOUT / "benchmarks" / "results.json"
PAGE = CHECKOUT / "docs" / "performance.md"
PLOT = CHECKOUT / "docs" / "performance.svg"
README = CHECKOUT / "README.md"
_BLOCK = re.compile(r"(<!-- benchmark -->\n).*?(<!-- end of benchmark -->\n)", re.DOTALL)


def text(results: Results) -> str:
    """Return the tables for a terminal."""
    skipped = [f"skipped {name}: {reason}" for name, reason in results.skipped.items()]
    return "\n".join([*_figures(results), "", *_targets(results), *skipped])


def write(results: Results) -> None:
    """Update the pages with the results."""
    for path, content in files(results).items():
        path.write_text(content, encoding="utf-8")


def files(results: Results) -> dict[Path, str]:
    """Return what the pages that show the results must contain."""

    def with_block(path: Path, block: list[str]) -> str:
        inserted = "\n".join(block)
        return _BLOCK.sub(lambda found: f"{found[1]}{inserted}\n{found[2]}", path.read_text(encoding="utf-8"))

    page = [_machine(results), "", *_targets(results), "", *_figures(results)]
    return {
        PAGE: with_block(PAGE, page),
        README: with_block(README, [_summary(results)]),
        PLOT: plot.draw(results),
    }


def _machine(results: Results) -> str:
    machine = results.machine
    terraform = f", Terraform {machine['terraform']}" if "terraform" in machine else ""
    return (
        f"Measured on {results.date} with {machine['cores']} cores ({machine['system']}), Python {machine['python']},\n"
        f"Pulumi {machine['pulumi']} and its SDK {machine['pulumi-sdk']}{terraform}, against a server that takes"
        f" {results.latency * 1000:.0f} ms for each answer."
    )


def _summary(results: Results) -> str:
    def seconds(scenario: str, gateways: int) -> str:
        return f"{results.cell(Run(scenario, gateways)).median.seconds:.1f} s"

    return (
        f"A preview with one lookup takes {seconds('lookups', 1)}, of which any dynamic resource takes"
        f" {seconds('noop', 1)}.\n"
        f"From about ten gateways on, use a fleet: 100 gateways take {seconds('lookups', 100)} as single lookups and"
        f" {seconds('fleet', 100)} as a\n"
        f"fleet, 1,000 take {seconds('lookups', 1000)} and {seconds('fleet', 1000)}."
    )


def _targets(results: Results) -> list[str]:
    rows = [_target(target, results) for target in TARGETS]
    return _table(("target", "measured", "limit", "value", "floor", ""), rows)


def _target(target: Target, results: Results) -> tuple[str, ...]:
    limit = f"{'≥' if target.at_least else '≤'} {target.limit:,g}{target.unit}"
    try:
        value = target.value.of(results)
    except NotMeasuredError as reason:
        return target.name, str(target.value), limit, "", "", f"not measured: {' '.join(str(reason).split())}"
    try:
        floor = _number(target.floor.of(results), target.unit) if target.floor else ""
    except NotMeasuredError:
        floor = ""
    verdict = "met" if target.met(value) else "**not met**"
    return target.name, str(target.value), limit, _number(value, target.unit), floor, verdict


def _figures(results: Results) -> list[str]:
    rows = []
    for cell in results.cells:
        median = cell.median
        rows.append(
            (
                SCENARIOS[cell.run.scenario].title,
                f"{cell.run.gateways:,}",
                cell.run.command,
                f"{median.seconds:.2f} ({cell.lowest:.2f} to {cell.highest:.2f})",
                f"{median.cpu:.2f}" if median.cpu else "",
                f"{median.requests:,.0f}" if median.requests else "",
                f"{median.connections:.0f}" if median.connections else "",
                f"{median.memory / 2**20:.0f} MiB" if median.memory else "",
                f"{median.state:,.1f} kB" if median.state else "",
            )
        )
    return _table(("", "N", "command", "seconds", "CPU", "requests", "connections", "memory", "state"), rows)


def _number(value: float, unit: str) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") + unit


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return a Markdown table whose columns are aligned."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *rows]
    return [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
