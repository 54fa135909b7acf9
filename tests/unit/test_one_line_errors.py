"""Error messages without tracebacks, in a process that other dynamic providers share."""

from __future__ import annotations

import sys
import threading
import traceback
import types
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import pytest

from pulumi_coreweave_gateway.errors import GatewayError, InternalError, NotFoundError
from pulumi_coreweave_gateway.pulumi_internals import report_without_traceback


@pytest.fixture(name="server", autouse=True)
def _server(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Return a main module that imports ``traceback``, as the SDK's server does."""
    server = types.ModuleType("__main__")
    server.__dict__["traceback"] = traceback
    monkeypatch.setitem(sys.modules, "__main__", server)
    report_without_traceback(GatewayError)
    return server


def _raise(error: BaseException, cause: BaseException | None = None) -> NoReturn:
    raise error from cause


def _report(server: types.ModuleType, error: BaseException, cause: BaseException | None = None) -> str:
    """Return what the server reports for an exception."""
    try:
        _raise(error, cause)
    except BaseException:  # noqa: BLE001 - as the SDK does
        reported: str = server.__dict__["traceback"].format_exc()
    return reported


@pytest.mark.parametrize("kind", [GatewayError, NotFoundError, InternalError], ids=lambda kind: kind.__name__)
def test_gateway_error_is_reported_by_its_message(server: types.ModuleType, kind: type[GatewayError]) -> None:
    """A gateway error is reported without traceback, class name and cause."""
    assert _report(server, kind("gateway x: not found; check the ID"), KeyError("cause")) == (
        "gateway x: not found; check the ID"
    )


@pytest.mark.parametrize("error", [ValueError("theirs"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_other_errors_are_reported_with_traceback(server: types.ModuleType, error: BaseException) -> None:
    """Another provider's error keeps its traceback and its cause, even if the cause is a gateway error."""
    reported = _report(server, error, GatewayError("gateway x: broken"))
    assert "GatewayError: gateway x: broken" in reported
    assert "Traceback (most recent call last):\n" in reported
    assert "in _report" in reported
    assert reported.endswith(f"{type(error).__name__}{f': {error}' if str(error) else ''}\n")


def test_only_the_server_is_affected(server: types.ModuleType) -> None:
    """Other code in the process gets tracebacks as usual, and the rest of ``traceback`` works."""
    try:
        _raise(GatewayError("gateway x: broken"))
    except GatewayError:
        assert traceback.format_exc().startswith("Traceback")
    assert server.__dict__["traceback"].format_tb is traceback.format_tb


def test_each_thread_reports_its_own_error(server: types.ModuleType) -> None:
    """Errors that are handled concurrently don't affect each other."""
    threads = 8
    together = threading.Barrier(threads)

    def fail(number: int) -> str:
        try:
            _raise(GatewayError(f"ours {number}") if number % 2 else ValueError(f"theirs {number}"))
        except Exception:  # noqa: BLE001 - as the SDK does
            together.wait(10)
            return str(server.__dict__["traceback"].format_exc())

    with ThreadPoolExecutor(threads) as pool:
        for number, reported in enumerate(pool.map(fail, range(threads))):
            assert reported.startswith("Traceback") is (number % 2 == 0)
            assert reported.endswith(f"ours {number}" if number % 2 else f"ValueError: theirs {number}\n")


def test_repeated_calls_change_nothing(server: types.ModuleType) -> None:
    """A second call, such as that of the second provider, changes nothing."""
    first = server.__dict__["traceback"]
    report_without_traceback(GatewayError)
    assert server.__dict__["traceback"] is first


def test_other_main_module_is_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A main module that doesn't use ``traceback`` isn't changed."""
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    report_without_traceback(GatewayError)
    assert "traceback" not in main.__dict__
