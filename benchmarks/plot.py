"""The plot of a run: what a preview takes, by the number of gateways."""

from __future__ import annotations

import io

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.model import PREVIEW, READS
from benchmarks.results import Results

_COUNTS = (1, 10, 100, 1000)
_LINES = {
    "terraform": (PREVIEW, "tab:purple", "--"),
    "in-create": (PREVIEW, "tab:gray", "--"),
    "singles": (PREVIEW, "tab:orange", "-"),
    "functions": (PREVIEW, "tab:green", "-"),
    "fleet": (PREVIEW, "tab:blue", "-"),
    "requests-16": (READS, "black", ":"),
}


def draw(results: Results) -> str:
    """Return the plot as SVG: the same text for the same results."""
    # No random names, no date; and text stays text.
    with mpl.rc_context({"svg.hashsalt": "benchmarks", "svg.fonttype": "none"}):
        figure = Figure(figsize=(8, 4.5), layout="constrained", facecolor="white")
        axes = figure.subplots()
        for way, (command, color, style) in _LINES.items():
            points = [(count, wall) for count in _COUNTS if (wall := _wall(results, way, count, command)) is not None]
            if points:
                axes.loglog(
                    *zip(*points, strict=True), color=color, linestyle=style, marker="o", label=_label(results, way)
                )
        axes.set(xlabel="gateways", ylabel="seconds of `pulumi preview`", xticks=_COUNTS)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(frameon=False)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
        return drawn.getvalue()


def _label(results: Results, way: str) -> str:
    return results.titles[way].replace("`", "")


def _wall(results: Results, way: str, gateways: int, command: str) -> float | None:
    figures = results.median(way, gateways, command)
    return None if figures is None else figures.wall
