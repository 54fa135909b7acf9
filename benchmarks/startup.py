"""What is paid before the first answer, without an engine: imports, and the provider's first read over gRPC."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from benchmarks import programs
from benchmarks.model import Figures
from benchmarks.server import Server
from benchmarks.ways import gateway_ids
from pulumi_coreweave_gateway.lookups.references import PROVIDER_KEY, provider_reference
from pulumi_coreweave_gateway.providers import GATEWAY

IMPORTS = {
    "import-pulumi": "import pulumi",
    "import-package": "import pulumi, pulumi_coreweave_gateway",
    "import-lookup": "import pulumi; from pulumi_coreweave_gateway import GatewayLookup",
}
"""What is imported, by the name that it has in the results."""
READS = ("read-noop", "read-gateway")

_PATIENCE = 30.0
_SERIALIZE = f"""
import pulumi.runtime
pulumi.runtime.settings.configure(pulumi.runtime.Settings("project", "stack"))
{programs.NOOP_PROVIDER}
from pulumi.dynamic.dynamic import serialize_provider
print(serialize_provider(Provider()))
"""


def timed_import(statement: str) -> Figures:
    """Return what a new interpreter takes for an import statement."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", statement])
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"`{statement}` ended with {process.returncode}")
    return Figures(wall=wall, cpu=used.ru_utime + used.ru_stime)


def noop_reference() -> str:
    """Return what a state holds for the provider whose read does nothing."""
    done = subprocess.run([sys.executable, "-c", _SERIALIZE], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def first_read(server: Server, reference: str) -> Figures:
    """Return what a new provider's process takes from its start to the answer of its first read.

    Args:
        server: what it asks.
        reference: the provider, as a state holds it.

    """
    (gateway_id,) = gateway_ids(1)
    server.reset()
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.dynamic"],
        env={**os.environ, "PULUMI_PROJECT": "project", **server.environ},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            stub.Configure(provider_pb2.ConfigureRequest(), timeout=_PATIENCE)
            inputs = _struct({"gatewayId": gateway_id, "profile": "", PROVIDER_KEY: reference})
            answer = stub.Read(provider_pb2.ReadRequest(id=gateway_id, inputs=inputs), timeout=_PATIENCE)
            wall = time.perf_counter() - start
        if answer.id != gateway_id:
            raise RuntimeError(f"the provider answered {answer.id!r}")
    finally:
        process.kill()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return Figures(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss * 1024)


def gateway_reference() -> str:
    """Return what a state holds for the provider of our lookups."""
    return provider_reference(GATEWAY)


def _struct(values: Mapping[str, object]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(values, struct)
    return struct
