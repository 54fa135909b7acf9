"""The installed plugin in its own process, called over gRPC as the engine calls it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from pulumi_coreweave_gateway.plugin.values import to_struct

EXECUTABLE = Path(sys.executable).parent / "pulumi-resource-coreweave-gateway"
DEFAULT_PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:coreweave-gateway::default_0_1_0"


class PluginProcess:
    """A running plugin.

    Args:
        environ: Its environment variables.
        command: How it is started, to which the engine adds its address.
        engine: The address of the engine's gRPC server.

    """

    def __init__(
        self,
        environ: dict[str, str] | None = None,
        command: Sequence[str] = (str(EXECUTABLE),),
        engine: str = "127.0.0.1:1",
    ) -> None:
        self.process = subprocess.Popen(
            [*command, engine],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ or {},
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self.port}")
        self.stub = ResourceProviderStub(self._channel)
        self.stub.Handshake(protocol.ProviderHandshakeRequest(engine_address=engine, configure_with_urn=True))

    def configure(self, **config: Any) -> None:
        """Configure it as a default provider."""
        self.stub.Configure(protocol.ConfigureRequest(urn=DEFAULT_PROVIDER, args=to_struct(config), acceptSecrets=True))

    def invoke(self, function: str, **arguments: Any) -> dict[str, Any]:
        """Call a function and return its outputs.

        Raises:
            grpc.RpcError: The call failed.

        """
        request = protocol.InvokeRequest(tok=f"coreweave-gateway:index:{function}", args=to_struct(arguments))
        outputs: dict[str, Any] = MessageToDict(getattr(self.stub.Invoke(request, timeout=60), "return"))
        return outputs

    def error(self, function: str, **arguments: Any) -> str:
        """Return the error message of a call that fails."""
        with pytest.raises(grpc.RpcError) as raised:
            self.invoke(function, **arguments)
        error: Any = raised.value
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
        return str(error.details())

    def end(self, signal_number: int) -> tuple[int, str, str]:
        """Send a signal and return the exit code and what was printed after the port."""
        self.process.send_signal(signal_number)
        stdout, stderr = self.process.communicate(timeout=60)
        return self.process.returncode, stdout, stderr

    def cancel(self) -> None:
        """Call Cancel, as the engine does on Ctrl-C."""
        self.stub.Cancel(Empty(), timeout=60)

    def __enter__(self) -> PluginProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        self.process.kill()
        self.process.communicate()
