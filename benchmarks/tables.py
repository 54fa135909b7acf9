"""The tables of a run, as text for a terminal or as Markdown."""

from __future__ import annotations

from tabulate import tabulate

from benchmarks.model import AGAIN, PREVIEW, READS, UP, Figures
from benchmarks.results import Measured, Results
from benchmarks.targets import TARGETS, Target, Verdict, verdicts

TEXT, MARKDOWN = "simple", "github"
"""The two forms, as tabulate names them."""

_COUNTS = (1, 10, 100, 1000)
_MEBIBYTE = 1024 * 1024
_SHOWN = (
    "empty",
    "noop",
    "ready-made",
    "in-read",
    "in-create",
    "requests-4",
    "requests-16",
    "terraform",
    "singles",
    "fleet",
    "functions",
)


def targets(results: Results, form: str) -> str:
    """Return the targets, each with what was measured."""
    rows = [_target_row(verdict) for verdict in verdicts(results)]
    return _table(rows, ("what", "measured as", "target", "value", "floor", ""), form)


def times(results: Results, form: str) -> str:
    """Return the seconds of every way: the median, and how far the repetitions spread."""
    rows = []
    for way in _SHOWN:
        for gateways in _COUNTS:
            cells = [_time(results.cell(way, gateways, command)) for command in (PREVIEW, UP, AGAIN)]
            bare = _time(results.cell(way, gateways, READS))
            if bare or any(cells):
                rows.append([results.titles[way], f"{gateways:,}", *([bare, "", ""] if bare else cells)])
    return _table(rows, ("seconds, median (lowest to highest)", "N", "preview", "first up", "second preview"), form)


def costs(results: Results, form: str) -> str:
    """Return what a preview of every way costs besides time, and what the stack keeps after its ``up``."""
    rows = []
    for way in _SHOWN:
        for gateways in _COUNTS:
            figures = results.median(way, gateways, PREVIEW) or results.median(way, gateways, READS)
            if figures is not None:
                rows.append(
                    [results.titles[way], f"{gateways:,}", *_cost(figures), _state(results.median(way, gateways, UP))]
                )
    return _table(rows, ("a preview", "N", "CPU", "server's CPU", "requests", "connections", "memory", "state"), form)


def floors() -> str:
    """Return what each floor is measured as, a line for each."""
    return "\n".join(f"- {target.what}: `{target.floor_formula}`" for target in TARGETS if target.floor_formula)


def left_out(results: Results) -> list[str]:
    """Return a line for each way that was left out or failed, and why."""
    lines = [f"Left out: {results.titles[way]}: {why}." for way, why in results.skipped.items()]
    lines += [
        f"Failed: {results.titles[cell.way]}, N = {cell.gateways:,}, {cell.command}: {cell.failed}"
        for cell in results.cells
        if cell.failed
    ]
    return lines


def _target_row(verdict: Verdict) -> list[str]:
    target = verdict.target
    limit = f"{'≥' if target.at_least else '≤'} {target.limit:g}{_unit(target.unit)}"
    if verdict.value is None:
        return [target.what, target.formula, limit, "", "", f"not measured: {verdict.why}"]
    met = "met" if verdict.met else "not met"
    return [target.what, target.formula, limit, _value(verdict.value, target), _value(verdict.floor, target), met]


def _value(value: float | None, target: Target) -> str:
    return "" if value is None else f"{_short(value)}{_unit(target.unit)}"


def _unit(unit: str) -> str:
    return f" {unit}" if unit == "×" else unit


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _time(cell: Measured | None) -> str:
    if cell is None:
        return ""
    if cell.median is None:
        return "fails"
    return f"{cell.median.wall:.2f} ({cell.walls[0]:.2f} to {cell.walls[-1]:.2f})"


def _cost(figures: Figures) -> list[str]:
    return [
        f"{figures.cpu:.2f} s",
        f"{figures.server_cpu:.2f} s",
        f"{figures.requests:,.0f}",
        f"{figures.connections:.0f}",
        "" if figures.memory is None else f"{figures.memory / _MEBIBYTE:.0f} MiB",
    ]


def _state(figures: Figures | None) -> str:
    if figures is None or figures.state is None or not figures.state.resources:
        return ""
    return f"{figures.state.lookups / 1000:,.1f} kB"


def _table(rows: list[list[str]], head: tuple[str, ...], form: str) -> str:
    return tabulate(rows, head, tablefmt=form, disable_numparse=True)
