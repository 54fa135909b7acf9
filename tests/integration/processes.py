"""The two processes that the engine starts, each called over gRPC as the engine calls it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub
from typing_extensions import Self

PATIENCE = 60.0
PLUGIN = Path(sys.executable).parent / "pulumi-resource-coreweave-gateway"

_DEFAULT_PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:coreweave-gateway::default_0_1_0"
_LOOKUP = "urn:pulumi:dev::shop::pulumi-python:dynamic/coreweave:GatewayLookup::prod"

Values = dict[str, Any]


def eventually(condition: Callable[[], bool]) -> None:
    """Return as soon as a condition is true; fail if it isn't within a minute."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class _Process:
    """A gRPC server in a process, which runs until the end of the ``with`` block.

    Args:
        command: How it is started; it prints its port.
        environ: All of its environment variables.

    Attributes:
        stderr: What it has written to stderr, once it has ended.

    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.stderr = ""
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout is not None
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.stub = ResourceProviderStub(self._channel)

    def end(self, number: int) -> tuple[int, str, str]:
        """Send a signal, and return the exit code and what was written to stdout after the port, and to stderr."""
        self.process.send_signal(number)
        stdout, stderr = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, stdout, stderr

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        _, self.stderr = self.process.communicate(timeout=PATIENCE)


class ProviderProcess(_Process):
    """The SDK's process of dynamic providers.

    Args:
        environ: Environment variables, in addition to those of this process.
        config: The stack configuration.

    """

    def __init__(self, environ: Mapping[str, str], config: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-u", "-W", "error", "-m", "pulumi.dynamic"]
        super().__init__(command, {**os.environ, "PULUMI_PROJECT": "shop", **environ})
        self.stub.Configure(protocol.ConfigureRequest(args=_struct(config or {})), timeout=PATIENCE)

    def read(self, id_: str, *, inputs: Values | None = None, properties: Values | None = None) -> tuple[str, Values]:
        """Return the ID and the properties in the response to a read.

        Raises:
            grpc.RpcError: The read failed.

        """
        request = protocol.ReadRequest(
            id=id_,
            urn=_LOOKUP,
            inputs=None if inputs is None else _struct(inputs),
            properties=None if properties is None else _struct(properties),
        )
        response = self.stub.Read(request, timeout=PATIENCE)
        return response.id, MessageToDict(response.properties)

    def error(self, id_: str, **shape: Values) -> str:
        """Return the error message of a read that fails."""
        with pytest.raises(grpc.RpcError) as caught:
            self.read(id_, **shape)
        return str(_call(caught.value).details())


class PluginProcess(_Process):
    """The installed plugin.

    Args:
        environ: All of its environment variables.
        command: How it is started, to which the engine adds its address.
        engine: The address of the engine's gRPC server.

    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        command: Sequence[str] = (str(PLUGIN),),
        engine: str = "127.0.0.1:1",
    ) -> None:
        super().__init__([*command, engine], environ or {})
        self.stub.Handshake(protocol.ProviderHandshakeRequest(engine_address=engine, configure_with_urn=True))

    def configure(self, **config: Any) -> None:
        """Configure it as a default provider."""
        self.stub.Configure(protocol.ConfigureRequest(urn=_DEFAULT_PROVIDER, args=_struct(config), acceptSecrets=True))

    def invoke(self, function: str, seconds: float = PATIENCE, /, **arguments: Any) -> Values:
        """Call a function and return its outputs; the call is cancelled after so many seconds.

        Raises:
            grpc.RpcError: The call failed.

        """
        request = protocol.InvokeRequest(tok=f"coreweave-gateway:index:{function}", args=_struct(arguments))
        outputs: Values = MessageToDict(getattr(self.stub.Invoke(request, timeout=seconds), "return"))
        return outputs

    def error(self, function: str, **arguments: Any) -> str:
        """Return the error message of a call that fails."""
        with pytest.raises(grpc.RpcError) as caught:
            self.invoke(function, **arguments)
        error = _call(caught.value)
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
        return str(error.details())


def _call(error: Any) -> Any:
    """Return a gRPC error as the call that it is; its class doesn't say so."""
    return error


def _struct(values: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(values)
    return struct
