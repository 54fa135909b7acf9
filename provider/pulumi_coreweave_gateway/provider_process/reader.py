"""Reads for the dynamic providers: from the engine's properties to outputs.

They run in the process of all dynamic providers, each on one of its four threads.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..config import API_ENDPOINT, resolve_settings
from ..errors import GatewayError, InternalError, NotFoundError, SettingsError
from ..gateways.request import FleetRequest

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway
    from ..gateways.worker_threads import DaemonPool

CONNECTIONS = 4
"""As many as the provider's process has threads."""
FLEET_CONNECTIONS = 16
"""How many requests by ID the fleets of a profile send at the same time."""

ReadOutcome = tuple[str, dict[str, Any]]
"""A resource's ID and outputs; the ID ``""`` removes the resource from the state."""

_T = TypeVar("_T")


class Reader:
    """Reads gateways and fleets, with one client for each profile.

    Args:
        config: Returns a value of the stack configuration by its full key, such as ``coreweave:token``, or None.
        environ: The environment variables, by default those of this process.

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
            gateway_id: The gateway's UUID.
            props: The inputs on a read step, the previous outputs on a refresh.

        Raises:
            GatewayError: The gateway could not be read; the state isn't changed.

        """
        from ..gateways.outputs import gateway_outputs, lookup_state

        # Only outputs hold a status: on a refresh, a gateway that doesn't exist was deleted.
        refreshed = "status" in props
        request = {key: props[key] for key in ("profile", "includeTimestamps") if props.get(key)}
        self._check_endpoint(props)
        gateway = _guarded(
            f"gateway {gateway_id}", lambda: self._get(gateway_id, request.get("profile", ""), refreshed)
        )
        if gateway is None:
            return "", {}
        outputs = gateway_outputs(gateway, include_timestamps="includeTimestamps" in request)
        return gateway.spec.id, {**lookup_state(outputs), "profile": "", **request}

    def _check_endpoint(self, props: Mapping[str, Any]) -> None:
        """Check that the program has sent its own requests, for names, waits and functions, to the same endpoint.

        Raises:
            SettingsError: An inline program of the Automation API has other settings than this process.

        """
        asked, profile = props.get(API_ENDPOINT), props.get("profile") or None
        if not asked:
            return
        settings = resolve_settings(self._config, self._environ, profile=profile)
        if settings.endpoint != asked:
            names = settings.names
            raise SettingsError(
                f"the program uses the endpoint {asked}, but the provider uses {settings.endpoint}; an inline program "
                f"of the Automation API reads os.environ: set {names.variables('endpoint')[0]} and "
                f"{names.variables('token')[0]} there as well as in env_vars"
            )

    def _get(self, gateway_id: str, profile: str, refreshed: bool) -> Gateway | None:
        """Return the gateway, or on a refresh None if it was deleted."""
        from ..gateways.fetch_many import confirm_deleted

        client, report = self._client(profile), _stderr_log(f"gateway {gateway_id}")
        try:
            return client.get(gateway_id, report=report)
        except NotFoundError:
            if not refreshed:
                raise
        return confirm_deleted([gateway_id], lambda: client.list(report=report))[gateway_id]

    def read_gateways(self, resource_id: str, props: Mapping[str, Any]) -> ReadOutcome:
        """Read a fleet.

        Args:
            resource_id: The fleet's ID in the state.
            props: The inputs on a read step, the previous outputs on a refresh.

        Raises:
            GatewayError: Some gateways could not be read; the state isn't changed.

        """
        from ..gateways.fetch_many import read_fleet
        from ..gateways.outputs import member_state
        from ..gateways.worker_threads import DaemonPool

        request = FleetRequest.from_state(props)
        self._check_endpoint(props)
        if request.gateway_ids == ():
            return resource_id, {**request.to_state(), "gateways": []}
        with self._lock:
            # One for each profile: an API that hangs must not delay the fleets of another organization.
            pool = self._pools.setdefault(request.profile, DaemonPool(FLEET_CONNECTIONS, "coreweave-gateways"))
        gateways = _guarded(
            "the gateways",
            lambda: read_fleet(
                self._client(request.profile, FLEET_CONNECTIONS),
                request,
                pool.submit,
                report=_stderr_log(f"fleet {resource_id}"),
                warn=_stderr_log(f"warning: fleet {resource_id}"),
                # Only outputs hold gateways: on a refresh, one that doesn't exist was deleted.
                refreshed="gateways" in props,
            ),
        )
        stamps = request.include_timestamps
        members = [member_state(gateway, include_timestamps=stamps) for gateway in gateways]
        return resource_id, {**request.to_state(), "gateways": members}

    def _client(self, profile: str, connections: int = CONNECTIONS) -> GatewayClient:
        """Return the client of a profile, which keeps the connections."""
        with self._lock:
            client = self._clients.get(profile)
            if client is None:
                # Imported late, because it imports requests and pydantic.
                from ..client import GatewayClient

                settings = resolve_settings(self._config, self._environ, profile=profile or None)
                client = self._clients[profile] = GatewayClient(settings, connections=connections)
            return client


def _guarded(subject: str, read: Callable[[], _T]) -> _T:
    """Return a result; describe an unexpected exception without its text, which may hold secrets."""
    try:
        return read()
    except GatewayError:
        raise
    except Exception as error:
        raise InternalError.from_exception(subject, error) from error


def _stderr_log(subject: str) -> Callable[[str], None]:
    """Return a function that shows the user a message: the engine displays what this process writes to stderr."""

    def log(message: str) -> None:
        sys.stderr.write(f"{subject}: {message}\n")
        sys.stderr.flush()

    return log
