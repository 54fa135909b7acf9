"""A Pulumi project in its own folder, used as a user would."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

YES = ("--yes", "--skip-preview")
"""A command without a question, and without the preview that it would run first."""
PASSPHRASE = {"PULUMI_CONFIG_PASSPHRASE": "correct horse"}

LEFT_BY_RUNS = shutil.ignore_patterns("Pulumi.*.yaml", "litellm.yaml", "__pycache__", ".venv")
"""Files from a developer's own runs of the programs, which copies for tests leave out."""


class Project:
    """One project with one stack on a private file backend.

    Args:
        folder: where it is created.
        environ: the complete environment of every command.
        stack: the stack's name.
        virtualenv: the virtual environment that its program runs in, the test's own by default.
        source: the folder of a project to copy; without it, the program is empty.

    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        stack: str = "dev",
        virtualenv: Path = Path(sys.prefix),
        source: Path | None = None,
    ) -> None:
        self.folder = folder
        # PULUMI_STACK selects the stack for every command.
        self.environ = {**environ, **PASSPHRASE, "PULUMI_STACK": stack}
        self._backend = Path(urlsplit(environ["PULUMI_BACKEND_URL"]).path)
        about: dict[str, Any] = {"name": "shop"}
        if source is None:
            folder.mkdir(parents=True, exist_ok=True)
            self.program("")
        else:
            shutil.copytree(source, folder, ignore=LEFT_BY_RUNS)
            about = yaml.safe_load((source / "Pulumi.yaml").read_text())
        self._name = about["name"]
        about["runtime"] = {"name": "python", "options": {"virtualenv": str(virtualenv)}}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(about))
        self._make_stack(stack)

    def _make_stack(self, stack: str) -> None:
        """Create the stack, from a cached copy if there is one: ``stack init`` takes as long as an ``up``."""
        made = _NEW_STACKS.get((self._name, stack))
        if made is None:
            self.succeed("stack", "init", stack)
            files = [*self._backend.rglob("meta.yaml*"), *self._backend.rglob(f"{stack}.json*")]
            made = {str(file.relative_to(self._backend)): file.read_bytes() for file in files}
            made[""] = (self.folder / f"Pulumi.{stack}.yaml").read_bytes()
            _NEW_STACKS[self._name, stack] = made
        else:
            for name, content in made.items():
                file = self._backend / name if name else self.folder / f"Pulumi.{stack}.yaml"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)

    def program(self, text: str) -> None:
        """Write the program."""
        (self.folder / "__main__.py").write_text(textwrap.dedent(text))

    def configure(self, **values: Any) -> None:
        """Set values of the project's own configuration, which may be lists and objects."""
        self.set({f"{self._name}:{key}": value for key, value in values.items()})

    def set(self, settings: Mapping[str, Any]) -> None:
        """Set plaintext values of the stack's configuration by their full keys, such as ``coreweave-eu:endpoint``."""
        file = self.folder / f"Pulumi.{self.environ['PULUMI_STACK']}.yaml"
        stack = yaml.safe_load(file.read_text())
        stack["config"] = {**stack.get("config", {}), **settings}
        file.write_text(yaml.safe_dump(stack))

    def up(self) -> dict[str, Any]:
        """Run ``pulumi up`` and return the stack's outputs."""
        self.succeed("up", *YES)
        return self.outputs()

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs in the state, each secret as ``[secret]``."""
        stacks = [entry for entry in self.state() if entry["type"] == "pulumi:pulumi:Stack"]
        return dict(stacks[0].get("outputs", {})) if stacks else {}

    def succeed(self, *arguments: str) -> str:
        """Run a CLI command that must succeed, and return its standard output."""
        done = self.cli(*arguments)
        assert done.returncode == 0, said(done)
        return done.stdout

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a CLI command, and return it whatever its exit code."""
        return self.run("pulumi", "--color", "never", "--non-interactive", *arguments)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's folder, and return it whatever its exit code."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def state(self) -> list[dict[str, Any]]:
        """Return the resources in the file that the backend keeps of the state, each secret as ``[secret]``."""
        file = self._backend / ".pulumi" / "stacks" / self._name / f"{self.environ['PULUMI_STACK']}.json"
        deployment = json.loads(file.read_text())["checkpoint"].get("latest") or {}
        return [without_ciphertext(entry) for entry in deployment.get("resources") or []]

    def lookups(self) -> list[dict[str, Any]]:
        """Return the entries of lookups in the state."""
        return [entry for entry in self.state() if "dynamic/coreweave:" in entry["type"]]

    def lookup(self, name: str) -> dict[str, Any]:
        """Return the outputs of a lookup in the state."""
        (entry,) = [entry for entry in self.lookups() if entry["urn"].endswith(f"::{name}")]
        return dict(entry["outputs"])


_NEW_STACKS: dict[tuple[str, str], dict[str, bytes]] = {}
"""The files of new stacks by project and stack: in the backend, and under ``""`` the stack's settings."""

_ADDED_BY_PULUMI = re.compile(
    # After a `RunError` of the program.
    r"error: an unhandled error occurred: program exited with non-zero exit code: 1"
    # While other resources are registered after the first failure.
    r"|error: Resource monitor has terminated, shutting down"
    r"|error: (preview|update) failed"
)


_SECRET = "4dabf18193072939515e22adb298388d"  # the key that marks a ciphertext


def without_ciphertext(value: Any) -> Any:
    """Return a value of a state with ``[secret]`` for each ciphertext."""
    if isinstance(value, dict):
        return "[secret]" if _SECRET in value else {key: without_ciphertext(item) for key, item in value.items()}
    return [without_ciphertext(item) for item in value] if isinstance(value, list) else value


def errors(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the error lines of a command's diagnostics, without those that the engine adds to any failure."""
    lines = (line.strip() for line in done.stdout.partition("Diagnostics:")[2].splitlines())
    return [line for line in lines if line.startswith("error: ") and not _ADDED_BY_PULUMI.fullmatch(line)]


_INTERRUPTED_HOST = re.compile(
    r"Traceback \(most recent call last\):"
    r"(?:(?!Traceback).)*pulumi-language-python-exec(?:(?!Traceback).)*KeyboardInterrupt",
    re.DOTALL,
)


def without_interrupted_host(printed: str) -> str:
    """Return what an interrupted command printed, without the traceback of Pulumi's own Python language host."""
    return _INTERRUPTED_HOST.sub("", printed)


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return everything that a command printed."""
    return done.stdout + done.stderr
