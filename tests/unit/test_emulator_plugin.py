"""The pytest plugin, as a user's test run loads it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, EmulatorProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.enable_socket

DOCS = Path(__file__).parents[2] / "docs" / "emulator.md"


def _pytest(folder: Path, tests: str) -> str:
    """Run a user's test file in a folder of its own, and return what pytest says."""
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    others = ("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "pytest_socket", "xdist", "timeout")
    without = [part for name in others for part in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", *without]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
    )
    return done.stdout + done.stderr


def test_fixture_needs_no_setting_up(tmp_path: Path) -> None:
    """A test that names the fixture has an emulator, in its first state each time."""
    said = _pytest(
        tmp_path,
        """
import urllib.request

def test_first(coreweave_emulator):
    gateway_id = coreweave_emulator.add(name="prod")
    assert coreweave_emulator.environ == {
        "COREWEAVE_API_ENDPOINT": coreweave_emulator.url, "COREWEAVE_API_TOKEN": coreweave_emulator.token}
    request = urllib.request.Request(coreweave_emulator.url + "/v1alpha1/inference/gateways/" + gateway_id)
    request.add_header("Authorization", "Bearer " + coreweave_emulator.token)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        assert answer.status == 200

def test_second(coreweave_emulator):
    assert coreweave_emulator.requests() == []
""",
    )
    assert "2 passed" in said, said


@pytest.mark.parametrize(
    "gateways",
    [
        repr(str(EXAMPLE_GATEWAYS)),
        '[{"spec": {"id": "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411", "name": "prod"}}]',
    ],
    ids=["file", "list"],
)
def test_gateways_may_be_given_once_for_all_tests(tmp_path: Path, gateways: str) -> None:
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
    assert re.search(r"EmulatorError: .*gateways\[0\] \(prod\): spec\.id: must be a UUID", said), said


def test_plugin_costs_nothing_until_it_is_used(tmp_path: Path) -> None:
    """A test run that doesn't use the fixture imports neither pulumi nor a server for it."""
    said = _pytest(
        tmp_path,
        """
import sys

def test_it():
    heavy = {"pulumi", "grpc", "pydantic", "requests", "aiohttp", "yaml", "pulumi_coreweave_gateway.emulator"}
    assert "pulumi_coreweave_gateway.pytest_plugin" in sys.modules
    assert not heavy & set(sys.modules)
""",
    )
    assert "1 passed" in said, said


def _documented(names: Sequence[str]) -> list[str]:
    text = DOCS.read_text(encoding="utf-8")
    return [name for name in names if name not in text]


def test_every_control_is_documented() -> None:
    """Whatever the emulator offers stands in its documentation: paths, options, methods."""
    from aiohttp import web

    from pulumi_coreweave_gateway.emulator import cli, controls

    app = web.Application()
    controls.add_control_routes(app)
    paths = sorted({resource.canonical for resource in app.router.resources()})
    assert len(paths) == 9
    assert _documented(paths) == []
    options = [option for action in cli._parser()._actions for option in action.option_strings]
    assert _documented([option for option in options if option not in {"-h", "--help"}]) == []
    methods = [name for name, value in vars(EmulatorProcess.__base__).items() if callable(value) and name[0] != "_"]
    assert _documented([f".{name}(" for name in methods]) == []
