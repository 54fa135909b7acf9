"""The pytest plugin, as a user's test run loads it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator, cli

pytestmark = pytest.mark.enable_socket

DOCS = Path(__file__).parents[2] / "docs" / "emulator.md"


def _pytest(folder: Path, tests: str, *, conftest: str = "") -> str:
    """Run a user's test file in a folder of its own, and return what pytest says."""
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
    """A test that names the fixture has an emulator of its own."""
    said = _pytest(
        tmp_path,
        """
import urllib.request

def test_first(coreweave_emulator):
    gateway_id = coreweave_emulator.add(name="prod")
    request = urllib.request.Request(coreweave_emulator.url + "/v1alpha1/inference/gateways/" + gateway_id)
    request.add_header("Authorization", "Bearer " + coreweave_emulator.token)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        assert answer.status == 200

def test_second(coreweave_emulator):
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


def test_inline_program_reaches_the_emulator(tmp_path: Path) -> None:
    """A program that runs in the test's own process finds the emulator's settings there, and only during the test."""
    said = _pytest(
        tmp_path,
        """
import os
from pulumi_coreweave_gateway import get_gateway

def test_first(coreweave_emulator, monkeypatch):
    coreweave_emulator.setenv(monkeypatch)
    gateway_id = coreweave_emulator.add(name="prod")
    assert get_gateway(gateway_id=gateway_id).name == "prod"

def test_second():
    assert "COREWEAVE_API_ENDPOINT" not in os.environ
""",
    )
    assert "2 passed" in said, said


@pytest.mark.parametrize(
    "gateways",
    [repr(str(EXAMPLE_GATEWAYS)), '[{"spec": {"id": "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411", "name": "prod"}}]'],
    ids=["file", "list"],
)
def test_gateways_for_all_tests(tmp_path: Path, gateways: str) -> None:
    """Overriding one fixture gives every test the same gateways, whatever an earlier test did to them."""
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


def test_wrong_gateways_name_the_field(tmp_path: Path) -> None:
    """A mistake in the gateways of a test run is named by entry and field."""
    said = _pytest(
        tmp_path,
        """
import pytest

@pytest.fixture
def coreweave_gateways():
    return [{"spec": {"id": "prod"}}]

def test_it(coreweave_emulator):
    pass
""",
    )
    assert re.search(r"EmulatorError: gateways\[0\] \(prod\): spec\.id: must be a UUID", said), said


def test_plugin_costs_nothing_until_it_is_used(tmp_path: Path) -> None:
    """A test run that doesn't use the fixture imports neither the emulator nor what it needs."""
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


def test_everything_is_documented() -> None:
    """Every option and every method of the emulator is in its documentation."""
    text = DOCS.read_text(encoding="utf-8")
    options = [option for action in cli.parser()._actions for option in action.option_strings if option != "-h"]
    assert [option for option in options if option != "--help" and option not in text] == []
    methods = [name for name in vars(Emulator) if not name.startswith("_")]
    assert [name for name in methods if f".{name}" not in text] == []
