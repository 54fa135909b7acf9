"""The part of README that shows the results: ``python -m benchmarks.report`` prints it."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import tables
from benchmarks.model import PREVIEW, UP
from benchmarks.results import Results

FOLDER = Path(__file__).resolve().parent
RESULTS, PLOT = FOLDER / "results.json", FOLDER / "plot.svg"

_TEXT = """\
Measured side by side in one run of `make bench`, on the real engine, against a server that takes {latency:.0f} ms for
each answer, on {cores} cores with Python {python}, Pulumi {engine} and its SDK {sdk}: [all figures]({results}).

![what a preview takes, by the number of gateways]({plot})

A preview with one lookup takes {single:.2f} s, of which {noop:.2f} s are those of any dynamic resource; a fleet of
1,000 takes {fleet:.1f} s to preview and {fleet_up:.1f} s to bring up, and {requests:,.0f} requests on {connections:.0f}
connections. The targets, as ratios of medians of that run (`noop` is one dynamic resource whose read does nothing,
`in-create` the dynamic provider of Pulumi's docs with its GET in `create`, `requests-4` and `requests-16` are bare
requests by so many threads):

{targets}

The floor is what the smallest possible implementation would take. `in-read` is a dynamic resource whose read is a
single `requests.get`, without a check, a retry or a model, `provider-get` its process alone, and `ready-made` one
whose read has the answers of {thousand:,} gateways ready:

{floors}
"""


def markdown(results: Results) -> str:
    """Return the part of README, or nothing at all if the run was of too little for it."""
    single, noop = results.median("singles", 1, PREVIEW), results.median("noop", 1, PREVIEW)
    fleet, fleet_up = results.median("fleet", 1000, PREVIEW), results.median("fleet", 1000, UP)
    if single is None or noop is None or fleet is None or fleet_up is None:
        return ""
    return _TEXT.format(
        latency=results.latency * 1000,
        cores=results.machine["cores"],
        python=results.machine["python"],
        engine=results.machine["pulumi"],
        sdk=results.machine["pulumi-sdk"],
        results=RESULTS.relative_to(FOLDER.parent),
        plot=PLOT.relative_to(FOLDER.parent),
        single=single.wall,
        noop=noop.wall,
        fleet=fleet.wall,
        fleet_up=fleet_up.wall,
        requests=fleet.requests,
        connections=fleet.connections,
        floors=tables.floors(),
        thousand=1000,
        targets=tables.targets(results, tables.MARKDOWN),
    )


if __name__ == "__main__":
    sys.stdout.write(markdown(Results.load(RESULTS)))
