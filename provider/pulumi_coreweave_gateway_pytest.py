"""Fixtures for tests of Pulumi programs that look up gateways: an emulator of CoreWeave's API.

pytest loads this plugin wherever the package is installed. It is a module of its own, outside the package, so that a
test run that doesn't use it imports neither the package nor Pulumi.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pulumi_coreweave_gateway.emulator import Emulator


@pytest.fixture
def coreweave_gateways() -> Iterable[Mapping[str, Any]] | str | Path:
    """Return the initial gateways of each test's emulator; none unless overridden.

    Override it to return a list of gateways in the API's JSON form, or the path of a YAML file.
    """
    return ()


@pytest.fixture
def coreweave_emulator(coreweave_gateways: Iterable[Mapping[str, Any]] | str | Path) -> Iterator[Emulator]:
    """Return a running emulator with the gateways of ``coreweave_gateways``."""
    from pulumi_coreweave_gateway.emulator import Emulator

    with Emulator(coreweave_gateways) as emulator:
        yield emulator
