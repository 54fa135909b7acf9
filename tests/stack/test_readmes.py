"""The programs' READMEs as typed, and their requirements."""

import os
import re
from pathlib import Path

import pytest
import yaml
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tests.stack.readmes import PROGRAMS, run_readme


@pytest.mark.parametrize("program", ["export_outputs", "fleet", "model_router", "stack_reference"])
def test_readme_commands_print_what_it_shows(program: str, engine: Engine, tmp_path: Path) -> None:
    """The README's commands work as typed, against the emulator's example gateways."""
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        environ = sandbox_environment(tmp_path / "pulumi", engine.bin, emulator.environ)
        run_readme(PROGRAMS / program / "README.md", tmp_path / "checkout", environ)


@pytest.mark.parametrize("requirements", sorted(PROGRAMS.rglob("requirements.txt")), ids=lambda file: file.parent.name)
def test_requirements_agree_with_the_package(requirements: Path) -> None:
    """A program needs this checkout, if it uses it, and SDKs in the versions of pyproject.toml.

    What else it needs is installed into an environment of its own, not into the checkout's.
    """
    lines = requirements.read_text().splitlines()
    used = any("pulumi_coreweave_gateway" in file.read_text() for file in requirements.parent.glob("*.py"))
    editable = [line.removeprefix("-e ") for line in lines if line.startswith("-e ")]
    assert [os.path.normpath(requirements.parent / path) for path in editable] == ([str(CHECKOUT)] if used else [])
    versions = re.findall(r'"(pulumi(?:-\w+)?[<>=][^"]*)"', (CHECKOUT / "pyproject.toml").read_text())
    sdks = {line for line in lines if line.startswith("pulumi")}
    assert sdks
    assert sdks <= set(versions)
    if (settings := requirements.with_name("Pulumi.yaml")).exists():
        shared = yaml.safe_load(settings.read_text())["runtime"]["options"]["virtualenv"] != ".venv"
        assert shared == (len(sdks) == 1)
