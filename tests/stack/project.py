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
        about: dict[str, Any] = {"name": "shop"}
        if source is None:
            folder.mkdir(parents=True, exist_ok=True)
            self.program("")
        else:
            shutil.copytree(source, folder, ignore=LEFT_BY_RUNS)
            about = yaml.safe_load((source / "Pulumi.yaml").read_text())
        about["runtime"] = {"name": "python", "options": {"virtualenv": str(virtualenv)}}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(about))
        self._make_stack(about["name"], stack)

    def _make_stack(self, project: str, stack: str) -> None:
        """Create the stack, from a cached copy if there is one: ``stack init`` takes as long as an ``up``."""
        backend = Path(urlsplit(self.environ["PULUMI_BACKEND_URL"]).path)
        made = _NEW_STACKS.get((project, stack))
        if made is None:
            self.succeed("stack", "init", stack)
            files = [*backend.rglob("meta.yaml*"), *backend.rglob(f"{stack}.json*")]
            made = {str(file.relative_to(backend)): file.read_bytes() for file in files}
            made[""] = (self.folder / f"Pulumi.{stack}.yaml").read_bytes()
            _NEW_STACKS[project, stack] = made
        else:
            for name, content in made.items():
                file = backend / name if name else self.folder / f"Pulumi.{stack}.yaml"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)

    def program(self, text: str) -> None:
        """Write the program."""
        (self.folder / "__main__.py").write_text(textwrap.dedent(text))

    def configure(self, **values: str) -> None:
        """Set values of the project's own configuration."""
        for key, value in values.items():
            self.succeed("config", "set", key, value)

    def up(self) -> dict[str, Any]:
        """Run ``pulumi up`` and return the stack's outputs."""
        self.succeed("up", "--yes", "--skip-preview")
        return self.outputs()

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, with secrets in plaintext."""
        found: dict[str, Any] = json.loads(self.succeed("stack", "output", "--json", "--show-secrets"))
        return found

    def preview(self) -> dict[str, int]:
        """Run ``pulumi preview`` and return the number of resources for each kind of step."""
        changes: dict[str, int] = json.loads(self.succeed("preview", "--json"))["changeSummary"]
        return changes

    def succeed(self, *arguments: str) -> str:
        """Run a CLI command that must succeed, and return its standard output."""
        done = self.cli(*arguments)
        assert done.returncode == 0, said(done)
        return done.stdout

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a CLI command, and return it whatever its exit code."""
        return subprocess.run(
            ["pulumi", "--color", "never", "--non-interactive", *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def state(self) -> list[dict[str, Any]]:
        """Return the resources in the state, with secrets in plaintext."""
        exported = json.loads(self.succeed("stack", "export", "--show-secrets"))
        resources: list[dict[str, Any]] = exported["deployment"].get("resources", [])
        return resources

    def lookups(self) -> list[dict[str, Any]]:
        """Return the entries of lookups in the state."""
        return [entry for entry in self.state() if "dynamic/coreweave:" in entry["type"]]


_NEW_STACKS: dict[tuple[str, str], dict[str, bytes]] = {}
"""The files of new stacks by project and stack: in the backend, and under ``""`` the stack's settings."""

_ADDED_BY_PULUMI = re.compile(
    # After a `RunError` of the program.
    r"error: an unhandled error occurred: program exited with non-zero exit code: 1"
    # While other resources are registered after the first failure.
    r"|error: Resource monitor has terminated, shutting down"
    r"|error: (preview|update) failed"
)


def errors(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the error lines of a command's diagnostics, without those that the engine adds to any failure."""
    lines = (line.strip() for line in done.stdout.partition("Diagnostics:")[2].splitlines())
    return [line for line in lines if line.startswith("error: ") and not _ADDED_BY_PULUMI.fullmatch(line)]


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return everything that a command printed."""
    return done.stdout + done.stderr
