"""All ways that are compared, by name."""

from __future__ import annotations

import json
from pathlib import Path

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.emulator.samples import sample_gateway
from pulumi_coreweave_gateway.lookups.outputs import gateway_outputs
from pulumi_coreweave_gateway.lookups.stored import stored_member

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
        PulumiWay("ready-made", "one dynamic resource, its read has N gateways ready", _ready_made(), engine),
        PulumiWay("singles", "N × `GatewayLookup`", programs.SINGLES, engine),
        PulumiWay("fleet", "`GatewaysLookup` of N", programs.FLEET, engine),
        PulumiWay("functions", "N × `get_gateway_output`", programs.FUNCTIONS, engine),
        ProfiledWay("singles-profiled", "N × `GatewayLookup`, profiled", programs.SINGLES, engine),
    ]


def _ready_made() -> str:
    wire = sample_gateway(programs.MEMBER_ID, name="llama-3-70b")
    member = stored_member(gateway_outputs(parse_gateway(wire)))
    return programs.READY_MADE.replace(programs.MEMBER, json.dumps(member))
