"""Requests from the program's own process: for names, waits and functions.

A deployment has its own :class:`Reads` for each profile, so that neither deployments that share a process nor an API
that hangs delay one another. Settings come from the program's stack configuration and environment.
"""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable
from functools import partial
from weakref import WeakKeyDictionary

import pulumi

from ..config import API_ENDPOINT, Settings, resolve_settings
from ..errors import SettingsError
from ..gateways.reads import Reads
from ..pulumi_internals import current_monitor, is_known_plaintext, is_mocked
from .cli_command import is_inline


class _NoEngine:
    """Stands for the deployment of a program that no engine runs."""


_NO_ENGINE = _NoEngine()

_deployments: WeakKeyDictionary[object, dict[str, Reads]] = WeakKeyDictionary()
_lock = threading.Lock()


def _start_anew() -> None:
    """Forget what belongs to the parent process: a forked child has neither its threads nor its connections."""
    global _lock  # noqa: PLW0603 - another thread of the parent may have had it
    _lock = threading.Lock()
    _deployments.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


def reads_for(profile: str) -> Reads:
    """Return the deployment's reads with a profile (``""`` for the default one).

    Raises:
        SettingsError: A setting is missing or invalid.

    """
    # Resolved each time, because the environment of a process without an engine may change.
    settings = _settings(profile)
    with _lock:
        reads = _deployments.setdefault(current_monitor() or _NO_ENGINE, {})
        if profile not in reads or reads[profile].settings != settings:
            reads[profile] = Reads(settings)
        return reads[profile]


def endpoint_input(resource_id: pulumi.Input[str], profile: str) -> dict[str, pulumi.Output[str]]:
    """Return the input by which the provider's process compares the endpoint of an inline program with its own.

    Its value is ``""`` if the program itself has sent no request by the time the lookup's ID is known.

    Args:
        resource_id: The ID that the engine is to read with.
        profile: The profile, ``""`` for the default one.

    """

    def used(_: str) -> str:
        reads = _deployments.get(current_monitor() or _NO_ENGINE, {}).get(profile)
        return reads.settings.endpoint if reads else ""

    if not is_inline() or is_mocked():
        return {}
    return {API_ENDPOINT: pulumi.Output.from_input(resource_id).apply(used)}


def retry_log(label: str) -> Callable[[str], None]:
    """Return a function for a worker thread that logs that requests are retried."""
    return thread_log(partial(pulumi.log.info, ephemeral=True), label)


def thread_log(log: Callable[[str], None], label: str) -> Callable[[str], None]:
    """Return a function of :mod:`pulumi.log` for a worker thread.

    Args:
        log: The function.
        label: What each message begins with.

    """
    # The SDK finds the engine in context variables, which another thread doesn't have.
    context = contextvars.copy_context()
    return lambda message: context.copy().run(log, f"{label}: {message}")


def _settings(profile: str) -> Settings:
    try:
        return resolve_settings(
            pulumi.runtime.get_config, os.environ, profile=profile or None, is_plaintext=is_known_plaintext
        )
    except SettingsError as error:
        if not is_inline():
            raise
        hint = "an inline program of the Automation API reads os.environ, not env_vars"
        raise SettingsError(f"{error}; {hint}") from None
