"""Requests from the program's own process: for names, waits and functions.

Each profile has one client, with its connections, and one bounded thread pool, so that an API that hangs doesn't block
the lookups of another organization. Settings come from the program's stack configuration and environment.
"""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

import pulumi

from ..config import API_ENDPOINT, Settings, resolve_settings
from ..errors import SettingsError, naming
from ..gateways.batched_reads import BatchedReads
from ..gateways.worker_threads import DaemonPool
from ..pulumi_internals import current_monitor, is_known_plaintext, is_mocked
from .cli_command import is_inline

if TYPE_CHECKING:
    from ..client.models import Gateway

THREADS = 16
"""How many requests a program has in flight at once for each profile."""

_pools: dict[str, DaemonPool] = {}
_reads: dict[str, BatchedReads] = {}
_used: dict[str, tuple[object, str]] = {}
"""The deployment that sent requests last with each profile, and their endpoint."""
_lock = threading.Lock()


def settings_for(profile: str) -> Settings:
    """Return the settings of a profile as the program sees them.

    Raises:
        SettingsError: A setting is missing or invalid.

    """
    # Resolved each time: an inline program of the Automation API runs in a process that serves other stacks too.
    try:
        return resolve_settings(
            pulumi.runtime.get_config,
            os.environ,
            profile=profile or None,
            is_plaintext=is_known_plaintext,
        )
    except SettingsError as error:
        if not is_inline():
            raise
        hint = "an inline program of the Automation API reads os.environ, not env_vars"
        raise SettingsError(f"{error}; {hint}") from None


def endpoint_input(resource_id: pulumi.Input[str], profile: str) -> dict[str, pulumi.Output[str]]:
    """Return the input by which the provider's process compares the endpoint of an inline program with its own.

    Its value is ``""`` if the program itself has sent no request by the time the lookup's ID is known.

    Args:
        resource_id: The ID that the engine is to read with.
        profile: The profile, ``""`` for the default one.

    """

    def used(_: str) -> str:
        deployment, endpoint = _used.get(profile, (None, ""))
        return endpoint if deployment is current_monitor() else ""

    if not is_inline() or is_mocked():
        return {}
    return {API_ENDPOINT: pulumi.Output.from_input(resource_id).apply(used)}


def reads_for(profile: str) -> BatchedReads:
    """Return the program's reads with a profile (``""`` for the default one).

    Raises:
        SettingsError: A setting is missing or invalid.

    """
    from ..client import GatewayClient

    settings = settings_for(profile)
    with _lock:
        pool = _pools.setdefault(profile, DaemonPool(THREADS, "coreweave-gateway"))
        reads = _reads.get(profile)
        if reads is None or not reads.client.uses(settings):
            reads = _reads[profile] = BatchedReads(GatewayClient(settings, connections=THREADS), pool)
        _used[profile] = current_monitor(), settings.endpoint
        return reads


def get_gateway(gateway_id: str, profile: str) -> Future[Gateway]:
    """Request one gateway by its UUID.

    Raises:
        SettingsError: A setting is missing or invalid.

    """
    what = f"gateway {gateway_id}"
    with naming(what):
        reads = reads_for(profile)
    return reads.get(gateway_id, retry_log(what))


def list_gateways(profile: str) -> Future[tuple[Gateway, ...]]:
    """Request all gateways that the profile's token may see.

    Raises:
        SettingsError: A setting is missing or invalid.

    """
    return reads_for(profile).all(retry_log("the list of gateways"))


def retry_log(what: str) -> Callable[[str], None]:
    """Return a function for a worker thread that logs that requests are retried."""
    return thread_log(partial(pulumi.log.info, ephemeral=True), what)


def thread_log(log: Callable[[str], None], what: str) -> Callable[[str], None]:
    """Return a function of :mod:`pulumi.log` for a worker thread.

    Args:
        log: The function.
        what: What each message begins with.

    """
    # The SDK finds the engine in context variables, which another thread doesn't have.
    context = contextvars.copy_context()
    return lambda message: context.copy().run(log, f"{what}: {message}")
