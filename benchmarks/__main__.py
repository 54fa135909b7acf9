"""Measure, print the tables, and write the results and the plot."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.engine import EngineError, ensure
from tools.sandbox import CHECKOUT

from benchmarks import plan, plot, tables
from benchmarks.all_ways import all_ways
from benchmarks.report import PLOT, RESULTS
from benchmarks.results import Results, machine, summarise, today
from benchmarks.running import Journal, prepare, run
from benchmarks.server import Server
from benchmarks.software import installed

LATENCY = 0.05
"""Seconds."""
WORK = CHECKOUT / "build" / "benchmarks"
"""Projects, states, and the journal of a run that was broken off."""


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--sample", action="store_true", help="everything once, in a minute; the results aren't kept")
    size.add_argument("--full", action="store_true", help="all of it, however long it takes")
    parser.add_argument("--resume", action="store_true", help="go on with the run that was broken off")
    options = parser.parse_args(arguments)
    try:
        engine = Path(ensure().bin)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    name = "full" if options.full else "sample" if options.sample else "default"
    try:
        results = _measure(name, engine, resume=options.resume)
    except KeyboardInterrupt:
        print(
            f"broken off; `python -m benchmarks --{name} --resume` goes on".replace(" --default", ""), file=sys.stderr
        )
        return 130
    print("\n\n".join([table(results, tables.TEXT) for table in (tables.times, tables.costs, tables.targets)]))
    for line in tables.left_out(results):
        print(line)
    if not options.sample:
        results.save(RESULTS)
        PLOT.write_text(plot.draw(results), encoding="utf-8")
        print(f"written: {RESULTS.relative_to(CHECKOUT)}, {PLOT.relative_to(CHECKOUT)}; `make docs` renews README")
    return 0


def _measure(name: str, engine: Path, *, resume: bool) -> Results:
    path = WORK / name / "samples.jsonl"
    if not resume:
        path.unlink(missing_ok=True)
    journal = Journal(path)
    _say("the package is built, and installed as users have it: half a minute")
    software = installed(engine, WORK / name / "software")
    with Server(LATENCY) as server:
        ways, skipped = prepare(all_ways(software), WORK / name / "ways", server, _say)
        run({"full": plan.FULL, "sample": plan.SAMPLE, "default": plan.DEFAULT}[name], ways, journal, _say)
    return Results(
        plan=name,
        made=today(),
        latency=LATENCY,
        machine=machine(engine),
        titles={way.name: way.title for way in all_ways(software)},
        skipped=skipped,
        cells=summarise(journal.samples),
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
