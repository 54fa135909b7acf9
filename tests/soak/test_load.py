"""200 lookups and a fleet of 1,000 gateways, while the API fails 30 % of the calls or limits their rate."""

from pulumi_coreweave_gateway.emulator import Emulator
from tests.soak.load import add_gateways, check_retries, fleet_program, lookups_program, up
from tests.stack.project import Project


def test_two_hundred_lookups(project: Project, coreweave_emulator: Emulator) -> None:
    """200 gateways are read with the documented retries and at most four concurrent requests."""
    ids = add_gateways(coreweave_emulator, 200)
    coreweave_emulator.fail_some(0.3, (500, 503), seed="load")
    project.program(lookups_program(ids))
    up(project, coreweave_emulator, ids)
    check_retries(coreweave_emulator, ids, connections=4)


def test_fleet_of_a_thousand_without_the_list(project: Project, coreweave_emulator: Emulator) -> None:
    """1,000 gateways are read by ID if the list is forbidden, with at most sixteen concurrent requests."""
    ids = add_gateways(coreweave_emulator, 1000)
    coreweave_emulator.fail_some(0.3, (500, 503), seed="load")
    coreweave_emulator.script(403, path="/v1alpha1/inference/gateways", times=None)
    project.program(fleet_program(ids))
    up(project, coreweave_emulator, ids)
    check_retries(coreweave_emulator, ids, connections=16)


def test_two_hundred_lookups_at_twenty_requests_a_second(project: Project, coreweave_emulator: Emulator) -> None:
    """A rate limit slows lookups down instead of failing them, and few requests exceed it."""
    ids = add_gateways(coreweave_emulator, 200)
    coreweave_emulator.switch(requests_per_second=20)
    project.program(lookups_program(ids))
    up(project, coreweave_emulator, ids)
    assert 0 < coreweave_emulator.counts().by_status[429] < 100
