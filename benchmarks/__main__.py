"""Measure, print the tables, and write the results and the pages that show them."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from tools.engine import EngineError, ensure
from tools.installation import build, install
from tools.sandbox import CHECKOUT

from benchmarks import report
from benchmarks.results import UP, Results, Run, medians
from benchmarks.scenarios import SCENARIOS, FailedError
from benchmarks.server import Server

LATENCY = 0.05  # seconds
WORK = CHECKOUT / "build" / "benchmarks"
_COMPARED = "in-create lookups fleet functions terraform"
PLAN: Sequence[tuple[int, int, str, str]] = (
    (15, 1, "noop in-read lookups", ""),
    (5, 1, "in-create fleet functions one-list terraform", "noop lookups"),
    (5, 10, _COMPARED, ""),
    (5, 100, f"{_COMPARED} in-read one-list", "in-create in-read lookups"),
    (7, 1000, "one-list fleet functions terraform", "one-list fleet"),
    (3, 10_000, "one-list fleet", ""),
    (1, 1000, "lookups", ""),
)
"""Repetitions, gateways, the scenarios of which a preview is measured, and those with an ``up``."""


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="run everything once, for at most 3 gateways")
    sample = parser.parse_args(arguments).sample
    runs = list(planned())
    if sample:
        runs = list(dict.fromkeys(run._replace(gateways=min(run.gateways, 3)) for run in runs))
    try:
        results = measure(runs, ensure().bin)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(report.text(results))
    if not sample:
        results.save(report.RESULTS)
        for path, content in report.files(results).items():
            path.write_text(content, encoding="utf-8")
    return 1 if results.skipped.keys() - {"terraform"} else 0


def planned() -> Iterator[Run]:
    """Yield all runs, in an order in which none has all its repetitions early or late in its group."""
    for repetitions, gateways, compared, up in PLAN:
        runs = [Run(name, gateways) for name in compared.split()]
        runs += [Run(name, gateways, UP) for name in up.split()]
        for repetition in range(repetitions):
            yield from runs if repetition % 2 == 0 else reversed(runs)


def measure(runs: Sequence[Run], engine: Path) -> Results:
    """Prepare the scenarios and run them; what can't be prepared or fails is skipped from then on."""
    shutil.rmtree(WORK, ignore_errors=True)
    _say("building the package and installing it as users do")
    same_versions = [f"{name}=={version(name)}" for name in ("pulumi", "requests", "pydantic")]
    python = install(WORK / "venv", build(WORK / "dist"), *same_versions)
    server = Server(LATENCY)
    skipped: dict[str, str] = {}
    for name in dict.fromkeys(run.scenario for run in runs):
        try:
            SCENARIOS[name].prepare(WORK / "scenarios" / name, engine, python, server.url)
        except FailedError as reason:  # noqa: PERF203 - each scenario can be unavailable by itself
            skipped[name] = str(reason)
            _say(f"skipped {name}: {reason}")
    samples: dict[Run, list[dict[str, float]]] = defaultdict(list)
    for number, run in enumerate(runs, 1):
        if skipped.keys() & {run.scenario, str(run)}:
            continue
        server.configure(run.gateways)
        try:
            figures = SCENARIOS[run.scenario].run(run.command, run.gateways)
        except FailedError as error:
            skipped[str(run)] = str(error)
            _say(f"failed: {run}: {error}")
        else:
            samples[run].append({**figures, "requests": server.requests, "connections": server.connections})
            _say(f"{number}/{len(runs)} {run}: {figures['seconds']:.2f} s")
    cells = {run: medians(repetitions) for run, repetitions in samples.items() if str(run) not in skipped}
    return Results(datetime.now(timezone.utc).date().isoformat(), _machine(engine), skipped, cells)


def _machine(engine: Path) -> str:
    """Return hardware and software, for a sentence."""

    def versions(*command: str | Path) -> str:
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return " with data.http ".join(re.findall(r"^(?:\w+ |\+ provider \S+ )?v(\S+)$", printed, re.MULTILINE))

    terraform = WORK / "scenarios" / "terraform"
    ran = terraform.joinpath(".terraform").exists()
    return (
        f"{os.cpu_count()} cores ({platform.system()} {platform.machine()}), Python {platform.python_version()}, Pulumi"
        f" {versions(engine / 'pulumi', 'version')}\nand its SDK {version('pulumi')}"
        + (
            f", Terraform {versions(shutil.which('terraform') or 'tofu', f'-chdir={terraform}', 'version')}"
            if ran
            else ""
        )
        + f", against a server that takes {LATENCY * 1000:.0f} ms for each answer"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
