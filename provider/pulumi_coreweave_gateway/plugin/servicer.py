"""Pulumi's provider protocol: schema, configuration and function calls."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from grpc import StatusCode
from pulumi.runtime.proto import engine_pb2, plugin_pb2
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from ..about import VERSION
from ..config import SettingNames, Settings, resolve_settings
from ..errors import GatewayError, InternalError, SettingsError
from .lookups import Lookups
from .values import from_struct, has_unknowns, to_struct, with_secret

PACKAGE = "coreweave-gateway"

_SETTINGS = frozenset({"token", "endpoint", "httpTimeout", "lookupTimeout"})
_TOGETHER = frozenset({"token", "endpoint"})
"""A token is for one server."""
_DEFAULT_NAME = re.compile(r"default(_([0-9]|[a-z]+_/).*)?")
"""The name of the engine's default provider ends with the version and the URL that an SDK asks for."""
_LOG_TIMEOUT = 5.0
"""Seconds for the engine to accept a warning."""
_NO_PROXY = (("grpc.enable_http_proxy", 0),)
"""The engine runs on this machine; gRPC would connect to it through ``http_proxy``."""
_LONGEST_ERROR = 2000
"""Characters: SDKs accept 8 KiB of trailers, in which the engine sends an error twice, once in base64."""


class ProviderServicer(ResourceProviderServicer):
    """Serves one provider on one event loop.

    Every error is one line: the engine shows the message of an aborted call to the user.

    Args:
        environ: The environment variables, of this process by default.

    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._engine = ""
        self._lookups = Lookups(lambda: self._settings("", {}), self._warn)
        self._calls: set[asyncio.Task[dict[str, Any]]] = set()

    async def Handshake(self, request: Any, context: Any) -> protocol.ProviderHandshakeResponse:
        """Accept no secrets: the engine then marks a function's outputs as secret if an argument is one."""
        self._engine = request.engine_address
        return protocol.ProviderHandshakeResponse()

    async def Attach(self, request: Any, context: Any) -> Empty:
        """Accept an engine that was told with PULUMI_DEBUG_PROVIDERS to use this process."""
        return Empty()

    async def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """Return the plugin's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    async def GetSchema(self, request: Any, context: Any) -> protocol.GetSchemaResponse:
        """Return the package's schema."""
        return protocol.GetSchemaResponse(schema=files(__package__).joinpath("schema.json").read_text(encoding="utf-8"))

    async def CheckConfig(self, request: protocol.CheckRequest, context: Any) -> protocol.CheckResponse:
        """Check the settings and mark the token as a secret.

        The engine sends the token without its mark, and stores in the state what is returned here.
        """
        config = from_struct(request.news)
        response = protocol.CheckResponse(inputs=with_secret(request.news, "token"))
        if not has_unknowns(config):
            try:
                self._settings(request.urn, config)
            except GatewayError as error:
                # Without the property's name: the engine would print the property's value beside it.
                response.failures.append(protocol.CheckFailure(reason=str(error)))
        return response

    async def DiffConfig(self, request: protocol.DiffRequest, context: Any) -> protocol.DiffResponse:
        """Return whether the settings changed. No change replaces the provider."""
        changed = from_struct(request.old_inputs) != from_struct(request.news)
        return protocol.DiffResponse(
            changes=protocol.DiffResponse.DIFF_SOME if changed else protocol.DiffResponse.DIFF_NONE
        )

    async def Configure(self, request: protocol.ConfigureRequest, context: Any) -> protocol.ConfigureResponse:
        """Keep the settings. They are resolved by the first lookup, so that a destroy needs no token."""
        urn, config = request.urn, from_struct(request.args)
        self._lookups = Lookups(lambda: self._settings(urn, config), self._warn)
        return protocol.ConfigureResponse(supportsPreview=True)

    async def Invoke(self, request: protocol.InvokeRequest, context: Any) -> protocol.InvokeResponse:
        """Call a function."""
        functions = {
            f"{PACKAGE}:index:getGateway": self._lookups.get_gateway,
            f"{PACKAGE}:index:getGateways": self._lookups.get_gateways,
            f"{PACKAGE}:index:getDeployments": self._lookups.get_deployments,
        }
        if request.tok not in functions:
            await context.abort(StatusCode.NOT_FOUND, f"unknown function {request.tok!r}")
        arguments = from_struct(request.args)
        if has_unknowns(arguments):
            # SDKs and the engine don't call with unknown arguments; no result may be unknown either.
            return protocol.InvokeResponse()
        call = asyncio.ensure_future(functions[request.tok](arguments))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        try:
            await asyncio.wait([call])
        finally:
            call.cancel()  # of an engine that has given up; one that is done stays as it is
        if call.cancelled():
            await context.abort(StatusCode.CANCELLED, "the lookup was cancelled")
        error = call.exception()
        if isinstance(error, GatewayError):
            await context.abort(StatusCode.FAILED_PRECONDITION, _shortened(str(error)))
        if error is not None:
            await context.abort(StatusCode.INTERNAL, str(InternalError.from_exception(request.tok, error)))
        response = protocol.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(call.result()))
        return response

    async def Cancel(self, request: Empty, context: Any) -> Empty:
        """End the calls in flight; the engine is about to end this process."""
        self.cancel()
        return Empty()

    def cancel(self) -> None:
        """End the calls in flight with an error of their own."""
        for call in self._calls:
            call.cancel()

    def _warn(self, message: str) -> None:
        """Let the engine display a warning; it doesn't display what a plugin writes to stderr."""
        request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message)
        # A warning that can't be shown is no reason to fail.
        with contextlib.suppress(grpc.RpcError), grpc.insecure_channel(self._engine, _NO_PROXY) as channel:
            EngineStub(channel).Log(request, timeout=_LOG_TIMEOUT)

    def _settings(self, urn: str, config: Mapping[str, Any]) -> Settings:
        """Return the settings of a provider.

        The environment takes precedence over the stack configuration, which configures the default provider. It
        doesn't over an explicit provider's own arguments: with several providers, it would set the same token for all.
        The endpoint and the token of such a provider come from the same place, so that no token reaches another server.

        Args:
            urn: The provider's URN.
            config: Its settings, by name.

        Raises:
            SettingsError: A setting is missing or invalid.

        """
        environ = dict(self._environ)
        if urn and not _DEFAULT_NAME.fullmatch(urn.rpartition("::")[2]):
            given = _SETTINGS.intersection(config)
            if "endpoint" in given and "token" not in given:
                raise SettingsError("the provider has an endpoint of its own, and no token for it; set its token too")
            for setting in given | _TOGETHER if given & _TOGETHER else given:
                for variable in SettingNames().variables(setting):
                    environ.pop(variable, None)
        return resolve_settings(lambda key: config.get(key.rpartition(":")[2]), environ)


def _shortened(message: str) -> str:
    """Return a message that every SDK receives; that of a large fleet names many gateways."""
    left_out = len(message) - _LONGEST_ERROR
    return message if left_out <= 0 else f"{message[:_LONGEST_ERROR]}… ({left_out} more characters)"
