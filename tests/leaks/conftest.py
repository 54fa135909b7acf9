"""Leak tests: the real engine and emulator, all that they write inside one folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.engine import Engine, ensure

from tests.leaks.lab import Lab


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the Pulumi CLI that this machine has (``make engine`` gets one)."""
    return ensure()


@pytest.fixture
def lab(engine: Engine, tmp_path: Path) -> Iterator[Lab]:
    """Return a project and an emulator whose gateways have the W&B key, with the token in the environment."""
    with Lab(tmp_path, engine) as lab:
        yield lab
