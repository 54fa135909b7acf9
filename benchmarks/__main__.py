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
from contextlib import closing
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from tools.engine import EngineError, ensure
from tools.installation import build, install
from tools.sandbox import CHECKOUT

from benchmarks import report
from benchmarks.results import FIRST_READ, PREVIEW, SCRIPT, UP, Cell, Figures, Results, Run
from benchmarks.scenarios import SCENARIOS, CommandFailedError, UnavailableError
from benchmarks.server import Server

LATENCY = 0.05  # seconds
RATES = {"fleet-limited": 3.0}  # requests per second that the API allows; unlimited if not listed
WORK = CHECKOUT / "build" / "benchmarks"


def _runs(names: str, gateways: int, command: str = PREVIEW) -> list[Run]:
    return [Run(name, gateways, command) for name in names.split()]


_COMPARED = "in-create lookups fleet functions terraform"
PLAN: Sequence[tuple[int, Sequence[Run]]] = (
    (
        15,
        _runs("import-pulumi import-package", 0, SCRIPT)
        + _runs("requests", 1, SCRIPT)
        + _runs("provider-noop provider-get provider-lookup", 1, FIRST_READ)
        + _runs("noop in-read lookups", 1),
    ),
    (
        5,
        _runs("empty in-create fleet functions terraform", 1)
        + _runs("noop lookups", 1, UP)
        + _runs(_COMPARED, 10)
        + _runs(_COMPARED, 100)
        + _runs("in-create lookups", 100, UP)
        + _runs("requests", 100, SCRIPT)
        + _runs("fleet-limited", 300),
    ),
    (
        7,
        _runs("list", 1000, SCRIPT)
        + _runs("ready-made fleet functions terraform", 1000)
        + _runs("ready-made fleet", 1000, UP)
        + _runs("provider-ready provider-fleet", 1000, FIRST_READ),
    ),
    (3, _runs("ready-made fleet", 10_000) + _runs("provider-ready provider-fleet", 10_000, FIRST_READ)),
    (1, _runs("lookups", 1000)),
)
"""Groups of runs, each with its number of repetitions."""


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="run everything once, for at most 3 gateways")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"run only these: {', '.join(SCENARIOS)}")
    options = parser.parse_args(arguments)
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"unknown scenario: {', '.join(sorted(unknown))}")
    chosen = set(options.scenarios or SCENARIOS)
    try:
        results = _measure(list(interleaved(sample(PLAN) if options.sample else PLAN, chosen)), Path(ensure().bin))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(report.text(results))
    if options.sample or options.scenarios:
        print("not saved: not everything was measured")
    else:
        results.save(report.RESULTS)
        report.write(results)
        print(f"written: {report.RESULTS.relative_to(CHECKOUT)} and {report.PAGE.relative_to(CHECKOUT)}")
    return 1 if results.skipped.keys() - set(SCENARIOS) else 0


def sample(plan: Sequence[tuple[int, Sequence[Run]]]) -> list[tuple[int, list[Run]]]:
    """Return a plan that has every scenario and command once, for at most 3 gateways."""
    runs = dict.fromkeys(run._replace(gateways=min(run.gateways, 3)) for _, runs in plan for run in runs)
    return [(1, list(runs))]


def interleaved(plan: Sequence[tuple[int, Sequence[Run]]], chosen: set[str]) -> Iterator[Run]:
    """Yield the runs of the chosen scenarios so that none has all its repetitions early or late in its group."""
    for repetitions, runs in plan:
        kept = [run for run in runs if run.scenario in chosen]
        for repetition in range(repetitions):
            yield from kept if repetition % 2 == 0 else reversed(kept)


def _measure(runs: Sequence[Run], engine: Path) -> Results:
    """Prepare the scenarios and run them; what can't be prepared or fails is skipped from then on."""
    shutil.rmtree(WORK, ignore_errors=True)
    _say("building the package and installing it as users do")
    same_versions = [f"{name}=={version(name)}" for name in ("pulumi", "requests", "pydantic")]
    python = install(WORK / "venv", build(WORK / "dist"), *same_versions)
    samples: dict[Run, list[Figures]] = defaultdict(list)
    skipped: dict[str, str] = {}
    with closing(Server(LATENCY)) as server:
        for name in dict.fromkeys(run.scenario for run in runs):
            try:
                SCENARIOS[name].prepare(WORK / "scenarios" / name, engine, python, server)
            except UnavailableError as reason:  # noqa: PERF203 - each scenario can be unavailable by itself
                skipped[name] = str(reason)
                _say(f"skipped {name}: {reason}")
        for number, run in enumerate(runs, 1):
            if skipped.keys() & {run.scenario, str(run)}:
                continue
            server.configure(run.gateways, RATES.get(run.scenario, 0))
            try:
                figures = SCENARIOS[run.scenario].run(run.command, run.gateways)
            except CommandFailedError as error:
                skipped[str(run)] = str(error)
                _say(f"failed: {run}: {error}")
            else:
                samples[run].append(figures)
                _say(f"{number}/{len(runs)} {run}: {figures.seconds:.2f} s")
    cells = [Cell.of(run, repetitions) for run, repetitions in samples.items() if str(run) not in skipped]
    return Results(datetime.now(timezone.utc).date().isoformat(), LATENCY, _machine(engine), skipped, cells)


def _machine(engine: Path) -> dict[str, str]:
    printed = subprocess.run([engine / "pulumi", "version"], check=True, capture_output=True, text=True).stdout
    machine = {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "pulumi": printed.strip().removeprefix("v"),
        "pulumi-sdk": version("pulumi"),
    }
    if (terraform := WORK / "scenarios" / "terraform").joinpath(".terraform").exists():
        command = [shutil.which("terraform") or "tofu", "version"]
        printed = subprocess.run(command, cwd=terraform, check=True, capture_output=True, text=True).stdout
        machine["terraform"] = " with data.http ".join(re.findall(r"^(?:\w+|\+ provider \S+) v(\S+)$", printed, re.M))
    return machine


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
