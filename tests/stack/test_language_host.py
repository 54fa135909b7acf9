"""The fallback language host runs Python projects unchanged, and an interrupted one leaves nothing behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from tests.stack.processes import NEEDS_PROC, Marked
from tests.stack.project import Project, said

_VENV = CHECKOUT / ".venv"


@pytest.fixture(autouse=True)
def _only_the_fallback(engine: Engine) -> None:
    if engine.official_host:
        pytest.skip(f"{engine} has the official language host")


@pytest.fixture
def project(engine: Engine, tmp_path: Path) -> Project:
    """Return an empty project whose programs look nothing up."""
    return Project(tmp_path / "project", sandbox_environment(tmp_path / "pulumi", engine.bin, {}))


def settings(project: Project, **values: Any) -> None:
    """Replace keys of the project's Pulumi.yaml."""
    file = project.folder / "Pulumi.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), **values}))


def test_configuration_and_secrets(project: Project) -> None:
    """A program reads typed settings, and a secret one stays secret in the output and in the state."""
    project.configure(region="us-east", count="3", list='["a", "b"]')
    project.succeed("config", "set", "--secret", "password", "hunter2")
    project.succeed("config", "set", "--path", "nested.flag", "true")
    project.program(
        """
        import pulumi
        config = pulumi.Config()
        pulumi.export("region", config.require("region"))
        pulumi.export("count", config.require_int("count"))
        pulumi.export("list", config.require_object("list"))
        pulumi.export("nested", config.require_object("nested"))
        pulumi.export("password", config.require_secret("password"))
        pulumi.export("stack", [pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()])
        """
    )
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode == 0, said(done)
    assert "hunter2" not in said(done)
    assert "hunter2" not in project.cli("stack", "export").stdout
    assert project.outputs() == {
        "region": "us-east",
        "count": 3,
        "list": ["a", "b"],
        "nested": {"flag": True},
        "password": "[secret]",
        "stack": ["organization", "shop", "dev"],
    }
    assert project.succeed("stack", "output", "password", "--show-secrets") == "hunter2\n"


def test_main_and_a_relative_virtual_environment(project: Project) -> None:
    """`main` can be a file, which imports its neighbors, and `virtualenv` is relative to Pulumi.yaml."""
    settings(project, main="deploy/start.py", runtime={"name": "python", "options": {"virtualenv": "env"}})
    (project.folder / "env").symlink_to(_VENV)
    program = project.folder / "deploy" / "start.py"
    program.parent.mkdir()
    program.with_name("beside.py").write_text("WORD = 'found'\n")
    program.write_text(
        "import os, sys, pulumi, beside\n"
        "pulumi.export('found', [beside.WORD, sys.prefix, pulumi.get_root_directory(), os.getcwd()])\n"
    )
    folder = str(project.folder)
    assert project.up()["found"] == ["found", f"{folder}/env", folder, f"{folder}/deploy"]


def test_traceback_of_a_program_is_shown_once(project: Project) -> None:
    """The traceback starts at the program's first line, and has no frame of the host, the SDK or asyncio."""
    project.program("def start():\n    raise KeyError('shelf')\n\nstart()\n")
    done = project.cli("preview")
    file = project.folder / "__main__.py"
    assert re.findall(r'File "(.*?)", line (\d+)', said(done)) == [(str(file), "4"), (str(file), "2")]
    assert said(done).count("KeyError: 'shelf'") == 1


def test_exit_code_is_reported_after_the_error(project: Project) -> None:
    """The engine adds the exit code to the message of a `RunError`, as with Pulumi's own host."""
    project.program("import pulumi\nraise pulumi.RunError('empty')\n")
    lines = [line.strip() for line in said(project.cli("preview")).splitlines() if "error:" in line]
    added = "error: an unhandled error occurred: program exited with non-zero exit code: 1"
    assert lines[-2:] == ["error: empty", added]


def test_missing_sdk_is_one_line(project: Project, tmp_path: Path) -> None:
    """If the project's Python has no Pulumi SDK, the error names that Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    settings(project, runtime={"name": "python", "options": {"virtualenv": str(tmp_path / "bare")}})
    done = project.cli("preview")
    assert done.returncode != 0
    assert f"the Pulumi SDK isn't installed in {tmp_path / 'bare' / 'bin' / 'python'}" in said(done)
    assert "Traceback" not in said(done)


_SLEEPER = """
import asyncio, pathlib, time
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    def check(self, olds, news):
        pathlib.Path(news["path"]).touch()
        return super().check(olds, news)

    def create(self, props):
        return CreateResult("item", {})

class Item(Resource):
    def __init__(self, name, path):
        super().__init__(Provider(), name, {"path": path})

async def sleep(running):
    while not running.exists():
        await asyncio.sleep(0.01)
    time.sleep(60)

running = pathlib.Path("running").resolve()
Item("item", str(running))
pulumi.Output.from_input(sleep(running))
"""
"""Sleeps for a minute once the process of its dynamic provider runs too."""


@NEEDS_PROC
def test_interrupted_program_ends_quickly_and_quietly(project: Project) -> None:
    """Ctrl-C ends a preview within seconds, without a traceback, and leaves nothing running."""
    marked = Marked()
    project.program(_SLEEPER)
    process = subprocess.Popen(
        ["pulumi", "--color", "never", "--non-interactive", "preview"],
        cwd=project.folder,
        env={**project.environ, **marked.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + 30
        while not (project.folder / "running").exists():
            assert time.monotonic() < end, "the program doesn't start"
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        shown, _ = process.communicate(timeout=20)
        assert "preview canceled" in shown
        assert process.returncode != 0
        assert "Traceback" not in shown
        assert marked.until(0, 20) == {}
    finally:
        for number in marked.running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        process.communicate()
