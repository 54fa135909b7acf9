"""Samples of the long tests in ``make soak``: three interruptions, and less load."""

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.soak.interruption import Interrupted, Moment
from tests.soak.load import add_gateways, check_retries, fleet_program, lookups_program, up
from tests.stack.processes import NEEDS_PROC
from tests.stack.project import Project

_SAMPLE = (0, 3, 4)


@NEEDS_PROC
def test_interruptions_leave_a_usable_stack(project: Project, coreweave_emulator: Emulator) -> None:
    """SIGINT and SIGTERM end a command in time, a SIGKILL needs `pulumi cancel`; then the stack is up to date."""
    moments = [Moment.of(number) for number in _SAMPLE]
    assert {moment.command for moment in moments} == {"preview", "up", "wait"}
    assert {moment.signal.name for moment in moments} == {"SIGINT", "SIGTERM", "SIGKILL"}
    interrupted = Interrupted(project, coreweave_emulator)
    for moment in moments:
        interrupted.interrupt(moment)


@pytest.mark.parametrize(("count", "connections"), [(20, 4), (100, 16)])
def test_failing_api(project: Project, coreweave_emulator: Emulator, count: int, connections: int) -> None:
    """Lookups and a fleet read all gateways with the retries of the policy, though 30 % of the calls fail."""
    ids = add_gateways(coreweave_emulator, count)
    coreweave_emulator.fail_some(0.3, (500, 503), seed="load")
    coreweave_emulator.script(403, path="/v1alpha1/inference/gateways", times=None)
    project.program(lookups_program(ids) if connections == 4 else fleet_program(ids))
    up(project, coreweave_emulator, ids)
    check_retries(coreweave_emulator, ids, connections)
