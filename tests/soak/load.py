"""Many gateways through an API of which a third of the calls fails: how many requests there are to be, and how fast."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter, defaultdict
from typing import Any

from pulumi_coreweave_gateway.client.client import GATEWAYS
from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.client.policy import MAX_TRIES, SHORTEST_PAUSE
from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from pulumi_coreweave_gateway.emulator.scripting import Faults
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.gateways.stored import stored_lookup, stored_member
from tests.stack.project import Project, said

LATENCY = 0.05
"""Seconds that each answer takes: what bounds the load of requests that succeed."""

_FAULTS = Faults(share=0.3, statuses=(429, 503), seed="load")
_CLOCK = 0.02
"""Seconds that two moments may lie closer together at the emulator than they were for the client."""


def gateway_ids(emulator: Emulator, count: int) -> list[str]:
    """Give the emulator so many gateways, and an API that fails; return their ids."""
    ids = [str(uuid.UUID(int=index + 1, version=4)) for index in range(count)]
    emulator.replace([sample_gateway(gateway_id, name=f"gw-{index}") for index, gateway_id in enumerate(ids)])
    emulator.switch(latency=LATENCY)
    emulator.fail_some(_FAULTS.share, _FAULTS.statuses, seed=_FAULTS.seed)
    return ids


def lookups_program(ids: list[str]) -> str:
    """Return a program with one lookup for each."""
    lines = [f"GatewayLookup('gw-{index}', gateway_id='{gateway_id}')" for index, gateway_id in enumerate(ids)]
    return "\n".join(["from pulumi_coreweave_gateway import GatewayLookup", *lines, ""])


def fleet_program(ids: list[str]) -> str:
    """Return a program with one fleet of all."""
    return f"from pulumi_coreweave_gateway import GatewaysLookup\nGatewaysLookup('fleet', gateway_ids={ids!r})\n"


def ends_right(project: Project, emulator: Emulator, ids: list[str], connections: int) -> None:
    """Run ``up``, and check the outputs, the number of requests, and the load that they were.

    Args:
        project: whose program looks them up.
        emulator: what it asks.
        ids: the gateways.
        connections: how many requests may be under way at once.

    """
    emulator.forget_requests()
    done = project.cli("up", "--yes", "--skip-preview", "--suppress-progress")
    assert done.returncode == 0, said(done)[-5000:]
    lookups = [entry["outputs"] for entry in project.lookups()]
    is_fleet = "gateways" in lookups[0]
    stored = stored_member if is_fleet else stored_lookup
    gateways = {key: stored(gateway_outputs(parse_gateway(emulator.get(key)))) for key in ids}
    assert _by_id(lookups[0]["gateways"] if is_fleet else lookups) == gateways

    counts = emulator.counts()
    expected = {f"{GATEWAYS}/{gateway_id}": _tries(f"{GATEWAYS}/{gateway_id}") for gateway_id in ids}
    assert counts.by_path == expected, "a request more or less than the policy has"
    assert max(expected.values()) <= MAX_TRIES
    assert counts.requests > 1.2 * len(ids), "the API has hardly failed"
    assert counts.peak_concurrency <= connections
    assert counts.connections <= connections
    _load_is_bounded(emulator, connections)


def _tries(path: str) -> int:
    """Return how many tries a path takes: a pure function of the faults."""
    return next(attempt for attempt in range(1, 100) if _FAULTS.take(path, attempt) is None)


def _load_is_bounded(emulator: Emulator, connections: int) -> None:
    """Check the pauses between the tries for one gateway, and the requests in every second."""
    times: dict[str, list[float]] = defaultdict(list)
    for seen in emulator.requests():
        times[seen.path].append(seen.time)
    pauses = [later - earlier for tries in times.values() for earlier, later in itertools.pairwise(tries)]
    assert min(pauses) >= LATENCY + SHORTEST_PAUSE - _CLOCK
    moments = sorted(moment for tries in times.values() for moment in tries)
    busiest = max(Counter(int(moment) for moment in moments).values())
    # In a second each connection begins 1/LATENCY requests, and may be at the end of one when the second begins.
    assert busiest <= connections * (1 / LATENCY + 1)


def _by_id(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the outputs of each gateway in the state, without what a lookup adds to them."""
    return {
        gateway["gatewayId"]: {key: value for key, value in gateway.items() if key != "profile" and key[:2] != "__"}
        for gateway in found
    }
