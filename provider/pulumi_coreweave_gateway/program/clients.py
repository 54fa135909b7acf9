"""Requests from the program's own process: for names, waits and functions.

Each profile has one client, with its connections, and one bounded thread pool, so that one organization's API that
hangs doesn't block another's. Settings come from the program's stack configuration and environment.
"""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pulumi

from ..config import resolve_settings
from ..gateways.worker_threads import DaemonPool

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway

THREADS = 16
"""How many requests a program has in flight at once for each profile."""

_pools: dict[str, DaemonPool] = {}
_clients: dict[str, GatewayClient] = {}
_lock = threading.Lock()


def client_for(profile: str) -> GatewayClient:
    """Return the program's client for a profile (``""`` for the default one).

    Raises:
        SettingsError: A setting is missing or invalid.

    """
    from ..client import GatewayClient

    # Resolved each time: an inline program of the Automation API runs in a process that serves other stacks too.
    settings = resolve_settings(
        pulumi.runtime.get_config,
        os.environ,
        profile=profile or None,
        is_secret=pulumi.runtime.is_config_secret,
    )
    with _lock:
        client = _clients.get(profile)
        if client is None or not client.uses(settings):
            client = _clients[profile] = GatewayClient(settings, connections=THREADS)
        return client


def pool_for(profile: str) -> DaemonPool:
    """Return the thread pool of a profile."""
    with _lock:
        return _pools.setdefault(profile, DaemonPool(THREADS, "coreweave-gateway"))


def get_gateway(gateway_id: str, profile: str) -> Future[Gateway]:
    """Request one gateway by its UUID."""
    client, report = client_for(profile), _retry_log()
    return pool_for(profile).submit(lambda: client.get(gateway_id, report=report))


def list_gateways(profile: str) -> Future[tuple[Gateway, ...]]:
    """Request all gateways that the profile's token may see."""
    client, report = client_for(profile), _retry_log()
    return pool_for(profile).submit(lambda: client.list(report=report))


def _retry_log() -> Callable[[str], None]:
    """Return a function for a worker thread that logs a message of this program: which requests are retried."""
    # The SDK finds the engine in context variables, which another thread doesn't have.
    context = contextvars.copy_context()
    return lambda message: context.run(pulumi.log.info, message, ephemeral=True)
