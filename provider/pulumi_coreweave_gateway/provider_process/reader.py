"""The provider's side of a lookup: settings, one call, outputs.

This runs in the provider's process, which all dynamic resources of a program share, on one of its four threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..config import resolve_settings
from ..errors import GatewayError, GatewayNotFoundError, InternalError
from ..gateways.request import FleetRequest

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..gateways.worker_threads import DaemonPool

CONNECTIONS = 4
"""As many as the provider's process has threads."""
FLEET_CONNECTIONS = 16
"""How many requests the fleets of a profile have under way at once."""

ReadOutcome = tuple[str, dict[str, Any]]
"""A resource's id and outputs; an id of ``""`` takes the resource out of the state."""


class Reader:
    """Reads gateways for the provider; it lives as long as the provider's process.

    Args:
        config: Returns a value of the stack configuration by its full key, or None.
        environ: the environment variables, of this process by default.

    """

    def __init__(self, config: Callable[[str], str | None], environ: Mapping[str, str] | None = None) -> None:
        self._config = config
        self._environ = os.environ if environ is None else environ
        self._clients: dict[str, GatewayClient] = {}
        self._pools: dict[str, DaemonPool] = {}
        self._lock = threading.Lock()

    def read_gateway(self, gateway_id: str, props: Mapping[str, Any]) -> ReadOutcome:
        """Read one gateway.

        Args:
            gateway_id: its UUID.
            props: the inputs on a read step, the outputs of last time on a refresh.

        Raises:
            GatewayError: the lookup failed; nothing is written to the state then.

        """
        from ..gateways.outputs import gateway_outputs, lookup_state

        profile = props.get("profile") or ""
        try:
            gateway = self._client(profile).get(gateway_id)
        except GatewayNotFoundError:
            # Only outputs hold a status: this is a refresh, and the gateway has vanished since.
            if "status" in props:
                return "", {}
            raise
        except GatewayError:
            raise
        except Exception as error:
            raise InternalError.from_exception(f"gateway {gateway_id}", error) from error
        timestamps = bool(props.get("includeTimestamps"))
        outputs = lookup_state(gateway_outputs(gateway, include_timestamps=timestamps))
        request = {"profile": profile, **({"includeTimestamps": True} if timestamps else {})}
        return gateway.spec.id, {**outputs, **request}

    def read_gateways(self, resource_id: str, props: Mapping[str, Any]) -> ReadOutcome:
        """Read a fleet.

        Args:
            resource_id: the fleet's id in the state.
            props: the inputs on a read step, the outputs of last time on a refresh.

        Raises:
            GatewayError: some could not be read; nothing is written to the state then.

        """
        from ..gateways.fetch_many import FleetReading
        from ..gateways.outputs import gateway_outputs, member_state
        from ..gateways.worker_threads import DaemonPool

        request = FleetRequest.from_state(props)
        outputs = {**request.to_state(), "gateways": []}
        if request.gateway_ids == ():
            return resource_id, outputs
        with self._lock:
            # An API that hangs keeps no fleet from another organization's.
            pool = self._pools.setdefault(request.profile, DaemonPool(FLEET_CONNECTIONS, "coreweave-gateways"))
        # Only outputs hold gateways: this is a refresh, and one that isn't found has vanished since.
        reading = FleetReading(
            self._client(request.profile, FLEET_CONNECTIONS),
            request,
            lambda gateway: member_state(gateway_outputs(gateway, include_timestamps=request.include_timestamps)),
            pool.submit,
            refreshed="gateways" in props,
        )
        return resource_id, {**outputs, "gateways": reading.result()}

    def _client(self, profile: str, connections: int = CONNECTIONS) -> GatewayClient:
        """Return the one client of a profile: it keeps the connections."""
        with self._lock:
            client = self._clients.get(profile)
            if client is None:
                # Not at the module's head: a program declares lookups without it, and it brings requests and pydantic.
                from ..client import GatewayClient

                settings = resolve_settings(self._config, self._environ, profile=profile or None)
                client = self._clients[profile] = GatewayClient(settings, connections=connections)
            return client
