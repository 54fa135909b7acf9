"""Every row of the catalogue: its message and requests, without secrets."""

from __future__ import annotations

import contextlib
import gc
import logging
import time
import traceback
import tracemalloc
import warnings
from collections.abc import Iterator

import pytest

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.client.models import Gateway
from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.errors import GatewayError
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.plugin.lookups import in_camel_case
from tests.integration.leaks.search import Search

from .catalogue import FAULTS
from .model import Fault, Scene
from .responses import ID, OUTPUTS, TOKEN

_MAX_MESSAGE = 900
_WAIT = 10.0
_MACHINE = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_LEFT_BY_URLLIB3 = "head-not-http-two-lengths"
"""Here urllib3 fails between the headers and the body, and leaves the socket to the garbage collector."""


class Clock:
    """Real time, plus the pauses, which are skipped."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds since an arbitrary moment."""
        return time.monotonic() + sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        """Record a pause and return at once."""
        self.pauses.append(seconds)


_ROWS = {
    f"{fault.id}-{variant}" if variant else fault.id: (fault, start)
    for fault in FAULTS
    for variant, start in fault.starts.items()
}


def test_ids_are_unique() -> None:
    """Each row has its own ID."""
    assert len(_ROWS) == sum(len(fault.starts) for fault in FAULTS)


@pytest.mark.parametrize("row", _ROWS)
def test_fault(
    row: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """A fault ends in the expected message or outputs after the expected requests; nothing is logged or printed."""
    fault, start = _ROWS[row]
    for name in _MACHINE:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with contextlib.ExitStack() as stack:
        scene = stack.enter_context(start())
        if scene.skip_reason:
            pytest.skip(scene.skip_reason)
        for name, value in scene.environ.items():
            monkeypatch.setenv(name, value)
        if row == _LEFT_BY_URLLIB3:
            stack.enter_context(_no_warning_of_sockets())
        if scene.most_memory is not None:
            stack.enter_context(_no_more_memory_than(scene.most_memory))
        clock = Clock()
        result = _look_up(scene, clock)

        if fault.error is None:
            assert not isinstance(result, GatewayError), result
            assert in_camel_case(gateway_outputs(result)) == {**OUTPUTS, **fault.outputs}
            assert "Do-Not-Show" not in repr(result)
        else:
            assert isinstance(result, GatewayError), f"the lookup succeeded: {result!r}"
            _assert_message(fault, scene, result)
            _assert_no_secret(result, scene.secrets)
        _assert_traffic(fault, scene)
        assert sum(clock.pauses) >= scene.pauses - 0.01
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert capfd.readouterr() == ("", "")


@contextlib.contextmanager
def _no_warning_of_sockets() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@contextlib.contextmanager
def _no_more_memory_than(most: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= most, f"{peak:,} bytes were allocated"


def _look_up(scene: Scene, clock: Clock) -> Gateway | GatewayError:
    """Look up a gateway with the settings in the environment, as the provider does."""
    try:
        with GatewayClient(resolve_settings(lambda _: None, scene.environ), clock=clock) as client:
            return client.list().items[0] if scene.list_all else client.get(ID)
    except GatewayError as error:
        return error


def _assert_message(fault: Fault, scene: Scene, error: GatewayError) -> None:
    message, pattern = str(error), fault.pattern(scene.placeholders)
    assert pattern.fullmatch(message), f"\nexpected: {fault.message}\nactual: {message}"
    assert type(error) is fault.error
    assert error.retryable is (fault.attempts > 1 or "longer than" in message or "within" in message)
    assert message.isprintable(), "the message is not one printable line"
    assert len(message) <= _MAX_MESSAGE


def _assert_no_secret(error: GatewayError, secrets: tuple[str, ...]) -> None:
    """Search everything that a program, a log or a crash reporter may show of an error."""
    shown = traceback.format_exception(error)
    link: BaseException | None = error
    while link is not None:
        shown += [str(link), repr(link), repr(link.args), repr(vars(link))]
        link = link.__cause__ or link.__context__
    assert Search({secret: secret for secret in secrets}).text("the error", "\n".join(shown)) == []


def _assert_traffic(fault: Fault, scene: Scene) -> None:
    if scene.server is not None:
        if "COREWEAVE_HTTP_TIMEOUT" in scene.environ and fault.error is not None:
            # On a busy machine a short attempt may end before its request is sent.
            assert 0 < len(scene.server.requests) <= fault.requests or not fault.requests
        else:
            assert len(scene.server.requests) == fault.requests
        until = time.monotonic() + _WAIT
        # A connection that ends as soon as it is made may not have been counted yet.
        while scene.server.connections < fault.requests and time.monotonic() < until:
            time.sleep(0.01)
        if scene.most_sent is not None:
            assert scene.server.sent <= scene.most_sent
        for head in scene.server.requests:
            others = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"authorization:")]
            assert f"Authorization: Bearer {TOKEN}".encode() in head.split(b"\r\n")
            assert TOKEN.encode() not in b"\n".join(others)
    for proxy in scene.proxies:
        assert proxy.requests
        assert not any(TOKEN.encode() in head for head in proxy.requests)
    for server in scene.untouched:
        assert server.requests == []
        assert server.connections == 0
