"""Private names of the SDK: each still exists and works as this package needs."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from pathlib import Path

import pulumi
import pulumi.dynamic
import pytest
from pulumi.resource import create_urn
from pulumi.runtime import config, mocks, settings
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.rpc_manager import RPCManager

from pulumi_coreweave_gateway import pulumi_internals
from pulumi_coreweave_gateway.program.arguments import validated_profile_input

_SDK = tuple(int(part) for part in version("pulumi").split(".")[:2])
_tracks_outputs = pytest.mark.skipif(_SDK < (3, 270), reason="SDKs before 3.270 don't track outputs")
_shows_tracebacks = pytest.mark.skipif(_SDK < (3, 260), reason="SDKs before 3.260 report the message alone")


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (RPCManager, "do_rpc"),
        (settings.SETTINGS, "rpc_manager"),
        (settings, "get_monitor"),
        (config, "CONFIG"),
        (config, "get_config_secret_keys_env"),
        (settings, "get_engine"),
        (mocks, "MockMonitor"),
        (engine_pb2, "LogRequest"),
        pytest.param(pulumi.Output, "_untrack", marks=_tracks_outputs),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sdk_has_the_name(owner: object, name: str) -> None:
    """The SDK still has each private name that :mod:`pulumi_internals` uses."""
    assert hasattr(owner, name)


def test_resources_know_their_children() -> None:
    """A resource has a private list of its children."""
    assert "_childResources" in pulumi.Resource.__annotations__


def test_urn_is_made_from_name_type_and_parent() -> None:
    """A URN can be computed before its resource is registered."""
    assert list(inspect.signature(create_urn).parameters)[:3] == ["name", "type_", "parent"]


@_shows_tracebacks
def test_server_of_dynamic_providers_is_as_expected() -> None:
    """The server finds the provider under the same key, and reports failures with its own ``traceback``."""
    # Not imported: the module starts the server.
    server = Path(pulumi.dynamic.__file__).with_name("__main__.py").read_text(encoding="utf-8")
    assert f'PROVIDER_KEY = "{pulumi_internals.PROVIDER_KEY}"' in server
    assert "\nimport traceback\n" in server
    assert "traceback.format_exc()" in server


def test_program_failure_is_raised_once_an_operation_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure that the SDK has recorded is raised with its message."""
    manager = RPCManager()  # type: ignore[no-untyped-call]
    monkeypatch.setattr(type(settings.SETTINGS), "rpc_manager", manager, raising=False)
    pulumi_internals.raise_program_failure()
    manager.unhandled_exception = pulumi.RunError("lookup 'prod': not found")
    with pytest.raises(pulumi.RunError, match=r"^lookup 'prod': not found$"):
        pulumi_internals.raise_program_failure()
    manager.unhandled_exception = KeyError("what went wrong")
    with pytest.raises(pulumi.RunError, match=r"^the program has failed:\n.*KeyError: 'what went wrong'"):
        pulumi_internals.raise_program_failure()


def test_misspelled_setting_is_warned_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelled key causes one warning with a suggestion, however many lookups a program has."""
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    token = config.CONFIG.set({"coreweave-gateway:tokn": "x", "shop:tokn": "x"})
    try:
        for name in ("one", "two"):
            validated_profile_input(f"lookup {name!r}", None)
    finally:
        config.CONFIG.reset(token)
    (warning,) = warnings
    assert "coreweave-gateway:tokn" in warning
    assert "did you mean coreweave-gateway:token?" in warning
