"""Requests from the program's own process: for names, waits and functions.

One client for each profile, with its connections, and one bounded pool of threads: an API that hangs keeps nobody
from another organization's. Whatever is asked here is asked with the settings that the program sees: its stack's
configuration and its environment.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pulumi

from ..config import resolve_settings
from ..gateways.worker_threads import DaemonPool

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway

THREADS = 16
"""How many requests of a profile a program has under way at once, whatever it looks up."""

_pools: dict[str, DaemonPool] = {}
_clients: dict[str, GatewayClient] = {}
_lock = threading.Lock()


def client_for(profile: str) -> GatewayClient:
    """Return the program's client of a profile (``""`` for the default one).

    Raises:
        SettingsError: a setting is missing or can't be used.

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
    """Return the threads that ask with a profile."""
    with _lock:
        return _pools.setdefault(profile, DaemonPool(THREADS, "coreweave-gateway"))


def get_gateway(gateway_id: str, profile: str) -> Future[Gateway]:
    """Ask for one gateway, by its UUID."""
    client = client_for(profile)
    return pool_for(profile).submit(lambda: client.get(gateway_id))


def list_gateways(profile: str) -> Future[tuple[Gateway, ...]]:
    """Ask for all gateways that the profile's token may see."""
    return pool_for(profile).submit(client_for(profile).list)
