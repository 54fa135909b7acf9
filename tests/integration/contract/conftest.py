"""The contract, and an emulator with the gateways that the golden responses were written for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from pulumi_coreweave_gateway.emulator import Emulator

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """Return the OpenAPI document."""
    document: dict[str, Any] = yaml.safe_load((HERE / "openapi.yaml").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Return one emulator for all tests of the contract, none of which changes it."""
    with Emulator(HERE / "gateways.yaml") as running:
        yield running


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    """Return a session that ignores the developer's proxies and credentials."""
    with requests.Session() as made:
        made.trust_env = False
        yield made
