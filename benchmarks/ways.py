"""The ways to read N gateways that are compared."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from tools.sandbox import sandbox_environment

from benchmarks import programs
from benchmarks.measuring import measure
from benchmarks.model import AGAIN, PREVIEW, READS, UP, Figures
from benchmarks.server import Server
from benchmarks.software import Software
from benchmarks.state import state_size

PROVIDER_THREADS = 4
"""Of the SDK, for all dynamic resources of a program."""
FLEET_THREADS = 16
"""Of ours, for a fleet and for functions."""

# The engine would fetch the plugins of whatever else is installed in the virtual environment.
_OFFLINE = {"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}

_PROJECT = """
name: benchmark
runtime:
  name: python
  options:
    virtualenv: {virtualenv}
"""


class UnavailableError(Exception):
    """A way can't be gone on this machine, and why."""


class Way(Protocol):
    """One way to read gateways."""

    name: str
    """Its name in the results."""
    title: str
    """What it is, for people."""

    @property
    def commands(self) -> tuple[str, ...]:
        """What is run, in this order, from a fresh start."""

    def prepare(self, folder: Path, server: Server) -> None:
        """Make what it needs, once.

        Args:
            folder: its own, empty.
            server: what it shall ask.

        Raises:
            UnavailableError: this machine has not what it takes.

        """

    def start_afresh(self) -> None:
        """Forget what earlier commands have left."""

    def run(self, command: str, gateways: int) -> Figures:
        """Run one of the commands for so many gateways.

        Raises:
            CommandFailedError: it failed.

        """


class PulumiWay:
    """A Pulumi program.

    Args:
        name: the way's name.
        title: what it is.
        program: its ``__main__.py``.
        software: what it runs on.

    """

    commands: tuple[str, ...] = (PREVIEW, UP, AGAIN)

    def __init__(self, name: str, title: str, program: str, software: Software) -> None:
        self.name = name
        self.title = title
        self._program = program
        self._software = software

    def prepare(self, folder: Path, server: Server) -> None:
        """Make a project with an empty stack."""
        self._server = server
        self._project, self._sandbox, self._empty = folder / "project", folder / "pulumi", folder / "empty"
        self._project.mkdir(parents=True)
        (self._project / "Pulumi.yaml").write_text(_PROJECT.format(virtualenv=self._software.virtualenv))
        (self._project / "__main__.py").write_text(self._program)
        self._environ: Mapping[str, str] = sandbox_environment(
            self._sandbox, self._software.engine, {**server.environ, **_OFFLINE}
        )
        subprocess.run(
            ["pulumi", "--non-interactive", "stack", "init", "dev"],
            cwd=self._project,
            env=self._environ,
            check=True,
            capture_output=True,
        )
        shutil.copytree(self._sandbox / "backend", self._empty)

    def start_afresh(self) -> None:
        """Put the empty stack back."""
        shutil.rmtree(self._sandbox / "backend")
        shutil.copytree(self._empty, self._sandbox / "backend")

    def run(self, command: str, gateways: int) -> Figures:
        """Run the CLI as a user or a CI job would."""
        arguments = ["up", "--yes", "--skip-preview"] if command == UP else ["preview"]
        figures, _ = measure(
            ["pulumi", "--non-interactive", "--color", "never", *arguments],
            self._project,
            {**self._environ, "GATEWAYS": str(gateways)},
            self._server,
        )
        if command != UP:
            return figures
        return dataclasses.replace(figures, state=state_size(self._sandbox / "backend", gateway_ids(gateways)))


class BareWay:
    """Requests without Pulumi: the network's share.

    Args:
        threads: how many requests are under way at once.
        software: with the interpreter.

    """

    commands = (READS,)

    def __init__(self, threads: int, software: Software) -> None:
        self._python = software.python
        self.name = f"requests-{threads}"
        self.title = f"bare requests, {threads} threads"
        self._threads = threads

    def prepare(self, folder: Path, server: Server) -> None:
        """Write the script."""
        folder.mkdir(parents=True)
        self._server = server
        self._script = folder / "bare.py"
        self._script.write_text(programs.BARE)
        self._environ = sandbox_environment(folder / "pulumi", folder, server.environ)

    def start_afresh(self) -> None:
        """Nothing is ever left."""

    def run(self, command: str, gateways: int) -> Figures:  # noqa: ARG002 - there is only one
        """Run the script."""
        figures, said = measure(
            [str(self._python), str(self._script), str(self._threads)],
            self._script.parent,
            {**self._environ, "GATEWAYS": str(gateways)},
            self._server,
        )
        return dataclasses.replace(figures, alone=float(said))


def gateway_ids(count: int) -> list[str]:
    """Return the ids of so many gateways, as the programs make them."""
    return [str(uuid.UUID(int=index + 1, version=4)) for index in range(count)]
