"""The fallback language host runs Python projects unchanged, and an interrupted one leaves nothing behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
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


def diagnostics(done: "subprocess.CompletedProcess[str]") -> str:
    """Return what a command that failed says at its end, as it was before the engine indented it."""
    assert done.returncode != 0, said(done)
    return textwrap.dedent(re.sub(r"(?s).*Diagnostics:\n.*?\n|\n\nResources:.*", "", done.stdout)).strip()


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


@pytest.mark.parametrize("main", ["deploy", "deploy/start.py"])
def test_main_and_a_relative_virtual_environment(project: Project, main: str) -> None:
    """`main` can be a folder or a file and imports its neighbors, and `virtualenv` is relative to Pulumi.yaml."""
    project.environ["PYTHONSAFEPATH"] = "1"  # changes nothing: a program's own folder is always searched
    settings(project, main=main, runtime={"name": "python", "options": {"virtualenv": "env"}})
    (project.folder / "env").symlink_to(_VENV)
    program = project.folder / "deploy" / ("__main__.py" if main == "deploy" else "start.py")
    program.parent.mkdir()
    program.with_name("beside.py").write_text("WORD = 'found'\n")
    program.write_text(
        "import os, sys, pulumi, beside\n"
        "pulumi.export('found', [beside.WORD, sys.prefix, pulumi.get_root_directory(), os.getcwd()])\n"
    )
    folder = str(project.folder)
    assert project.up()["found"] == ["found", f"{folder}/env", folder, f"{folder}/deploy"]


def test_python_on_path_runs_a_program_without_virtualenv(project: Project) -> None:
    """`runtime: python` alone uses the `python3` on PATH."""
    settings(project, runtime="python")
    project.program("import sys, pulumi\npulumi.export('python', sys.executable)\n")
    assert project.up()["python"] == str(_VENV / "bin" / "python3")


def test_missing_virtualenv_is_one_line(project: Project) -> None:
    """A preview names the missing virtual environment."""
    settings(project, runtime={"name": "python", "options": {"virtualenv": "nowhere"}})
    said_at_the_end = diagnostics(project.cli("preview"))
    assert f"the virtual environment {project.folder / 'nowhere'} doesn't exist" in said_at_the_end
    assert "Traceback" not in said_at_the_end


def test_install_is_refused_in_one_line(project: Project) -> None:
    """`pulumi install` needs the official host, and the error says so."""
    done = project.cli("install")
    assert done.returncode != 0
    assert "this fallback language host installs nothing; use pip" in said(done)
    assert "Traceback" not in said(done)


@pytest.mark.parametrize("virtualenv", [str(_VENV), "env"], ids=["outside", "inside the project"])
def test_traceback_of_a_program_is_shown_once(project: Project, virtualenv: str) -> None:
    """The traceback starts at the program's first line, and has no frame of the host, the SDK or asyncio."""
    (project.folder / "env").symlink_to(_VENV)
    settings(project, runtime={"name": "python", "options": {"virtualenv": virtualenv}})
    project.program("def start():\n    raise KeyError('shelf')\n\nstart()\n")
    done = project.cli("preview")
    lines = diagnostics(done).splitlines()
    file = project.folder / "__main__.py"
    assert re.findall(r'File "(.*?)", line (\d+)', "\n".join(lines)) == [(str(file), "4"), (str(file), "2")]
    assert said(done).count("Traceback (most recent call last)") == 1
    assert said(done).count("KeyError: 'shelf'") == 1


@pytest.mark.parametrize(
    ("program", "message", "code"),
    [("import pulumi\nraise pulumi.RunError('empty')\n", "error: empty\n", 1), ("import sys\nsys.exit(3)\n", "", 3)],
    ids=["RunError", "exit"],
)
def test_exit_code_is_reported_after_the_error(project: Project, program: str, message: str, code: int) -> None:
    """The engine adds the exit code to the message of a `RunError`, and to none, as with Pulumi's own host."""
    project.program(program)
    added = f"error: an unhandled error occurred: program exited with non-zero exit code: {code}"
    assert diagnostics(project.cli("preview")) == message + added


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

_AT_MOST = 20
"""Seconds that whatever is interrupted may take to end."""


class Running:
    """A preview whose program sleeps, in a process group of its own as in a terminal."""

    def __init__(self, project: Project) -> None:
        self.marked = Marked()
        project.program(_SLEEPER)
        self.process = subprocess.Popen(
            ["pulumi", "--color", "never", "--non-interactive", "preview"],
            cwd=project.folder,
            env={**project.environ, **self.marked.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._touched = project.folder / "running"

    def wait_for_all_parts(self) -> None:
        """Wait until host, program and dynamic provider are there."""
        end = time.monotonic() + 30
        while not self._touched.exists():
            assert time.monotonic() < end, self.ended()
            assert self.process.poll() is None, self.ended()
            time.sleep(0.05)
        commands = "\n".join(self.marked.running().values())
        for part in ("language_host", "run_program.py", "pulumi.dynamic"):
            assert part in commands

    def ended(self) -> str:
        """Wait for the command's end, and return what it printed."""
        try:
            return self.process.communicate(timeout=_AT_MOST)[0]
        except subprocess.TimeoutExpired:
            return f"it still runs after {_AT_MOST} s"


@pytest.fixture
def running(project: Project) -> Iterator[Running]:
    """Return a preview under way; whatever it left is killed at the end."""
    found = Running(project)
    try:
        found.wait_for_all_parts()
        yield found
    finally:
        for number in found.marked.running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        found.process.communicate()


@NEEDS_PROC
def test_host_ends_after_its_engine(engine: Engine) -> None:
    """An engine that is killed before it can end the host leaves no host behind."""
    marked = Marked()
    killed_engine = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE).stdout.readline()"
    python, host = engine.bin.parent / "host-venv" / "bin" / "python", engine.bin / "language_host.py"
    command = [sys.executable, "-c", killed_engine, str(python), str(host), "127.0.0.1:1"]
    subprocess.run(command, env={**os.environ, **marked.environ}, check=True, timeout=60)
    assert marked.until(0, _AT_MOST) == {}


@NEEDS_PROC
@pytest.mark.parametrize("whole_group", [True, False], ids=["Ctrl-C", "the command alone"])
def test_interrupted_program_ends_quickly_and_quietly(running: Running, whole_group: bool) -> None:
    """SIGINT ends the preview within seconds, without a traceback, and nothing is left running."""
    (os.killpg if whole_group else os.kill)(running.process.pid, signal.SIGINT)
    shown = running.ended()
    assert "preview canceled" in shown
    assert running.process.returncode not in {0, None}, shown
    assert "Traceback" not in shown
    assert "KeyboardInterrupt" not in shown
    assert running.marked.until(0, _AT_MOST) == {}
