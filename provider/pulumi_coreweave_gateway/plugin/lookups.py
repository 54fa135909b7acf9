"""The functions ``getGateway``, ``getGateways`` and ``getDeployments``: from a call's arguments to its outputs.

Names are in camelCase here, as in every schema of Pulumi; the rest of the package has Python's.
"""

from __future__ import annotations

import asyncio
import difflib
import re
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..config import Settings
from ..deployments.outputs import deployments_outputs
from ..deployments.request import DEPLOYMENT_ARGUMENTS, validated_deployments
from ..errors import InvalidArgumentError
from ..gateways.names import resolve_unique
from ..gateways.outputs import gateway_outputs
from ..gateways.readiness import check_ready, warning_without_endpoint
from ..gateways.reads import Reads, no_report
from ..gateways.request import FLEET_ARGUMENTS, FleetRequest, refuse_none, validated_fleet
from ..messages import quote_for_message
from ..threads import run_on_thread
from ..validation import validated_gateway_id, validated_gateway_name

if TYPE_CHECKING:
    from ..client.models import Gateway

_LATER = "run the command again once it is ready"

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
        self._lock = threading.Lock()
        self._made: Reads | None = None

    async def get_gateway(self, arguments: Mapping[str, Any]) -> _Outputs:
        """Return the outputs of one gateway.

        Args:
            arguments: Either ``gatewayId`` or ``gatewayName``, and optionally ``requireReady``.

        Raises:
            InvalidArgumentError: An argument is unknown, missing or invalid; nothing was sent.
            NotReadyError: The gateway isn't ready, though it must be.
            GatewayError: The lookup failed.

        """
        _check_names("getGateway", arguments, ("gatewayId", "gatewayName", "requireReady"))
        if ("gatewayId" in arguments) == ("gatewayName" in arguments):
            raise InvalidArgumentError("getGateway: pass exactly one of gatewayId and gatewayName")
        must_be_ready = arguments.get("requireReady", False)
        if not isinstance(must_be_ready, bool):
            raise InvalidArgumentError("getGateway: requireReady must be true or false")
        outputs = gateway_outputs(await self._gateway(arguments))
        subject = f"gateway {outputs['gateway_id']}"
        if must_be_ready:
            check_ready(subject, outputs, spell=camel_case, remedy=_LATER)
        elif not outputs["endpoint"]:
            text = warning_without_endpoint(subject, outputs["status"], spell=camel_case, remedy=_LATER)
            await _on_thread(lambda: self._warn(f"getGateway: {text}"))
        return in_camel_case(outputs)

    async def _gateway(self, arguments: Mapping[str, Any]) -> Gateway:
        started = time.monotonic()
        if "gatewayName" in arguments:
            name = validated_gateway_name(arguments["gatewayName"], "getGateway: gatewayName")
            reads = await self._reads()
            # The gateway may have been created or replaced after an earlier lookup requested the list.
            return resolve_unique("getGateway", name, await reads.list_with(name, since=started))
        gateway_id = validated_gateway_id(arguments["gatewayId"], "getGateway: gatewayId", name_argument="gatewayName")
        reads = await self._reads()
        return await asyncio.wrap_future(reads.get(gateway_id))

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
        reads = await self._reads()
        found = await _on_thread(lambda: reads.fleet(request, warn=lambda text: self._warn(f"getGateways: {text}")))
        return {"gateways": [in_camel_case(gateway_outputs(gateway)) for gateway in found]}

    async def get_deployments(self, arguments: Mapping[str, Any]) -> _Outputs:
        """Return the outputs of deployments.

        Args:
            arguments: Any of ``gatewayId``, ``model`` and ``missing``.

        Raises:
            InvalidArgumentError: An argument is unknown or invalid; nothing was sent.
            NotFoundError: There are no such deployments.
            GatewayError: The list of deployments could not be read.

        """
        values = _values("getDeployments", arguments, DEPLOYMENT_ARGUMENTS)
        request = validated_deployments("getDeployments", values, spell=camel_case)
        found = await asyncio.wrap_future(request.start(await self._reads(), no_report))
        return in_camel_case(deployments_outputs(found))

    def _reads(self) -> Coroutine[Any, Any, Reads]:
        """Return what reads gateways. It is made on a thread, because that imports requests and pydantic."""

        def make() -> Reads:
            with self._lock:
                if self._made is None:
                    self._made = Reads(self._settings())
                return self._made

        return _on_thread(make)


def fleet_request(arguments: Mapping[str, Any]) -> FleetRequest:
    """Return the request that the arguments of ``getGateways`` describe.

    Raises:
        InvalidArgumentError: An argument is unknown or invalid, or some exclude each other.

    """
    return validated_fleet("getGateways", _values("getGateways", arguments, FLEET_ARGUMENTS), spell=camel_case)


def _values(function: str, arguments: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the values of a call's arguments by their Python names, None for one that is not given."""
    _check_names(function, arguments, tuple(map(camel_case, names)))
    return {name: arguments.get(camel_case(name)) for name in names}


def camel_case(name: str) -> str:
    """Return a Python name in camelCase."""
    return re.sub("_(.)", lambda found: found[1].upper(), name)


def in_camel_case(outputs: Mapping[str, Any]) -> _Outputs:
    """Return outputs with their names in camelCase, at any depth."""

    def converted(value: Any) -> Any:
        if isinstance(value, list):
            return [converted(item) for item in value]
        return in_camel_case(value) if isinstance(value, dict) else value

    return {camel_case(name): converted(value) for name, value in outputs.items()}


def _check_names(function: str, arguments: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in arguments:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected {', '.join(names)}"
            raise InvalidArgumentError(f"{function}: unknown argument {quote_for_message(name)}; {hint}")
    refuse_none(function, arguments)


async def _on_thread(call: Callable[[], _T]) -> _T:
    return await asyncio.wrap_future(run_on_thread(call, "coreweave-call"))
