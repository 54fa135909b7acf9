"""Ctrl-C, SIGTERM and SIGKILL, fifty times on one stack, at random moments of a preview, an up and a wait."""

from collections.abc import Iterator

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.soak.interruption import Interrupted, Moment
from tests.stack.processes import NEEDS_PROC
from tests.stack.project import Project

pytestmark = NEEDS_PROC

_TIMES = 50


@pytest.fixture(scope="module")
def interrupted(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interrupted]:
    """Return the one stack that takes all interruptions."""
    folder = tmp_path_factory.mktemp("interrupted")
    with Emulator() as emulator:
        environ = sandbox_environment(folder / "pulumi", engine.bin, emulator.environ)
        yield Interrupted(Project(folder / "project", environ), emulator)


@pytest.fixture(scope="module")
def met() -> list[bool]:
    """Return which of the interruptions met a running command."""
    return []


@pytest.mark.parametrize("moment", [Moment.of(number) for number in range(_TIMES)], ids=str)
def test_interruption_leaves_a_usable_stack(interrupted: Interrupted, met: list[bool], moment: Moment) -> None:
    """The command ends in time, its processes too, and the next one makes the state right."""
    met.append(interrupted.interrupt(moment))


def test_most_interruptions_met_a_running_command(met: list[bool]) -> None:
    """The moments are well chosen."""
    if not met:
        pytest.skip("none of the interruptions was run")
    assert sum(met) > 0.7 * len(met)
