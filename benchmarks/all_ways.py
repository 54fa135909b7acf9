"""All ways that are compared, by name."""

from __future__ import annotations

import json

from benchmarks import programs
from benchmarks.profiled import ProfiledWay
from benchmarks.software import Software
from benchmarks.startup import startup_ways
from benchmarks.terraform import TerraformWay
from benchmarks.ways import FLEET_THREADS, PROVIDER_THREADS, BareWay, PulumiWay, Way
from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.emulator.samples import sample_gateway
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.gateways.stored import stored_member


def all_ways(software: Software) -> list[Way]:
    """Return all ways, on this software."""
    return [
        *startup_ways(software),
        PulumiWay("empty", "empty Pulumi program", programs.EMPTY, software),
        PulumiWay("noop", "one dynamic resource, its read does nothing", programs.NOOP, software),
        PulumiWay("in-read", "N dynamic resources, GET in `read`, no more", programs.IN_READ, software),
        PulumiWay("in-create", "dynamic provider as in Pulumi's docs, GET in `create`", programs.IN_CREATE, software),
        BareWay(PROVIDER_THREADS, software),
        BareWay(FLEET_THREADS, software),
        TerraformWay(),
        PulumiWay("ready-made", "one dynamic resource, its read has N gateways ready", _ready_made(), software),
        PulumiWay("singles", "N × `GatewayLookup`", programs.SINGLES, software),
        PulumiWay("fleet", "`GatewaysLookup` of N", programs.FLEET, software),
        PulumiWay("functions", "N × `get_gateway_output`", programs.FUNCTIONS, software),
        ProfiledWay("singles-profiled", "N × `GatewayLookup`, profiled", programs.SINGLES, software),
    ]


def _ready_made() -> str:
    wire = sample_gateway(programs.MEMBER_ID, name="llama-3-70b")
    member = stored_member(gateway_outputs(parse_gateway(wire)))
    return programs.READY_MADE.replace(programs.MEMBER, json.dumps(member))
