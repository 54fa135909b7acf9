"""Measure, print the tables, and write the results and the plot."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.engine import EngineError, ensure
from tools.sandbox import CHECKOUT

from benchmarks import plan
from benchmarks.running import Journal, prepare, run
from benchmarks.server import Server
from benchmarks.ways import all_ways

LATENCY = 0.05
"""Seconds."""
WORK = CHECKOUT / "build" / "benchmarks"
"""Projects, states, and the journal of a run that was broken off."""


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a first impression, in about two minutes")
    size.add_argument("--full", action="store_true", help="all of it, however long it takes")
    parser.add_argument("--resume", action="store_true", help="go on with the run that was broken off")
    options = parser.parse_args(arguments)
    try:
        engine = ensure()
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    chosen = "full" if options.full else "quick" if options.quick else "default"
    path = WORK / f"{chosen}.jsonl"
    if not options.resume:
        path.unlink(missing_ok=True)
    journal = Journal(path)
    with Server(LATENCY) as server:
        ways, _ = prepare(all_ways(Path(engine.bin)), WORK / "ways", server, _say)
        run({"full": plan.FULL, "quick": plan.QUICK, "default": plan.DEFAULT}[chosen], ways, journal, _say)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
