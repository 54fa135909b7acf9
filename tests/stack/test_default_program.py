"""`make preview` and `make up`, as typed in a fresh checkout, and the program that they run."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.processes import Marked
from tests.stack.project import PASSPHRASE, said

_PARTS = (
    "Makefile",
    "Pulumi.yaml",
    "__main__.py",
    "programs",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements.txt",
    "tools",
)
_MADE = {".pulumi-state", "Pulumi.demo.yaml"}
"""What the two commands leave in the checkout."""


@dataclass
class Checkout:
    """A copy of this checkout, and a home of its own for its user."""

    folder: Path
    home: Path
    marked: Marked

    def make(self, target: str) -> "subprocess.CompletedProcess[str]":
        """Run ``make`` as a user would, with the existing virtual environment."""
        return subprocess.run(
            self.command(target),
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its user."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        own = {"HOME": str(self.home), "TMPDIR": str(self.home), "XDG_CACHE_HOME": cache}
        return {**os.environ, **own, **self.marked.environ}

    @staticmethod
    def command(target: str) -> list[str]:
        """Return the command line of a target."""
        return ["make", "--old-file=requirements-dev.txt", "--old-file=pyproject.toml", target]

    def files(self) -> dict[str, bytes]:
        """Return all files except those that the commands create and Python's caches."""
        return {
            str(file.relative_to(self.folder)): file.read_bytes()
            for file in self.folder.rglob("*")
            if file.is_file() and file.relative_to(self.folder).parts[0] not in {*_MADE, ".venv"}
            if "__pycache__" not in file.parts
        }


@pytest.fixture(scope="module")
def checkout(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a fresh copy that has the virtual environment of this checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in _PARTS:
        source, target = CHECKOUT / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    return Checkout(folder, tmp_path_factory.mktemp("home"), Marked())


def test_make_preview_and_make_up(checkout: Checkout) -> None:
    """`make preview` and `make up` show a live gateway, leave no process running, and change no other file.

    `make up` also works after an earlier one was killed with SIGKILL and has left Pulumi's lock on the stack.
    """
    before = checkout.files()
    lock = checkout.folder / ".pulumi-state/backend/.pulumi/locks/organization/coreweave-example/demo/killed.json"
    for target in ("preview", "up"):
        done = checkout.make(target)
        assert done.returncode == 0, said(done)
        for shown in (
            r"^ >  pulumi-python:dynamic/coreweave:GatewayLookup gateway read",
            r'^ +endpoint +: "https://api\.6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411\.gw\.cwinference\.com"$',
            r'^ +status +: "STATUS_READY"$',
            r'^ +\[0\]: "US-EAST-04A"$',
        ):
            assert re.search(shown, done.stdout, re.M), (shown, done.stdout)
        assert "Traceback" not in said(done)
        assert checkout.marked.until(0, 5) == {}
        assert not lock.exists()
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_text('{"pid": 1, "username": "me", "hostname": "here", "timestamp": "2026-01-01T00:00:00Z"}')
    assert checkout.files() == before
    assert list(checkout.home.iterdir()) == []


@pytest.mark.parametrize(("name", "missing"), [("GATEWAY_ID", "COREWEAVE_API_TOKEN"), ("CW_API_TOKEN", "GATEWAY_ID")])
def test_incomplete_settings_name_what_is_missing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, name: str, missing: str
) -> None:
    """With a token but no ID, or an ID but no token, the command fails instead of using the emulator."""
    monkeypatch.setenv(name, "00000000-0000-4000-8000-000000000001")
    done = checkout.make("preview")
    assert done.returncode != 0
    assert f"is set but {missing} isn't: set both for your gateway, or neither for the emulator" in done.stderr
    assert "Using the embedded emulator" not in said(done)


def test_root_project_with_an_installed_cli(
    checkout: Checkout, engine: Engine, coreweave_emulator: Emulator, tmp_path: Path
) -> None:
    """Without an active virtual environment, the root project names the missing ID on one line, and then previews."""
    environ = {**sandbox_environment(tmp_path / "pulumi", engine.bin, coreweave_emulator.environ), **PASSPHRASE}
    environ["PATH"] = f"{engine.bin}:/usr/bin:/bin"

    def pulumi(*command: str) -> "subprocess.CompletedProcess[str]":
        line = ["pulumi", "--color", "never", "--non-interactive", "-C", str(checkout.folder), *command]
        return subprocess.run(line, env=environ, check=False, capture_output=True, text=True)

    assert pulumi("stack", "init", "own").returncode == 0
    done = pulumi("preview")
    assert done.returncode != 0
    assert len([line for line in said(done).splitlines() if "gatewayId" in line]) == 1, said(done)
    assert "Traceback" not in said(done)
    gateway_id = coreweave_emulator.add(name="prod")
    assert pulumi("config", "set", "gatewayId", gateway_id).returncode == 0
    assert f"https://api.{gateway_id}.gw.cwinference.com" in pulumi("preview").stdout
