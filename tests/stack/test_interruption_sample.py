"""Three of the fifty interruptions of ``make soak``: a preview, an up and a wait, each by another signal."""

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.soak.interruption import Interrupted, Moment
from tests.stack.processes import NEEDS_PROC
from tests.stack.project import Project

pytestmark = NEEDS_PROC

_SAMPLE = (0, 3, 4)


@pytest.fixture
def interrupted(project: Project, coreweave_emulator: Emulator) -> Interrupted:
    """Return a stack with three lookups."""
    return Interrupted(project, coreweave_emulator)


def test_interruptions_harm_nothing(interrupted: Interrupted) -> None:
    """Ctrl-C and SIGTERM end a command in time, a kill wants `pulumi cancel`; then all is as it should be."""
    moments = [Moment.of(number) for number in _SAMPLE]
    assert {moment.command for moment in moments} == {"preview", "up", "wait"}
    assert {moment.signal.name for moment in moments} == {"SIGINT", "SIGTERM", "SIGKILL"}
    for moment in moments:
        interrupted.disturb(moment)
