"""Reads of many gateways from an API that fails or limits its rate, and checks of the requests."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter, defaultdict

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from tests.stack.project import Project, said

LATENCY = 0.05
"""Seconds before each response, which bound the load while requests succeed."""
MAX_ATTEMPTS, SHORTEST_PAUSE = 10, 0.2
"""The retry policy, as docs/ci.md has it; the pause is in seconds."""

_GATEWAYS = "/v1alpha1/inference/gateways"
_CLOCK = 0.02  # seconds by which the emulator may see two requests closer together than they were sent


def add_gateways(emulator: Emulator, count: int) -> list[str]:
    """Give the emulator ``count`` gateways, and return their IDs."""
    ids = [str(uuid.UUID(int=index + 1, version=4)) for index in range(count)]
    emulator.replace([sample_gateway(gateway_id, name=f"gw-{index}") for index, gateway_id in enumerate(ids)])
    emulator.switch(latency=LATENCY)
    return ids


def lookups_program(ids: list[str]) -> str:
    """Return a program with a lookup for each id."""
    lines = [f"GatewayLookup('gw-{index}', gateway_id='{gateway_id}')" for index, gateway_id in enumerate(ids)]
    return "\n".join(["from pulumi_coreweave_gateway import GatewayLookup", *lines, ""])


def fleet_program(ids: list[str]) -> str:
    """Return a program with one fleet of all ids."""
    return f"from pulumi_coreweave_gateway import GatewaysLookup\nGatewaysLookup('fleet', gateway_ids={ids!r})\n"


def up(project: Project, emulator: Emulator, ids: list[str]) -> None:
    """Run ``up``, and check that the state has the current gateways."""
    emulator.forget_requests()
    done = project.cli("up", "--yes", "--skip-preview", "--suppress-progress")
    assert done.returncode == 0, said(done)[-5000:]
    lookups = [entry["outputs"] for entry in project.lookups()]
    gateways = lookups[0].get("gateways", lookups)
    found = {gateway["gatewayId"]: gateway["endpoints"] for gateway in gateways}
    assert found == {gateway_id: emulator.get(gateway_id)["status"]["endpoints"] for gateway_id in ids}


def check_retries(emulator: Emulator, ids: list[str], connections: int) -> None:
    """Check that each gateway was requested until it was read, with pauses, and check the load on the API.

    Args:
        emulator: the API, 30 % of whose responses were failures.
        ids: the gateways.
        connections: how many requests may be in progress at once.

    """
    attempts = defaultdict(list)
    for request in emulator.requests():
        attempts[request.path].append(request)
    attempts.pop(_GATEWAYS, None)
    assert sorted(attempts) == sorted(f"{_GATEWAYS}/{gateway_id}" for gateway_id in ids)
    for path, requests in attempts.items():
        *failed, last = [request.status for request in requests]
        assert last == 200, path
        assert 200 not in failed, f"{path} was requested again after it was read"
        assert len(requests) <= MAX_ATTEMPTS, path
    pauses = [
        later.time - earlier.time for requests in attempts.values() for earlier, later in itertools.pairwise(requests)
    ]
    assert len(pauses) > 0.2 * len(ids), "too few requests failed"
    assert min(pauses) >= SHORTEST_PAUSE - _CLOCK
    counts = emulator.counts()
    assert counts.peak_concurrency <= connections
    assert counts.connections <= connections
    busiest = max(Counter(int(request.time) for request in emulator.requests()).values())
    # Failures take the latency, too. A connection may be at the end of a request when a second begins.
    assert busiest <= connections * (1 / LATENCY + 1)
