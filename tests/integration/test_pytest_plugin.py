"""The pytest plugin in a user's test run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator, cli

pytestmark = pytest.mark.enable_socket

DOCS = Path(__file__).parents[2] / "docs" / "emulator.md"


def _pytest(folder: Path, tests: str, *, conftest: str = "") -> str:
    """Run a user's test file in an empty folder, and return pytest's output."""
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    others = ("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "pytest_socket", "xdist", "timeout")
    without = [part for name in others for part in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", *without]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
    )
    return done.stdout + done.stderr


def test_fixture_needs_no_setup(tmp_path: Path) -> None:
    """Each test has its own emulator, whose settings apply only during the test."""
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
    )
    assert "2 passed" in said, said


def test_explicit_registration_is_harmless(tmp_path: Path) -> None:
    """A conftest.py may name the plugin, which the entry point registers as well."""
    said = _pytest(
        tmp_path,
        "def test_it(coreweave_emulator):\n    assert coreweave_emulator.url",
        conftest='pytest_plugins = ["pulumi_coreweave_gateway.pytest_plugin"]',
    )
    assert "1 passed" in said, said


@pytest.mark.parametrize(
    "gateways",
    [repr(str(EXAMPLE_GATEWAYS)), '[{"spec": {"id": "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411", "name": "prod"}}]'],
    ids=["file", "list"],
)
def test_gateways_for_all_tests(tmp_path: Path, gateways: str) -> None:
    """Overriding a fixture gives every test the same initial gateways, whatever an earlier test changed."""
    said = _pytest(
        tmp_path,
        f"""
import pytest

@pytest.fixture
def coreweave_gateways():
    return {gateways}

@pytest.mark.parametrize("turn", [1, 2])
def test_it(coreweave_emulator, turn):
    assert coreweave_emulator.get("6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")["spec"]["name"] == "prod"
    coreweave_emulator.remove("6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411")
""",
    )
    assert "2 passed" in said, said


def test_unused_plugin_imports_nothing(tmp_path: Path) -> None:
    """A test run that doesn't use the fixture imports neither the emulator nor its dependencies."""
    said = _pytest(
        tmp_path,
        """
import sys

def test_it():
    heavy = {"pydantic", "requests", "pulumi_coreweave_gateway.emulator"}
    assert "pulumi_coreweave_gateway.pytest_plugin" in sys.modules
    assert not heavy & set(sys.modules)
""",
    )
    assert "1 passed" in said, said


def test_options_and_methods_are_documented() -> None:
    """Every option and method of the emulator is in its documentation."""
    text = DOCS.read_text(encoding="utf-8")
    options = [option for action in cli.parser()._actions for option in action.option_strings if option != "-h"]
    assert [option for option in options if option != "--help" and option not in text] == []
    methods = [name for name in vars(Emulator) if not name.startswith("_")]
    assert [name for name in methods if f".{name}" not in text] == []
