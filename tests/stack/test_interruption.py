"""One of the interruptions of ``make soak``."""

from pulumi_coreweave_gateway.emulator import Emulator
from tests.soak.interruption import Interrupted, Moment
from tests.stack.processes import NEEDS_PROC
from tests.stack.project import Project


@NEEDS_PROC
def test_interruption_leaves_a_usable_stack(project: Project, coreweave_emulator: Emulator) -> None:
    """Ctrl-C during an up, while the API is silent, ends all its processes in time; the next up corrects the state."""
    moment = Moment.of(32)
    assert (moment.command, moment.signal.name) == ("up", "SIGINT")
    assert Interrupted(project, coreweave_emulator).interrupt(moment)
