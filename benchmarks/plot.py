"""The plot: seconds of a preview by the number of gateways, both on logarithmic axes, as SVG."""

from __future__ import annotations

import math

from benchmarks.results import PREVIEW, Results
from benchmarks.scenarios import SCENARIOS

_LINES = {
    "in-create": "gray",
    "lookups": "darkorange",
    "functions": "seagreen",
    "terraform": "rebeccapurple",
    "ready-made": "black",
    "fleet": "royalblue",
}
_GATEWAYS, _SECONDS = (1, 10, 100, 1000, 10_000), (0.1, 1, 10, 100)
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 470, 20, 320


def draw(results: Results) -> str:
    """Return the plot: the same text for the same results."""
    lines = [
        f'<line x1="{_x(count)}" y1="{_TOP}" x2="{_x(count)}" y2="{_BOTTOM}" stroke="#ddd"/>'
        f'<text x="{_x(count)}" y="{_BOTTOM + 18}" text-anchor="middle">{count:,}</text>'
        for count in _GATEWAYS
    ]
    lines += [
        f'<line x1="{_LEFT}" y1="{_y(seconds)}" x2="{_RIGHT}" y2="{_y(seconds)}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 8}" y="{_y(seconds) + 4}" text-anchor="end">{seconds:g} s</text>'
        for seconds in _SECONDS
    ]
    lines.append(f'<text x="{(_LEFT + _RIGHT) // 2}" y="{_BOTTOM + 40}" text-anchor="middle">gateways</text>')
    for number, (scenario, color) in enumerate(_LINES.items()):
        cells = sorted(
            (each.run.gateways, each.median.seconds) for each in results.cells if each.run[::2] == (scenario, PREVIEW)
        )
        points = [f"{_x(count)},{_y(seconds)}" for count, seconds in cells]
        lines.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{color}" stroke-width="2"/>')
        lines += [f'<circle cx="{_x(count)}" cy="{_y(seconds)}" r="3" fill="{color}"/>' for count, seconds in cells]
        y = _TOP + 22 * number + 10
        title = SCENARIOS[scenario].title.replace("`", "")
        lines.append(
            f'<line x1="{_RIGHT + 20}" y1="{y}" x2="{_RIGHT + 45}" y2="{y}" stroke="{color}" stroke-width="2"/>'
        )
        lines.append(f'<text x="{_RIGHT + 52}" y="{y + 4}">{title}</text>')
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 370" font-family="sans-serif" font-size="12">'
    return "\n".join([head, '<rect width="860" height="370" fill="white"/>', *lines, "</svg>\n"])


def _x(gateways: float) -> float:
    share = math.log10(gateways / _GATEWAYS[0]) / math.log10(_GATEWAYS[-1] / _GATEWAYS[0])
    return round(_LEFT + share * (_RIGHT - _LEFT), 1)


def _y(seconds: float) -> float:
    share = math.log10(seconds / _SECONDS[0]) / math.log10(_SECONDS[-1] / _SECONDS[0])
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)
