"""Stack tests: the real engine on a private file backend, and a real HTTP server."""

from pathlib import Path

import pytest
from tools.engine import Engine, ensure
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the Pulumi CLI that this machine has (``make engine`` gets one)."""
    return ensure()


@pytest.fixture
def environ(engine: Engine, tmp_path: Path, coreweave_emulator: Emulator) -> dict[str, str]:
    """Return the environment of a user who has the emulator's settings."""
    return sandbox_environment(tmp_path / "pulumi", engine.bin, coreweave_emulator.environ)


@pytest.fixture
def project(environ: dict[str, str], tmp_path: Path) -> Project:
    """Return an empty project; its stack goes with the test's folder."""
    return Project(tmp_path / "project", environ)
