"""Fixtures for tests of Pulumi programs that look up gateways: an emulator of CoreWeave's API.

pytest loads them by itself where this package is installed. A test that uses ``coreweave_emulator`` gets an emulator
of its own with the gateways of ``coreweave_gateways``. A test run that doesn't use it imports none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .emulator import Emulator


@pytest.fixture
def coreweave_gateways() -> Iterable[Mapping[str, Any]] | str | Path:
    """Return the gateways that each test's emulator starts with; override it to have some.

    Either a list of gateways as on the wire, or the path of a YAML file.
    """
    return ()


@pytest.fixture
def coreweave_emulator(coreweave_gateways: Iterable[Mapping[str, Any]] | str | Path) -> Iterator[Emulator]:
    """Return an emulator that runs, with the gateways of ``coreweave_gateways``."""
    from .emulator import Emulator

    with Emulator(coreweave_gateways) as emulator:
        yield emulator
