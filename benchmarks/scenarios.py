"""The scenarios that are compared: how each is prepared, and how it is run."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc
from tools.sandbox import sandbox_environment

from benchmarks import programs
from benchmarks.results import UP, Figures
from benchmarks.server import TOKEN, Server, gateway_ids

_TIMEOUT = 120.0  # seconds, for what isn't measured
_PROJECT = "{{name: benchmark, runtime: {{name: python, options: {{virtualenv: '{virtualenv}'}}}}}}\n"
_SERIALIZE = """
import pulumi.runtime
from pulumi.dynamic.dynamic import serialize_provider
pulumi.runtime.settings.configure(pulumi.runtime.Settings("project", "stack"))
{program}
print(serialize_provider(Provider()))
"""


class UnavailableError(Exception):
    """A requirement of a scenario is missing on this machine; the message names it."""


class CommandFailedError(Exception):
    """A measured command failed; the message has the end of its output."""


class Scenario(ABC):
    """One way to read N gateways, or a part of one.

    Args:
        title: a few words for tables.
        program: what is run.

    """

    def __init__(self, title: str, program: str) -> None:
        self.title = title
        self._program = program

    def prepare(self, folder: Path, engine: Path, python: Path, server: Server) -> None:
        """Prepare what isn't measured.

        Args:
            folder: a new folder of its own.
            engine: the folder of the Pulumi CLI.
            python: the interpreter of a virtual environment in which the package is installed as by users.
            server: the gateway API.

        Raises:
            UnavailableError: this machine lacks something.

        """
        folder.mkdir(parents=True)
        self._folder, self._engine, self._python, self._server = folder, engine, python, server
        self._environ: Mapping[str, str] = {**os.environ, **server.environ}
        self._prepare()

    @abstractmethod
    def run(self, command: str, gateways: int) -> Figures:
        """Run a command once for a number of gateways, for which the server is configured.

        Raises:
            CommandFailedError: the command failed.

        """

    def _prepare(self) -> None:  # noqa: B027 - most have nothing to prepare
        """Prepare what isn't measured."""

    def _measure(self, command: Sequence[str], **environ: str) -> tuple[Figures, str]:
        """Run a command to its end, and return its figures and what it printed.

        Raises:
            CommandFailedError: it exited with a status other than 0.

        """
        with tempfile.TemporaryFile() as printed:
            start = time.perf_counter()
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                env={**self._environ, **environ},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
            # Popen.wait doesn't return the resources that the process and its children used.
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            printed.seek(0)
            output = printed.read().decode("utf-8", "replace")
        if process.returncode:
            raise CommandFailedError(
                f"`{' '.join(command[:2])}` exited with {process.returncode}: {output[-500:].strip()}"
            )
        requests, connections = self._server.counts()
        return Figures(seconds, used.ru_utime + used.ru_stime, requests, connections), output


class PulumiProgram(Scenario):
    """A Pulumi program, run by the CLI on an empty stack."""

    def _prepare(self) -> None:
        (self._folder / "Pulumi.yaml").write_text(_PROJECT.format(virtualenv=self._python.parent.parent))
        (self._folder / "__main__.py").write_text(self._program)
        # The engine would download the plugins of other packages in the environment.
        extra = {**self._server.environ, "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}
        self._environ = sandbox_environment(self._folder / "pulumi", self._engine, extra)
        command = ["pulumi", "--non-interactive", "stack", "init", "dev"]
        subprocess.run(command, cwd=self._folder, env=self._environ, check=True, capture_output=True)
        shutil.copytree(self._folder / "pulumi" / "backend", self._folder / "empty")

    def run(self, command: str, gateways: int) -> Figures:
        """Run the CLI."""
        backend = self._folder / "pulumi" / "backend"
        shutil.rmtree(backend)
        shutil.copytree(self._folder / "empty", backend)
        arguments = ["up", "--yes", "--skip-preview"] if command == UP else ["preview"]
        pulumi = ["pulumi", "--non-interactive", "--color", "never"]
        figures, _ = self._measure([*pulumi, *arguments], GATEWAYS=str(gateways))
        return dataclasses.replace(figures, state=_state_size(backend)) if command == UP else figures


class Script(Scenario):
    """A script without Pulumi; a number that it prints is its time without that of starting Python."""

    def run(self, _: str, gateways: int) -> Figures:
        """Run the interpreter."""
        command = [str(self._python), "-c", self._program]
        figures, printed = self._measure(command, GATEWAYS=str(gateways))
        return dataclasses.replace(figures, seconds=float(printed)) if printed else figures


class ProviderProcess(Scenario):
    """The process of a dynamic provider, called over gRPC as the engine calls it."""

    def _prepare(self) -> None:
        command = [str(self._python), "-c", _SERIALIZE.format(program=self._program)]
        self._provider = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        self._environ = {**self._environ, "PULUMI_PROJECT": "project"}

    def run(self, command: str, gateways: int) -> Figures:  # noqa: ARG002 - there is only one
        """Start the process, and measure the time from its start to the result of its first read."""
        ids = gateway_ids(gateways)
        properties = {"gateway_id": ids[0]} if gateways == 1 else {"request": {"gateway_ids": ids}}
        inputs = _struct({**properties, "profile": "", "__provider": self._provider})
        start = time.perf_counter()
        process = subprocess.Popen(
            [self._python, "-u", "-m", "pulumi.dynamic"], env=self._environ, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}", _ANY_SIZE) as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.Configure(provider_pb2.ConfigureRequest(), timeout=_TIMEOUT)
                stub.Read(provider_pb2.ReadRequest(id=ids[0], inputs=inputs), timeout=_TIMEOUT)
            seconds = time.perf_counter() - start
            return Figures(seconds, memory=_peak_memory(process.pid))
        finally:
            process.kill()
            process.communicate()


class Terraform(Scenario):
    """Terraform or OpenTofu, whose provider comes from the registry or a mirror that the CLI is configured for."""

    def _prepare(self) -> None:
        self._cli = shutil.which("terraform") or shutil.which("tofu") or ""
        if not self._cli:
            raise UnavailableError("neither terraform nor tofu is on PATH")
        (self._folder / "main.tf").write_text(self._program)
        variables = {"TF_VAR_endpoint": self._server.url, "TF_VAR_token": TOKEN}
        self._environ = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", **variables}
        command = [self._cli, "init", "-input=false", "-no-color"]
        done = subprocess.run(command, cwd=self._folder, env=self._environ, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = " ".join(done.stderr.partition("Error: ")[2].split()[:12])
            raise UnavailableError(f"`terraform init` failed: {reason}")

    def run(self, command: str, gateways: int) -> Figures:
        """Run plan or apply."""
        for state in self._folder.glob("terraform.tfstate*"):
            state.unlink()
        arguments = ["apply", "-auto-approve"] if command == UP else ["plan"]
        cli = [self._cli, *arguments, "-input=false", "-no-color"]
        return self._measure(cli, TF_VAR_ids=json.dumps(gateway_ids(gateways)))[0]


SCENARIOS: Mapping[str, Scenario] = {
    "import-pulumi": Script("`import pulumi`", "import pulumi"),
    "import-package": Script("`import pulumi, pulumi_coreweave_gateway`", "import pulumi, pulumi_coreweave_gateway"),
    "provider-noop": ProviderProcess("idle provider's process", programs.NOOP_PROVIDER),
    "provider-get": ProviderProcess("provider's process, `requests.get` in `read`", programs.GET_PROVIDER),
    "provider-ready": ProviderProcess("provider's process, N ready-made answers", programs.READY_MADE_PROVIDER),
    "provider-lookup": ProviderProcess("provider's process of `GatewayLookup`", programs.LOOKUP_PROVIDER),
    "provider-fleet": ProviderProcess("provider's process of `GatewaysLookup`", programs.FLEET_PROVIDER),
    "empty": PulumiProgram("empty Pulumi program", programs.EMPTY),
    "noop": PulumiProgram("one idle dynamic resource", programs.NOOP),
    "ready-made": PulumiProgram("one dynamic resource with N ready-made answers", programs.READY_MADE),
    "in-read": PulumiProgram("N dynamic resources, `requests.get` in `read`", programs.IN_READ),
    "in-create": PulumiProgram("N dynamic resources, `requests.get` in `create`", programs.IN_CREATE),
    "requests": Script("N bare requests, 4 threads", programs.REQUESTS),
    "list": Script("one bare list request", programs.LIST),
    "terraform": Terraform("Terraform, N × `data.http`", Path(__file__).with_name("main.tf").read_text()),
    "lookups": PulumiProgram("N × `GatewayLookup`", programs.LOOKUPS),
    "fleet": PulumiProgram("`GatewaysLookup` of N", programs.FLEET),
    "functions": PulumiProgram("N × `get_gateway_output`", programs.FUNCTIONS),
    "fleet-limited": PulumiProgram("`GatewaysLookup` of N, 3 requests a second", programs.FLEET),
}
"""All scenarios, by the names that the results file and the targets use."""

_ANY_SIZE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def _struct(values: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(values, struct)
    return struct


def _peak_memory(process: int) -> int:
    """Return the peak memory of a process in bytes, or 0 if the system doesn't report it."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _state_size(backend: Path) -> float:
    """Return the kilobytes of the dynamic resources in a backend's only stack, as compact JSON without traces."""
    (file,) = backend.glob(".pulumi/stacks/*/*.json")
    resources = json.loads(file.read_bytes())["checkpoint"]["latest"].get("resources", [])
    dynamic = [entry for entry in resources if entry["type"].startswith("pulumi-python:dynamic")]
    without_traces = [{key: value for key, value in entry.items() if key != "stackTrace"} for entry in dynamic]
    return sum(len(json.dumps(entry, separators=(",", ":"))) for entry in without_traces) / 1000
