"""A deployment in the test's own process: a program whose lookups are read by the real providers."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import resource_pb2 as protocol

from pulumi_coreweave_gateway.providers import DeploymentsProvider, GatewayProvider, GatewaysProvider
from pulumi_coreweave_gateway.testing import DEPLOYMENTS_LOOKUP, GATEWAY_LOOKUP, GATEWAYS_LOOKUP
from tests.unit.mocked import event_loop

_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


class Engine:
    """A resource monitor that reads lookups as an engine does.

    It isn't a ``MockMonitor``, under which the package would send no requests.

    Attributes:
        reads: The requests to read a lookup.

    """

    def __init__(self) -> None:
        self.reads: list[protocol.ReadResourceRequest] = []
        self._monitor = MockMonitor(_Providers())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitor, name)

    def ReadResource(self, request: protocol.ReadResourceRequest) -> protocol.ReadResourceResponse:  # noqa: N802
        """Read a lookup, and mark its secret outputs."""
        self.reads.append(request)
        response: protocol.ReadResourceResponse = self._monitor.ReadResource(request)  # type: ignore[no-untyped-call]
        for name in set(request.additionalSecretOutputs).intersection(response.properties.fields):
            value = response.properties.fields[name]
            plain = type(value).FromString(value.SerializeToString())
            value.struct_value.update(_SECRET)
            value.struct_value.fields["value"].CopyFrom(plain)
        return response


class _Providers(Mocks):
    """The real providers, in place of mocks."""

    def __init__(self) -> None:
        self._providers = {
            GATEWAY_LOOKUP: GatewayProvider(),
            GATEWAYS_LOOKUP: GatewaysProvider(),
            DEPLOYMENTS_LOOKUP: DeploymentsProvider(),
        }

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Read a lookup."""
        read = self._providers[args.typ].read(args.resource_id or "", args.inputs)
        return read.id, read.outs or {}

    def call(self, args: MockCallArgs) -> Any:
        """Fail: no lookup calls a function of the engine."""
        raise NotImplementedError(args.token)


def new_deployment(engine: Engine | None = None, *, preview: bool = False) -> contextvars.Context:
    """Return the context of a new deployment: the SDK keeps its settings in context variables."""
    monitor: Any = engine or Engine()
    asyncio.set_event_loop(event_loop())
    context = contextvars.copy_context()
    context.run(pulumi.runtime.set_mocks, _Providers(), preview=preview, monitor=monitor)
    return context


def deploy(program: Callable[[], Any], *, engine: Engine | None = None, preview: bool = False) -> Any:
    """Run a program, and return the value of what it returns, which may be an Output or something to await.

    Args:
        program: The program.
        engine: The engine, by default a new one.
        preview: Whether to run a preview or an up.

    """
    found: list[Any] = []

    async def keep(result: Any) -> None:
        found.append(await pulumi.Output.from_input(result).future())

    run = pulumi.runtime.test(lambda: keep(program()))  # type: ignore[no-untyped-call]
    new_deployment(engine, preview=preview).run(run)
    return found[0]
