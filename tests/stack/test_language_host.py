"""The fallback language host runs Python projects unchanged, and leaves nothing behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
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
    """A program reads its settings with their types, and a secret one stays secret in output and state."""
    project.configure(region="us-east", count="3", list='["a", "b"]')
    assert project.cli("config", "set", "--secret", "password", "hunter2").returncode == 0
    assert project.cli("config", "set", "--path", "nested.flag", "true").returncode == 0
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
    outputs = project.stack.outputs()
    assert {name: output.value for name, output in outputs.items()} == {
        "region": "us-east",
        "count": 3,
        "list": ["a", "b"],
        "nested": {"flag": True},
        "password": "hunter2",
        "stack": ["organization", "shop", "dev"],
    }
    assert [name for name, output in outputs.items() if output.secret] == ["password"]


def test_stack_references(project: Project, tmp_path: Path) -> None:
    """A stack reads the outputs of another one, in preview and up."""
    project.program("import pulumi\npulumi.export('address', {'host': 'db', 'port': 5432})\n")
    project.up()
    reader = Project(tmp_path / "reader", project.environ, stack="reader")
    reader.program(
        """
        import pulumi
        shop = pulumi.StackReference("organization/shop/dev")
        pulumi.export("port", shop.require_output("address").apply(lambda address: address["port"]))
        """
    )
    assert "5432" in reader.cli("preview").stdout
    assert reader.up()["port"] == 5432


@pytest.mark.parametrize("main", ["deploy", "deploy/start.py"])
def test_main_and_a_relative_virtual_environment(project: Project, main: str) -> None:
    """`main` may be a folder or a file, imports what is beside it, and `virtualenv` starts at Pulumi.yaml."""
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


def test_dynamic_providers_run_on_the_same_python(project: Project) -> None:
    """With `main` and a relative `virtualenv` too, and when the shell's own Python has no Pulumi."""
    settings(project, main="deploy/here", runtime={"name": "python", "options": {"virtualenv": "env"}})
    (project.folder / "env").symlink_to(_VENV)
    project.environ["PATH"] = project.environ["PATH"].replace(f"{_VENV}/bin:", "")
    program = project.folder / "deploy" / "here" / "__main__.py"
    program.parent.mkdir(parents=True)
    program.write_text(
        """
import sys, pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("one", {"python": sys.prefix})

class One(Resource):
    python: pulumi.Output[str]
    def __init__(self):
        super().__init__(Provider(), "one", {"python": None})

pulumi.export("python", One().python)
"""
    )
    assert project.up()["python"] == str(project.folder / "env")


def test_without_a_virtual_environment_the_python_of_the_path_runs_it(project: Project) -> None:
    """`runtime: python` alone takes the `python3` on PATH."""
    settings(project, runtime="python")
    project.program("import sys, pulumi\npulumi.export('python', sys.executable)\n")
    assert project.up()["python"] == str(_VENV / "bin" / "python3")


def test_a_virtual_environment_that_is_missing_is_one_line(project: Project) -> None:
    """Before `pulumi install`, a preview says what is missing and which command makes it."""
    settings(project, runtime={"name": "python", "options": {"virtualenv": "nowhere"}})
    said_at_the_end = diagnostics(project.cli("preview"))
    assert "run `pulumi install` to make it" in said_at_the_end
    assert str(project.folder / "nowhere") in said_at_the_end
    assert "Traceback" not in said_at_the_end


def test_install_and_about(project: Project) -> None:
    """`pulumi install` makes the virtual environment from requirements.txt; `pulumi about` lists what is there."""
    settings(project, runtime={"name": "python", "options": {"virtualenv": "env"}})
    _wheel(project.folder / "greeting-1.2-py3-none-any.whl", "greeting", "1.2")
    (project.folder / "requirements.txt").write_text("./greeting-1.2-py3-none-any.whl\n")
    done = project.cli("install")
    assert done.returncode == 0, said(done)
    assert "greeting" in said(done)
    python = project.folder / "env" / "bin" / "python"
    assert subprocess.check_output([python, "-c", "import greeting; print(greeting.WORD)"], text=True) == "hello\n"

    about = project.cli("about")
    assert about.returncode == 0, said(about)
    assert f"executable='{python}'" in about.stdout
    assert f"version='{sys.version.split()[0]}'" in about.stdout
    assert re.search(r"^greeting +1\.2$", about.stdout, re.M), about.stdout
    assert "warning: Failed" not in said(about)


def test_an_install_that_fails_says_what_pip_says(project: Project) -> None:
    """A requirement that can't be installed fails the command, with pip's own words."""
    (project.folder / "requirements.txt").write_text("./absent-1.0-py3-none-any.whl\n")
    done = project.cli("install")
    assert done.returncode != 0
    assert "absent-1.0-py3-none-any.whl" in said(done)
    assert "Traceback" not in said(done)


def test_about_lists_python_and_what_it_has(project: Project) -> None:
    """`pulumi about` knows Python and packages of a project that looks gateways up, editable installs included."""
    done = project.cli("about", "--transitive")
    assert f"executable='{_VENV}/bin/python'" in done.stdout, said(done)
    assert re.search(r"^pulumi-coreweave-gateway +\d", done.stdout, re.M)
    assert re.search(r"^pulumi +3\.", done.stdout, re.M)
    assert "warning: Failed" not in said(done)


def _wheel(file: Path, name: str, version: str) -> None:
    """Write the smallest wheel there is, so that nothing has to be built or downloaded."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(f"{name}.py", "WORD = 'hello'\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.mark.parametrize("virtualenv", [str(_VENV), "env"], ids=["outside", "inside the project"])
def test_a_program_that_raises_shows_its_own_traceback_once(project: Project, virtualenv: str) -> None:
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


def test_a_program_that_can_not_be_parsed_shows_the_place_alone(project: Project) -> None:
    """A syntax error names file and line, without the frames of whoever loads the program."""
    project.program("import pulumi\nprint('left open'\n")
    shown = diagnostics(project.cli("preview"))
    assert re.findall(r'File "(.*?)", line (\d+)', shown) == [(str(project.folder / "__main__.py"), "2")]
    assert "SyntaxError" in shown


def test_a_run_error_is_one_line(project: Project) -> None:
    """What is worded for the user stands there alone."""
    project.program("import pulumi\nraise pulumi.RunError('the shelf is empty')\n")
    done = project.cli("preview")
    assert diagnostics(done) == "error: the shelf is empty"
    assert "Traceback" not in said(done)


def test_a_program_that_exits_fails_with_its_code(project: Project) -> None:
    """`sys.exit(3)` fails the command in one line that has the code."""
    project.program("import sys\nsys.exit(3)\n")
    done = project.cli("preview")
    assert diagnostics(done) == "error: an unhandled error occurred: the program ended with exit code 3"
    assert "Traceback" not in said(done)


@pytest.mark.parametrize("error", ["asyncio.CancelledError('shelf')", "KeyboardInterrupt('shelf')"])
def test_a_program_that_ends_in_no_exception_shows_its_own_lines_too(project: Project, error: str) -> None:
    """What is none for Python's `except Exception` is shown like one: no frame of the host is the user's business."""
    project.program(f"import asyncio\nraise {error}\n")
    shown = diagnostics(project.cli("preview"))
    assert re.findall(r'File "(.*?)", line (\d+)', shown) == [(str(project.folder / "__main__.py"), "2")]
    assert "shelf" in shown


def test_a_python_without_the_sdk_is_one_line(project: Project, tmp_path: Path) -> None:
    """Where the project's Python has no Pulumi, it is named, and what to do."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    settings(project, runtime={"name": "python", "options": {"virtualenv": str(tmp_path / "bare")}})
    done = project.cli("preview")
    assert done.returncode != 0
    assert f"there is no Pulumi SDK in {tmp_path / 'bare' / 'bin' / 'python'}; run `pulumi install`" in said(done)
    assert "Traceback" not in said(done)


def test_pythonpath_reaches_the_program_and_its_providers(project: Project, tmp_path: Path) -> None:
    """A module that only the user's PYTHONPATH has is found by the program and by a dynamic provider."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "stock.py").write_text(_STOCK)
    project.environ["PYTHONPATH"] = str(tmp_path / "library")
    project.program("import pulumi, stock\npulumi.export('count', stock.Item('item').count)\n")
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode == 0, said(done)
    assert re.search(r"count: +7$", done.stdout, re.M), done.stdout


_STOCK = """
from pulumi import Output
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    def __reduce__(self):
        return "PROVIDER"

    def create(self, props):
        return CreateResult("item", {"count": 7})

PROVIDER = Provider()

class Item(Resource):
    count: Output[int]

    def __init__(self, name):
        super().__init__(PROVIDER, name, {"count": None})
"""

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

_AT_MOST = 10
"""Seconds that whatever is interrupted or orphaned may take to end."""


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
        for part in ("language_host", "run_program.py", "dynamic_provider.py"):
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
@pytest.mark.parametrize("whole_group", [True, False], ids=["Ctrl-C", "the command alone"])
def test_an_interrupted_program_ends_quickly_and_quietly(running: Running, whole_group: bool) -> None:
    """SIGINT ends the preview within seconds, without a traceback, and nothing is left running."""
    (os.killpg if whole_group else os.kill)(running.process.pid, signal.SIGINT)
    shown = running.ended()
    assert "preview canceled" in shown
    assert running.process.returncode not in {0, None}, shown
    assert "Traceback" not in shown
    assert "KeyboardInterrupt" not in shown
    assert running.marked.until(0, _AT_MOST) == {}


@NEEDS_PROC
def test_a_killed_engine_leaves_nothing_running(running: Running) -> None:
    """After SIGKILL to `pulumi`, host, program and dynamic provider are gone a few seconds later."""
    running.process.kill()
    running.process.wait()
    assert running.marked.until(0, _AT_MOST) == {}
