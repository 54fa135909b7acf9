"""All ways that are compared, by name."""

from __future__ import annotations

from pathlib import Path

from benchmarks import programs
from benchmarks.profiled import ProfiledWay
from benchmarks.startup import startup_ways
from benchmarks.terraform import TerraformWay
from benchmarks.ways import FLEET_THREADS, PROVIDER_THREADS, BareWay, PulumiWay, Way


def all_ways(engine: Path) -> list[Way]:
    """Return all ways, with the folder of the Pulumi CLI to use."""
    return [
        *startup_ways(),
        PulumiWay("empty", "empty Pulumi program", programs.EMPTY, engine),
        PulumiWay("noop", "one dynamic resource, its read does nothing", programs.NOOP, engine),
        PulumiWay("in-create", "dynamic provider as in Pulumi's docs, GET in `create`", programs.IN_CREATE, engine),
        BareWay(PROVIDER_THREADS),
        BareWay(FLEET_THREADS),
        TerraformWay(),
        PulumiWay("singles", "N × `GatewayLookup`", programs.SINGLES, engine),
        PulumiWay("fleet", "`GatewaysLookup` of N", programs.FLEET, engine),
        PulumiWay("functions", "N × `get_gateway_output`", programs.FUNCTIONS, engine),
        ProfiledWay("singles-profiled", "N × `GatewayLookup`, profiled", programs.SINGLES, engine),
    ]
