"""A Pulumi project in a folder of its own, driven as a user would drive it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation

PASSPHRASE = {"PULUMI_CONFIG_PASSPHRASE": "correct horse"}

LEFT_BY_RUNS = shutil.ignore_patterns("Pulumi.*.yaml", "litellm.yaml", "__pycache__", ".venv")
"""What a developer's own runs of the programs leave in their folders, and no copy for a test should have."""


class Project:
    """One project with one stack on a private file backend.

    Args:
        folder: where it is made.
        environ: the environment of every command; nothing else of the test's own gets in.
        stack: the stack's name.
        virtualenv: the virtual environment that its program runs in, the test's own by default.
        source: the folder of a whole project to run a copy of; without it, one with an empty program.

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
        self.environ = {**environ, **PASSPHRASE}
        about: dict[str, Any] = {"name": "shop"}
        if source is None:
            folder.mkdir(parents=True, exist_ok=True)
            self.program("")
        else:
            shutil.copytree(source, folder, ignore=LEFT_BY_RUNS)
            about = yaml.safe_load((source / "Pulumi.yaml").read_text())
        about["runtime"] = {"name": "python", "options": {"virtualenv": str(virtualenv)}}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(about))
        self.stack = automation.create_stack(
            stack,
            work_dir=str(folder),
            opts=automation.LocalWorkspaceOptions(
                pulumi_home=self.environ["PULUMI_HOME"],
                env_vars=self.environ,
                pulumi_command=automation.PulumiCommand(_root(self.environ), skip_version_check=True),
            ),
        )

    def program(self, text: str) -> None:
        """Write the program."""
        (self.folder / "__main__.py").write_text(textwrap.dedent(text))

    def configure(self, **values: str) -> None:
        """Set values of the project's own configuration."""
        for key, value in values.items():
            self.stack.set_config(key, automation.ConfigValue(value))

    def up(self) -> Mapping[str, Any]:
        """Run ``pulumi up`` and return the stack's outputs."""
        return {name: output.value for name, output in self.stack.up(color="never").outputs.items()}

    def preview(self) -> dict[str, int]:
        """Run ``pulumi preview`` and return how many resources are in which kind of step."""
        summary = self.stack.preview(color="never").change_summary
        return {str(getattr(kind, "value", kind)): count for kind, count in summary.items()}

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the CLI as typed by hand, and return it whatever its exit code."""
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
        """Return the resources in the state, with secrets in the clear."""
        done = self.cli("stack", "export", "--show-secrets")
        assert done.returncode == 0, done.stderr
        resources: list[dict[str, Any]] = json.loads(done.stdout)["deployment"].get("resources", [])
        return resources

    def lookups(self) -> list[dict[str, Any]]:
        """Return the entries of our resources alone."""
        return [entry for entry in self.state() if "dynamic/coreweave:" in entry["type"]]


def _root(environ: Mapping[str, str]) -> str | None:
    """Return the folder above the ``bin`` that holds the CLI: what the Automation API asks for."""
    for folder in environ["PATH"].split(os.pathsep):
        if (Path(folder) / "pulumi").exists() and Path(folder).name == "bin":
            return str(Path(folder).parent)
    return None


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
    """Return all that a command printed."""
    return done.stdout + done.stderr
