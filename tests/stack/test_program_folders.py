"""Each program is a whole project that agrees with the rest of the checkout."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tests.stack.readmes import PROGRAMS, run_readme

PROJECTS = sorted(file.parent for file in PROGRAMS.rglob("Pulumi.yaml"))

PYTHON_PROJECTS = [folder for folder in PROJECTS if (folder / "__main__.py").exists()]

project = pytest.mark.parametrize(
    "project", PYTHON_PROJECTS, ids=lambda folder: folder.relative_to(PROGRAMS).as_posix()
)


def _about(project: Path) -> Any:
    return yaml.safe_load((project / "Pulumi.yaml").read_text())


def _readme(project: Path) -> str:
    return next(file.read_text() for folder in (project, project.parent) if (file := folder / "README.md").is_file())


def test_each_program_is_a_project() -> None:
    """Each folder has a project, and no two projects, including the root's, have the same name."""
    folders = {folder.name for folder in PROGRAMS.iterdir() if folder.is_dir()}
    assert folders == {folder.relative_to(PROGRAMS).parts[0] for folder in PROJECTS}
    names = [_about(folder)["name"] for folder in [*PROJECTS, CHECKOUT]]
    assert len(names) == len(set(names))


@project
def test_virtual_environment_is_the_checkouts(project: Path) -> None:
    """The project runs in the virtual environment that make sets up."""
    runtime = _about(project)["runtime"]
    assert runtime["name"] == "python"
    assert os.path.normpath(project / runtime["options"]["virtualenv"]) == str(CHECKOUT / ".venv")


@project
def test_requirements_agree_with_the_package(project: Path) -> None:
    """The requirements have this checkout, if the program uses it, and the SDKs in the versions of pyproject.toml."""
    lines = (project / "requirements.txt").read_text().split("\n")
    used = any("pulumi_coreweave_gateway" in file.read_text() for file in project.glob("*.py"))
    editable = [line.removeprefix("-e ") for line in lines if line.startswith("-e ")]
    assert [os.path.normpath(project / path) for path in editable] == ([str(CHECKOUT)] if used else [])
    versions = re.findall(r'"(pulumi(?:-\w+)?[<>=][^"]*)"', (CHECKOUT / "pyproject.toml").read_text())
    sdks = [line for line in lines if line.startswith("pulumi")]
    assert sdks
    assert set(sdks) <= set(versions)


@project
def test_configuration_is_described(project: Path) -> None:
    """Pulumi.yaml describes exactly the keys that the program reads."""
    code = "\n".join(file.read_text() for file in project.glob("*.py"))
    read = set(re.findall(r"(?:config|Config\(\))\.(?:get|require)\w*\(\"(\w+)\"", code))
    described = _about(project)["config"]
    assert set(described) == read
    assert all(about["description"] for about in described.values())


@project
def test_readme_says_how_to_run_it(project: Path) -> None:
    """The README installs the requirements, creates a stack, sets the required configuration and names each module."""
    readme = _readme(project)
    # In prose: the tests run the commands in an environment that exists already.
    name = project.relative_to(CHECKOUT).parts[1]
    assert re.search(rf"`pulumi -C programs/{name}\S* install`", readme.partition("```console")[0])
    assert f"$ pulumi -C {project.relative_to(CHECKOUT).as_posix()} stack init dev\n" in readme
    for key, about in _about(project)["config"].items():
        if "default" not in about:
            assert re.search(rf"config set (--path ')?{key}\b", readme), key
    for module in project.glob("*.py"):
        assert f"`{module.name}`" in readme


@pytest.mark.parametrize("program", ["export_outputs", "fleet", "model_router", "stack_reference"])
def test_readme_commands_print_what_it_shows(program: str, engine: Engine, tmp_path: Path) -> None:
    """The README's commands work as typed, against the emulator's example gateways."""
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        environ = sandbox_environment(tmp_path / "pulumi", engine.bin, emulator.environ)
        run_readme(PROGRAMS / program / "README.md", tmp_path / "checkout", environ)
