"""The dynamic providers, as every state names them.

A state holds, for each lookup, the name of this module and of an instance in it. Neither may ever change: a state that
an older version wrote must be refreshed and destroyed by every later one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.dynamic import ConfigureRequest, ReadResult, ResourceProvider

from .errors import GatewayError
from .pulumi_internals import report_without_traceback

if TYPE_CHECKING:
    from .provider_process.reader import Reader


class _Provider(ResourceProvider):
    """The base class of both providers."""

    serialize_as_secret_always = False  # a name is no secret

    def __init__(self) -> None:
        super().__init__()
        self._reader: Reader | None = None

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack configuration; the SDK calls this once, before the first read."""
        from .provider_process.reader import Reader

        report_without_traceback(GatewayError)
        self._reader = Reader(req.config.get)

    @property
    def reader(self) -> Reader:
        """The reader, with the stack's configuration."""
        assert self._reader is not None, "the SDK configures a provider before it reads"  # noqa: S101
        return self._reader


class GatewayProvider(_Provider):
    """Reads one gateway by its UUID; it never creates, updates or deletes."""

    def __reduce__(self) -> str:
        """Pickle to the name of the module's instance."""
        return "GATEWAY"

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the gateway's outputs, or an empty ID if it was deleted since it was last read."""
        found, outputs = self.reader.read_gateway(id_, props)
        return ReadResult(found, outputs)


class GatewaysProvider(_Provider):
    """Reads several gateways; it never creates, updates or deletes."""

    def __reduce__(self) -> str:
        """Pickle to the name of the module's instance."""
        return "GATEWAYS"

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the outputs of all requested gateways."""
        found, outputs = self.reader.read_gateways(id_, props)
        return ReadResult(found, outputs)


GATEWAY = GatewayProvider()
"""The provider of :class:`pulumi_coreweave_gateway.GatewayLookup`."""

GATEWAYS = GatewaysProvider()
"""The provider of :class:`pulumi_coreweave_gateway.GatewaysLookup`."""
