"""Fifty interruptions of one stack, at random moments of a preview, an up and a wait."""

from collections.abc import Iterator

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.soak.interruption import Interrupted, Moment
from tests.stack.processes import NEEDS_PROC
from tests.stack.project import Project

pytestmark = [NEEDS_PROC, pytest.mark.xdist_group("one stack")]

_TIMES = 50


@pytest.fixture(scope="module")
def interrupted(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interrupted]:
    """Return the one stack that takes all interruptions."""
    folder = tmp_path_factory.mktemp("interrupted")
    with Emulator() as emulator:
        environ = sandbox_environment(folder / "pulumi", engine.bin, emulator.environ)
        yield Interrupted(Project(folder / "project", environ), emulator)


@pytest.fixture(scope="module")
def hits() -> list[bool]:
    """Return a list of whether each interruption hit a running command."""
    return []


@pytest.mark.parametrize("moment", [Moment.of(number) for number in range(_TIMES)], ids=str)
def test_interruption_leaves_a_usable_stack(interrupted: Interrupted, hits: list[bool], moment: Moment) -> None:
    """An interrupted command and its processes end in time, and the next command corrects the state."""
    hits.append(interrupted.interrupt(moment))


def test_most_interruptions_hit_a_running_command(hits: list[bool]) -> None:
    """Most interruptions come while the command is running."""
    if not hits:
        pytest.skip("none of the interruptions was run")
    assert sum(hits) > 0.7 * len(hits)
