"""The pytest plugin in a user's test run."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS

pytestmark = pytest.mark.enable_socket


def _pytest(folder: Path, tests: str, *, conftest: str = "") -> str:
    """Run a user's test file in an empty folder, and return pytest's output."""
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    plugins = {plugin.name for plugin in entry_points(group="pytest11")} - {"pulumi_coreweave_gateway_pytest"}
    without = [part for name in ("cacheprovider", *plugins) for part in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", *without]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
    )
    return done.stdout + done.stderr


def test_fixture_needs_no_setup(tmp_path: Path) -> None:
    """Each test has its own emulator, whose settings apply only to it; naming the plugin twice is harmless."""
    said = _pytest(
        tmp_path,
        """
import os
from pulumi_coreweave_gateway import get_gateway

def test_first(coreweave_emulator, monkeypatch):
    coreweave_emulator.setenv(monkeypatch)
    gateway_id = coreweave_emulator.add(name="prod")
    assert get_gateway(gateway_id=gateway_id).name == "prod"

def test_second(coreweave_emulator):
    assert "COREWEAVE_API_ENDPOINT" not in os.environ
    assert coreweave_emulator.requests() == []
""",
        conftest='pytest_plugins = ["pulumi_coreweave_gateway_pytest"]',
    )
    assert "2 passed" in said, said


def test_gateways_for_all_tests(tmp_path: Path) -> None:
    """Overriding a fixture gives every test the same initial gateways, whatever an earlier test changed."""
    said = _pytest(
        tmp_path,
        f"""
import pytest

@pytest.fixture
def coreweave_gateways():
    return {str(EXAMPLE_GATEWAYS)!r}

@pytest.mark.parametrize("turn", [1, 2])
def test_it(coreweave_emulator, turn):
    assert coreweave_emulator.get("6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")["spec"]["name"] == "prod"
    coreweave_emulator.remove("6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")
""",
    )
    assert "2 passed" in said, said


def test_unused_plugin_imports_nothing(tmp_path: Path) -> None:
    """A test run that doesn't use the fixture imports neither the package nor what it needs."""
    said = _pytest(
        tmp_path,
        """
import sys

def test_it():
    assert "pulumi_coreweave_gateway_pytest" in sys.modules
    heavy = {"pulumi", "grpc", "yaml", "pydantic", "requests", "pulumi_coreweave_gateway"}
    assert not heavy & set(sys.modules)
""",
    )
    assert "1 passed" in said, said
