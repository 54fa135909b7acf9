"""The tables and the plot in docs/performance.md."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

from tools.sandbox import CHECKOUT

from benchmarks.results import PREVIEW, TARGETS, Results, Run
from benchmarks.scenarios import SCENARIOS

RESULTS = CHECKOUT / "benchmarks" / "results.json"
_PAGE = CHECKOUT / "docs" / "performance.md"
_BLOCK = re.compile(r"(<!-- benchmark -->\n).*?(<!-- end of benchmark -->\n)", re.DOTALL)


def text(results: Results) -> str:
    """Return the tables, and what was skipped."""
    targets = [target.row(results) for target in TARGETS]
    tables = [
        _table(("target", "measured", "limit", "value", "floor", ""), *targets),
        _table(("", "N", "command", *_COLUMNS), *(_row(run, cell) for run, cell in results.cells.items())),
    ]
    return "\n\n".join([*tables, *(f"Skipped {name}: {reason}" for name, reason in results.skipped.items())])


def files(results: Results) -> dict[Path, str]:
    """Return what the pages that show the results must contain."""
    block = f"Measured on {results.date} with {results.machine}.\n\n{text(results)}"
    page = _PAGE.read_text(encoding="utf-8")
    return {
        _PAGE: _BLOCK.sub(lambda found: f"{found[1]}{block}\n{found[2]}", page),
        _PAGE.with_suffix(".svg"): _plot(results),
    }


_COLUMNS = {
    "seconds": "{seconds:.2f} ({lowest:.2f} to {highest:.2f})",
    "cpu": "{cpu:.2f}",
    "requests": "{requests:,.0f}",
    "connections": "{connections:,.0f}",
    "state": "{state:,.1f} kB",
}


def _row(run: Run, cell: Mapping[str, float]) -> tuple[str, ...]:
    figures = (form.format(**cell) if cell.get(name) else "" for name, form in _COLUMNS.items())
    return SCENARIOS[run.scenario].title, f"{run.gateways:,}", run.command, *figures


def _table(*rows: tuple[str, ...]) -> str:
    """Return a Markdown table; the first row is its head."""
    lines = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# Colors that color-blind readers can tell apart too (Okabe and Ito), with a dash and a mark of their own.
_SERIES = {
    "in-create": ("#999999", "6 3", "■"),
    "lookups": ("#d55e00", "none", "●"),
    "functions": ("#009e73", "2 3", "▲"),
    "terraform": ("#cc79a7", "8 3 2 3", "◆"),
    "one-list": ("#000000", "1 4", "✚"),
    "fleet": ("#0072b2", "none", "▼"),
}
_GATEWAYS, _SECONDS = (1, 10, 100, 1000, 10_000), (0.3, 1, 3, 10, 30, 100)
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 520, 20, 620


def _plot(results: Results) -> str:
    """Return the seconds of a preview by the number of gateways, on logarithmic axes, as SVG."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 670" font-family="sans-serif" font-size="13">',
        '<rect width="940" height="670" fill="white"/>',
        *(_grid(f"{n:,}", _x(n), _TOP, _x(n), _BOTTOM, _x(n), _BOTTOM + 18, "middle") for n in _GATEWAYS),
        *(_grid(f"{s:g} s", _LEFT, _y(s), _RIGHT, _y(s), _LEFT - 8, _y(s) + 4, "end") for s in _SECONDS),
        f'<text x="{(_LEFT + _RIGHT) // 2}" y="{_BOTTOM + 40}" text-anchor="middle">gateways</text>',
    ]
    series = {scenario: _points(results, scenario) for scenario in _SERIES}
    # In the order of the right ends of the lines, and without what wasn't measured.
    for number, scenario in enumerate(sorted(filter(series.get, series), key=lambda name: series[name][-1][1])):
        points, (color, dash, mark) = series[scenario], _SERIES[scenario]
        y = _TOP + 26.0 * number + 10
        parts.append(f'<g stroke="{color}" stroke-width="2" stroke-dasharray="{dash}" fill="none">')
        lines = (" ".join(f"{x},{y}" for x, y in line) for line in (points, [(_RIGHT + 20, y), (_RIGHT + 60, y)]))
        parts += [f'<polyline points="{line}"/>' for line in lines]
        # The white outline keeps marks apart that overlap.
        parts.append(f'</g><g fill="{color}" font-size="16" text-anchor="middle" stroke="white" paint-order="stroke">')
        parts += [f'<text x="{left}" y="{top + 6:.1f}">{mark}</text>' for left, top in [*points, (_RIGHT + 40.0, y)]]
        parts.append(f'</g><text x="{_RIGHT + 70}" y="{y + 4}">{SCENARIOS[scenario].title.replace("`", "")}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _points(results: Results, scenario: str) -> list[tuple[float, float]]:
    found = ((run, cell) for run, cell in results.cells.items() if (run.scenario, run.command) == (scenario, PREVIEW))
    return sorted((_x(run.gateways), _y(cell["seconds"])) for run, cell in found)


def _grid(label: str, x1: float, y1: float, x2: float, y2: float, x: float, y: float, anchor: str) -> str:
    line = f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#ddd"/>'
    return f'{line}<text x="{x}" y="{y}" text-anchor="{anchor}">{label}</text>'


def _x(gateways: float) -> float:
    return round(_LEFT + math.log(gateways / _GATEWAYS[0], _GATEWAYS[-1] / _GATEWAYS[0]) * (_RIGHT - _LEFT), 1)


def _y(seconds: float) -> float:
    return round(_BOTTOM - math.log(seconds / _SECONDS[0], _SECONDS[-1] / _SECONDS[0]) * (_BOTTOM - _TOP), 1)
