"""The functions ``getGateway`` and ``getGateways``: from a call's arguments to its outputs."""

from __future__ import annotations

import asyncio
import difflib
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..config import Settings
from ..errors import InvalidArgumentError
from ..gateways.fetch_many import read_fleet
from ..gateways.names import in_use, resolve_unique
from ..gateways.outputs import gateway_outputs, state_name
from ..gateways.request import FLEET_ARGUMENTS, FleetRequest, check_fleet, refuse_none
from ..gateways.worker_threads import DaemonPool, start
from ..messages import quote_for_message
from ..validation import check_gateway_id, check_gateway_name

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway

CALLS_AT_A_TIME = 16
"""How many requests of one provider are in flight at once."""
LIST_MAX_AGE = 5.0
"""Seconds for which lookups by name share one list of gateways."""

_T = TypeVar("_T")
_Outputs = dict[str, Any]


class Lookups:
    """The functions of one configured provider; its methods run on one event loop.

    Args:
        settings: Returns the provider's settings, or raises SettingsError. Called for the first lookup, on a thread.
        warn: Shows the user a warning. Called on a thread.

    """

    def __init__(self, settings: Callable[[], Settings], warn: Callable[[str], None]) -> None:
        self._settings = settings
        self._warn = warn
        self._pool = DaemonPool(CALLS_AT_A_TIME, "coreweave-gateway")
        self._client: GatewayClient | None = None
        self._client_lock = threading.Lock()
        self._list: asyncio.Future[tuple[Gateway, ...]] | None = None
        self._list_requested = 0.0

    async def get_gateway(self, arguments: Mapping[str, Any]) -> _Outputs:
        """Return the outputs of one gateway.

        Args:
            arguments: Either ``gatewayId`` or ``gatewayName``.

        Raises:
            InvalidArgumentError: An argument is unknown, missing or invalid; nothing was sent.
            GatewayError: The lookup failed.

        """
        _check_names("getGateway", arguments, ("gatewayId", "gatewayName"))
        if len(arguments) != 1:
            raise InvalidArgumentError("getGateway: pass exactly one of gatewayId and gatewayName")
        if "gatewayName" in arguments:
            name = check_gateway_name(arguments["gatewayName"], "getGateway: gatewayName")
            return gateway_outputs(await self._by_name(name))
        gateway_id = check_gateway_id(arguments["gatewayId"], "getGateway: gatewayId", name_argument="gatewayName")
        return await self._run(lambda: gateway_outputs(self._connected().get(gateway_id)))

    async def get_gateways(self, arguments: Mapping[str, Any]) -> _Outputs:
        """Return the outputs of several gateways.

        Args:
            arguments: Either ``gatewayIds`` and optionally ``missing``, or any of the filters.

        Raises:
            InvalidArgumentError: An argument is unknown or invalid; nothing was sent.
            FleetError: Some gateways could not be read.
            GatewayError: The list of gateways could not be read.

        """
        request = fleet_request(arguments)
        if request.gateway_ids == ():
            return {"gateways": []}
        client = await self._run(self._connected)
        read = partial(read_fleet, client, request, self._pool.submit, warn=self._warn_of_filter)
        gateways = await _awaited(start(read))
        return {"gateways": [gateway_outputs(gateway) for gateway in gateways]}

    def _warn_of_filter(self, message: str) -> None:
        self._warn(f"getGateways: {message}")

    async def _by_name(self, name: str) -> Gateway:
        """Return the gateway with a name, from a list that concurrent lookups share."""
        started = time.monotonic()
        gateways = await self._listed(started - LIST_MAX_AGE)
        if not in_use(name, gateways):
            # The gateway may have been created or replaced after an earlier lookup requested the list.
            gateways = await self._listed(started)
        return resolve_unique("getGateway", name, gateways)

    async def _listed(self, not_before: float) -> tuple[Gateway, ...]:
        """Return all gateways, from the last list unless it was requested too early."""
        if self._list is None or self._list_requested < not_before:
            self._list_requested = time.monotonic()
            self._list = asyncio.ensure_future(self._run(lambda: self._connected().list()))
        return await asyncio.shield(self._list)

    def _connected(self) -> GatewayClient:
        """Return the client. It is made on a pool's thread, because it imports requests and pydantic."""
        with self._client_lock:
            if self._client is None:
                from ..client import GatewayClient

                self._client = GatewayClient(self._settings(), connections=CALLS_AT_A_TIME)
            return self._client

    def _run(self, call: Callable[[], _T]) -> Coroutine[Any, Any, _T]:
        """Run a blocking call on a thread of the pool."""
        return _awaited(self._pool.submit(call))


def fleet_request(arguments: Mapping[str, Any]) -> FleetRequest:
    """Return the request that the arguments of ``getGateways`` describe.

    Raises:
        InvalidArgumentError: An argument is unknown or invalid, or some exclude each other.

    """
    _check_names("getGateways", arguments, tuple(map(state_name, FLEET_ARGUMENTS)))
    values = {name: arguments.get(state_name(name)) for name in FLEET_ARGUMENTS}
    return check_fleet("getGateways", values, spell=state_name)


def _check_names(function: str, arguments: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in arguments:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected {', '.join(names)}"
            raise InvalidArgumentError(f"{function}: unknown argument {quote_for_message(name)}; {hint}")
    refuse_none(function, arguments)


async def _awaited(future: Future[_T]) -> _T:
    return await asyncio.wrap_future(future)
