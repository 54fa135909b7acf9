"""Every use of a private or undocumented name of the Pulumi SDK, one small function each.

``tests/unit/test_pulumi_internals.py`` fails when the SDK drops one of these names.
"""

from __future__ import annotations

import base64
import functools
import os
import pickle
import sys
import traceback
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.errors import RunError
from pulumi.resource import create_urn
from pulumi.runtime import config, mocks, settings
from pulumi.runtime.proto import engine_pb2

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

PROVIDER_KEY = "__provider"
"""The input in which a dynamic resource carries its pickled provider."""


@functools.cache
def provider_reference(provider: ResourceProvider) -> str:
    """Return a provider of :mod:`pulumi_coreweave_gateway.providers` as the state contains it.

    It pickles to the name of a module-level instance: forty bytes that never change. The SDK's own
    ``serialize_provider`` isn't used: it patches the pickler again with every call and never restores it, so that
    pickling a dictionary fails after about 966 calls.
    """
    # A fixed protocol, so that states written by different Python versions are equal.
    return base64.b64encode(pickle.dumps(provider, protocol=0)).decode("ascii")


def raise_program_failure() -> None:
    """Raise if a resource operation has failed, because waiting is pointless then.

    The SDK reports such a failure only after everything that is in progress has ended.

    Raises:
        pulumi.RunError: The failure. Not the same exception, because the SDK would lose its traceback.

    """
    failure = settings.SETTINGS.rpc_manager.unhandled_exception
    if isinstance(failure, RunError):
        raise RunError(str(failure))
    if failure is not None:
        raise RunError("the program has failed:\n" + "".join(traceback.format_exception(failure)))


def current_monitor() -> object:
    """Return the engine's resource monitor, a different object in each deployment."""
    return settings.get_monitor()


def config_keys() -> frozenset[str]:
    """Return the full keys of the stack configuration."""
    return frozenset(config.CONFIG.get())


def is_known_plaintext(key: str) -> bool:
    """Return whether a value of the stack configuration is certainly stored without encryption.

    The SDK's ``is_config_secret`` knows only the context in which the engine started the program. On another thread,
    the value comes from the environment, and so do the names of the encrypted keys. Mocks encrypt nothing.
    """
    if is_mocked() or config.is_config_secret(key) or key in config.get_config_secret_keys_env():
        return False
    return key in config.CONFIG.get() or "PULUMI_CONFIG_SECRET_KEYS" in os.environ


def current_mocks() -> pulumi.runtime.Mocks:
    """Return the mocks under which the program runs; see :func:`is_mocked`."""
    monitor = settings.get_monitor()
    assert isinstance(monitor, mocks.MockMonitor)  # noqa: S101 - the caller has asked
    return monitor.mocks


def is_mocked() -> bool:
    """Return whether the program runs under ``pulumi.runtime.set_mocks``."""
    return isinstance(settings.get_monitor(), mocks.MockMonitor)


async def row_log(name: str, type_token: str, parent: pulumi.Resource | None) -> Callable[[str], None]:
    """Return a function that logs a message in the row of a resource that isn't registered yet.

    ``pulumi.log.info`` takes a resource, and waits until that is registered.
    """
    urn = str(await create_urn(name, type_token, parent).future())

    def log(message: str) -> None:
        engine = settings.get_engine()
        if engine is not None:
            info = engine_pb2.INFO
            engine.Log(engine_pb2.LogRequest(severity=info, message=message, urn=urn, streamId=0, ephemeral=True))

    return log


def stop_tracking(resource: pulumi.Resource, names: Iterable[str]) -> None:
    """Let the SDK wait at the end of the program for a resource's URN, and not for each of its outputs.

    All outputs of a resource become known at the same time. The SDK waits for all outputs that nothing was derived
    from, and starts again whenever one of them is known, which takes quadratic time. An older SDK that doesn't track
    outputs needs no change.
    """
    untrack = getattr(pulumi.Output, "_untrack", None)
    if untrack is not None:
        for name in names:
            untrack(vars(resource)[name])


def children(component: pulumi.Resource) -> list[pulumi.Resource]:
    """Return the resources whose parent is a component."""
    return list(component._childResources)


def report_without_traceback(kind: type[BaseException]) -> None:
    """Make the dynamic providers' server report errors of one class by their message alone.

    The server (``python -m pulumi.dynamic``) reports every failure with ``traceback.format_exc()``. Other dynamic
    providers share its process, so only the server's own reference to ``traceback`` is replaced, and every other
    error is still reported with its traceback. In any other process this does nothing.

    Args:
        kind: The class of errors, including its subclasses.

    """
    server = sys.modules["__main__"]
    if getattr(server, "traceback", None) is traceback:
        server.__dict__["traceback"] = _ServerTraceback(kind)


def export_same_keys(resource: pulumi.Resource) -> None:
    """Give a resource that is exported as a whole the same keys in every command.

    The SDK adds a marker to such a value in previews only, which the engine then shows as a change.
    """
    resource.__dict__["@isPulumiResource"] = True


class _ServerTraceback(types.ModuleType):
    """The standard ``traceback`` module, except for errors of one class in :meth:`format_exc`."""

    def __init__(self, kind: type[BaseException]) -> None:
        super().__init__("traceback")
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def format_exc(self, *args: Any, **kwargs: Any) -> str:
        """Return the current exception's message if it is of that class, otherwise its traceback."""
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, self._kind) else traceback.format_exc(*args, **kwargs)
