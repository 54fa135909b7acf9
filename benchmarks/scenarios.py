"""The table of scenarios, and how each kind is prepared and run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.sandbox import sandbox_environment

from benchmarks import programs
from benchmarks.results import UP
from benchmarks.server import TOKEN, gateway_ids

_PROJECT = "{{name: benchmark, runtime: {{name: python, options: {{virtualenv: '{virtualenv}'}}}}}}\n"


class FailedError(Exception):
    """A scenario can't be prepared or run on this machine; the message is the reason."""


class Scenario(ABC):
    """One way to read N gateways.

    Args:
        title: a few words for tables.
        program: what is run.

    """

    def __init__(self, title: str, program: str) -> None:
        self.title, self._program = title, program

    def prepare(self, folder: Path, engine: Path, python: Path, url: str) -> None:
        """Prepare what isn't measured.

        Args:
            folder: a new folder of its own.
            engine: the folder of the Pulumi CLI.
            python: the interpreter of a virtual environment in which the package is installed as by users.
            url: the API's.

        Raises:
            FailedError: this machine lacks something.

        """
        folder.mkdir(parents=True)
        self._folder = folder
        self._environ = self._prepare(engine, python, {"COREWEAVE_API_ENDPOINT": url, "COREWEAVE_API_TOKEN": TOKEN})

    @abstractmethod
    def _prepare(self, engine: Path, python: Path, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Prepare the folder, and return the environment of the commands."""

    @abstractmethod
    def run(self, command: str, gateways: int) -> dict[str, float]:
        """Run a command for a number of gateways, and return its figures.

        Raises:
            FailedError: the command failed.

        """

    def _measured(
        self, command: Sequence[str], gateways: int, environ: Mapping[str, str] | None = None
    ) -> dict[str, float]:
        """Run a command to its end, and return its figures."""
        environ = {**(environ or self._environ), "GATEWAYS": str(gateways)}
        with tempfile.TemporaryFile("w+") as output:
            start = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=self._folder, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            # Popen.wait doesn't return the resources that the process and its children used.
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            printed = output.read()
        if process.returncode:
            raise FailedError(f"`{' '.join(command[:2])}` exited with {process.returncode}: {printed[-500:].strip()}")
        return {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime}


class PulumiProgram(Scenario):
    """A Pulumi program, run by the CLI on an empty stack."""

    def _prepare(self, engine: Path, python: Path, settings: Mapping[str, str]) -> Mapping[str, str]:
        (self._folder / "Pulumi.yaml").write_text(_PROJECT.format(virtualenv=python.parent.parent))
        (self._folder / "__main__.py").write_text(self._program)
        environ = sandbox_environment(self._folder / "pulumi", engine, settings)
        self._measured(["pulumi", "--non-interactive", "stack", "init", "dev"], 0, environ)
        shutil.copytree(self._folder / "pulumi" / "backend", self._folder / "empty")
        return environ

    def run(self, command: str, gateways: int) -> dict[str, float]:
        """Run preview, or up without its preview."""
        backend = self._folder / "pulumi" / "backend"
        shutil.rmtree(backend)
        shutil.copytree(self._folder / "empty", backend)
        arguments = ["up", "--yes", "--skip-preview"] if command == UP else ["preview"]
        figures = self._measured(["pulumi", "--non-interactive", "--color", "never", *arguments], gateways)
        return {**figures, "state": _state_size(backend)} if command == UP else figures


class Terraform(Scenario):
    """Terraform or OpenTofu, whose provider comes from the registry or a mirror that the CLI is configured for."""

    def _prepare(self, engine: Path, python: Path, settings: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002
        self._cli = shutil.which("terraform") or shutil.which("tofu") or ""
        if not self._cli:
            raise FailedError("neither terraform nor tofu is on PATH")
        shutil.copy(Path(__file__).with_name(self._program), self._folder)
        environ = {**os.environ, **{f"TF_VAR_{name}": value for name, value in settings.items()}}
        try:
            self._measured([self._cli, "init", "-input=false", "-no-color"], 0, environ)
        except FailedError as error:
            raise FailedError(f"`init`: {' '.join(str(error).partition('Error: ')[2].split()[:12])} …") from None
        return environ

    def run(self, command: str, gateways: int) -> dict[str, float]:  # noqa: ARG002 - only plan is
        """Run plan."""
        environ = {**self._environ, "TF_VAR_ids": json.dumps(gateway_ids(gateways))}
        return self._measured([self._cli, "plan", "-input=false", "-no-color"], gateways, environ)


SCENARIOS: Mapping[str, Scenario] = {
    "noop": PulumiProgram("one idle dynamic resource", programs.NOOP),
    "in-read": PulumiProgram("N dynamic resources, `requests.get` in `read`", programs.IN_READ),
    "in-create": PulumiProgram("N dynamic resources, `requests.get` in `create`", programs.IN_CREATE),
    "one-list": PulumiProgram("one dynamic resource that lists all with `requests.get`", programs.ONE_LIST),
    "lookups": PulumiProgram("N × `GatewayLookup`", programs.LOOKUPS),
    "fleet": PulumiProgram("`GatewaysLookup` of N", programs.FLEET),
    "functions": PulumiProgram("N × `get_gateway_output`", programs.FUNCTIONS),
    "terraform": Terraform("Terraform, N × `data.http`", "main.tf"),
}
"""All scenarios, by the names that the results file and the targets use."""


def _state_size(backend: Path) -> float:
    """Return the kilobytes of the dynamic resources in a backend's only stack, as compact JSON without traces."""
    (file,) = backend.glob(".pulumi/stacks/*/*.json")
    resources = json.loads(file.read_bytes())["checkpoint"]["latest"].get("resources", [])
    dynamic = [entry for entry in resources if entry["type"].startswith("pulumi-python:dynamic")]
    without_traces = [{key: value for key, value in entry.items() if key != "stackTrace"} for entry in dynamic]
    return sum(len(json.dumps(entry, separators=(",", ":"))) for entry in without_traces) / 1000
