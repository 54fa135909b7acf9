"""What is paid before the first answer, without an engine: imports, and a provider's process over gRPC."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from benchmarks import programs
from benchmarks.model import FIRST_READ, IMPORT, READS, Figures
from benchmarks.server import Server
from benchmarks.software import Software
from benchmarks.ways import PROVIDER_THREADS, gateway_ids
from pulumi_coreweave_gateway.program.provider_reference import PROVIDER_KEY, provider_reference
from pulumi_coreweave_gateway.providers import GATEWAY

_PATIENCE = 30.0  # seconds
_SERIALIZE = """
import pulumi.runtime
pulumi.runtime.settings.configure(pulumi.runtime.Settings("project", "stack"))
{program}
from pulumi.dynamic.dynamic import serialize_provider
print(serialize_provider(Provider()))
"""


class ImportWay:
    """A new interpreter that imports something.

    Args:
        name: the way's name.
        statement: what it runs.
        software: with the interpreter.

    """

    commands = (IMPORT,)

    def __init__(self, name: str, statement: str, software: Software) -> None:
        self._python = software.python
        self.name = name
        self.title = f"`{statement}`"
        self._statement = statement

    def prepare(self, folder: Path, server: Server) -> None:
        """There is nothing to make."""

    def start_afresh(self) -> None:
        """Nothing is ever left."""

    def run(self, command: str, gateways: int) -> Figures:  # noqa: ARG002 - there is only one
        """Run the interpreter."""
        start = time.perf_counter()
        process = subprocess.Popen([self._python, "-c", self._statement])
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"`{self._statement}` ended with {process.returncode}")
        return Figures(wall=wall, cpu=used.ru_utime + used.ru_stime)


class ProviderWay:
    """The process of a dynamic provider, asked as the engine asks it.

    Args:
        name: the way's name.
        title: what it is.
        program: the program whose class ``Provider`` it is; None for the provider of our lookups.
        software: with the interpreter.

    """

    commands = (FIRST_READ, READS)

    def __init__(self, name: str, title: str, program: str | None, software: Software) -> None:
        self.name = name
        self.title = title
        self._program = program
        self._python = software.python

    def prepare(self, folder: Path, server: Server) -> None:  # noqa: ARG002 - it needs none
        """Serialize the provider."""
        self._server = server
        self._reference = _reference(self._program, self._python) if self._program else provider_reference(GATEWAY)

    def start_afresh(self) -> None:
        """Nothing is ever left."""

    def run(self, command: str, gateways: int) -> Figures:
        """Start the process, and return what the first read takes, or what so many more of them do."""
        first, *more = gateway_ids(gateways + 1)
        self._server.reset()
        start = time.perf_counter()
        with _started(self._python, self._server) as (process, stub):
            self._read(stub, first)
            if command == FIRST_READ:
                return Figures(wall=time.perf_counter() - start, cpu=_cpu(process))
            start, used = time.perf_counter(), _cpu(process)
            with ThreadPoolExecutor(PROVIDER_THREADS) as pool:
                list(pool.map(lambda gateway_id: self._read(stub, gateway_id), more))
            counts = self._server.counts()
            return Figures(
                wall=time.perf_counter() - start,
                cpu=_cpu(process) - used,
                requests=counts.requests,
                connections=counts.connections,
                own=_cpu(process) - used,
            )

    def _read(self, stub: provider_pb2_grpc.ResourceProviderStub, gateway_id: str) -> None:
        inputs = _struct({"gatewayId": gateway_id, "profile": "", PROVIDER_KEY: self._reference})
        answer = stub.Read(provider_pb2.ReadRequest(id=gateway_id, inputs=inputs), timeout=_PATIENCE)
        if answer.id != gateway_id:
            raise RuntimeError(f"the provider answered {answer.id!r}")


def startup_ways(software: Software) -> list[ImportWay | ProviderWay]:
    """Return all ways that need no engine."""
    return [
        ImportWay("import-pulumi", "import pulumi", software),
        ImportWay("import-package", "import pulumi, pulumi_coreweave_gateway", software),
        ImportWay("import-lookup", "import pulumi; from pulumi_coreweave_gateway import GatewayLookup", software),
        ProviderWay("provider-noop", "provider's process, its read does nothing", programs.NOOP_PROVIDER, software),
        ProviderWay(
            "provider-get", "provider's process, its read is one `requests.get`", programs.GET_PROVIDER, software
        ),
        ProviderWay("provider-ours", "provider's process of `GatewayLookup`", None, software),
    ]


@contextmanager
def _started(
    python: Path, server: Server
) -> Iterator[tuple[subprocess.Popen[bytes], provider_pb2_grpc.ResourceProviderStub]]:
    process = subprocess.Popen(
        [python, "-u", "-m", "pulumi.dynamic"],
        env={**os.environ, "PULUMI_PROJECT": "project", **server.environ},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            stub.Configure(provider_pb2.ConfigureRequest(), timeout=_PATIENCE)
            yield process, stub
    finally:
        process.kill()
        process.communicate()


def _reference(program: str, python: Path) -> str:
    """Return what a state holds for the provider of a program."""
    command: list[str | Path] = [python, "-c", _SERIALIZE.format(program=program)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Return the seconds of CPU that a process has used, to the nanosecond (its CPU clock's number is Linux's)."""
    return time.clock_gettime((~process.pid << 3) | 2)


def _struct(values: dict[str, object]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(values, struct)
    return struct
