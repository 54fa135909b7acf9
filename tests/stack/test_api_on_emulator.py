"""The shared tests of the API, against the emulator."""

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.api_bodies import *  # noqa: F403
from tests.api_bodies import Target


@pytest.fixture
def target(coreweave_emulator: Emulator) -> Target:
    """Return the emulator, with one gateway."""
    return Target(coreweave_emulator.environ, coreweave_emulator.add(name="prod"))
