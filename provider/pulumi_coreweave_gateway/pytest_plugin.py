"""Fixtures for tests of Pulumi programs that look up gateways: an emulator of CoreWeave's API.

A test that asks for ``coreweave_emulator`` gets one that runs, as new, with the gateways of
``coreweave_gateways``.
Needs the extra ``[emulator]`` once such a test runs; until then it costs the test run nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .emulator import EmulatorProcess


@pytest.fixture
def coreweave_gateways() -> Sequence[Mapping[str, Any]] | str | Path:
    """Return the gateways that each test's emulator has; override it to have some.

    Either a list of gateways as on the wire, or the path of a YAML file for the emulator.
    """
    return []


@pytest.fixture(scope="session")
def coreweave_emulator_process() -> Iterator[EmulatorProcess]:
    """Start one emulator for the whole run; tests use it through ``coreweave_emulator``."""
    from .emulator import EmulatorProcess

    with EmulatorProcess() as emulator:
        yield emulator


@pytest.fixture
def coreweave_emulator(
    coreweave_emulator_process: EmulatorProcess,
    coreweave_gateways: Sequence[Mapping[str, Any]] | str | Path,
) -> EmulatorProcess:
    """Return an emulator in its first state: these gateways, nothing scripted, nothing seen."""
    gateways = coreweave_gateways
    if isinstance(gateways, (str, Path)):
        from .emulator.gateways_file import load_gateways

        gateways = load_gateways(gateways)
    coreweave_emulator_process.reset()
    if gateways:
        coreweave_emulator_process.replace(gateways)
    return coreweave_emulator_process
