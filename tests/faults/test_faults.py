"""Every row of the fault table, run for real: the truth or one clear sentence, in time, and no secret anywhere."""

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
from tests.leaks.search import Search

from .answers import OUTPUTS, TOKEN
from .catalogue import GROUPS
from .model import Fault, Scene, Start

LONGEST_MESSAGE = 700
SLACK = 2.0
"""Seconds that a busy machine may add to what the settings allow."""
_LEFT_BY_URLLIB3 = {"head-two-lengths"}
"""Rows after which urllib3 leaves a socket to the garbage collector: it gives up between the headers and its answer."""
_OF_THE_MACHINE = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class Clock:
    """Real time, but for the pauses between tries: they pass at once."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return time.monotonic() + sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        """Let them have passed."""
        self.pauses.append(seconds)


def _rows() -> Iterator[object]:
    for group in GROUPS.values():
        for fault in group:
            for variant, start in fault.start.items():
                yield pytest.param(fault, start, id=f"{fault.id}-{variant}" if variant else fault.id)


@pytest.mark.parametrize(("fault", "start"), list(_rows()))
def test_fault(
    fault: Fault,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The user sees the words of the table and nothing else, after no more requests and no more time than it says."""
    for name in _OF_THE_MACHINE:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with contextlib.ExitStack() as stack:
        scene = stack.enter_context(start())
        if scene.impossible:
            pytest.skip(scene.impossible)
        for name, value in scene.environ.items():
            monkeypatch.setenv(name, value)
        if fault.id in _LEFT_BY_URLLIB3:
            stack.enter_context(_no_warning_of_sockets())
        if scene.most_memory is not None:
            stack.enter_context(_no_more_memory_than(scene.most_memory))
        clock = Clock()
        begun = clock.monotonic()
        limits: list[float] = [10.0, 30.0]
        result = _look_up(scene, clock, limits)
        taken = clock.monotonic() - begun

        if fault.error is None:
            assert not isinstance(result, GatewayError), result
            assert gateway_outputs(result) == {**OUTPUTS, **fault.outputs}
            assert "Do-Not-Show" not in repr(result)
        else:
            assert isinstance(result, GatewayError), f"it ended well: {result!r}"
            _assert_words(fault, scene, result, taken)
            _assert_no_secret(result, scene.secrets)
        _assert_traffic(fault, scene)
        assert taken <= fault.longest.seconds(*limits) + SLACK
        assert scene.most_time is None or taken <= scene.most_time
        assert sum(clock.pauses) >= scene.pauses
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


def _look_up(scene: Scene, clock: Clock, limits: list[float]) -> Gateway | GatewayError:
    """Do what a lookup does, from the settings to the gateway."""
    try:
        settings = resolve_settings(
            scene.config.get, scene.environ, profile=scene.profile, is_secret=scene.secret_keys.__contains__
        )
        limits[:] = settings.http_timeout, settings.lookup_timeout
        with GatewayClient(settings, clock=clock) as client:
            return client.list()[0] if scene.every else client.get(scene.gateway_id)
    except GatewayError as error:
        return error


def _assert_words(fault: Fault, scene: Scene, error: GatewayError, taken: float) -> None:
    message = str(error)
    found = fault.expected(scene.words).fullmatch(message)
    assert found, f"\nexpected: {fault.sees}\nbut it is: {message}\nas regex: {fault.expected(scene.words).pattern}"
    assert type(error) is fault.error
    assert message.isprintable(), "more than one line, or not for a terminal"
    assert len(message) <= LONGEST_MESSAGE
    numbers = found.groupdict()
    if "tries" in numbers:
        assert int(numbers["tries"]) == (fault.requests if fault.tries is None else fault.tries)
    if "seconds" in numbers:
        assert float(numbers["seconds"]) <= taken + 0.1


def _assert_no_secret(error: GatewayError, secrets: tuple[str, ...]) -> None:
    """Look where a program, a log or a crash reporter would find an exception's text."""
    shown = traceback.format_exception(error)
    link: BaseException | None = error
    while link is not None:
        shown += [str(link), repr(link), repr(link.args), repr(vars(link))]
        link = link.__cause__ or link.__context__
    assert Search({secret: secret for secret in secrets}).text("the error", "\n".join(shown)) == []


def _assert_traffic(fault: Fault, scene: Scene) -> None:
    if scene.server is not None:
        assert len(scene.server.requests) == fault.requests
        if fault.tries is not None:
            until = time.monotonic() + SLACK
            # A connection that ends as soon as it is made may not have been taken yet.
            while scene.server.connections < fault.tries and time.monotonic() < until:
                time.sleep(0.01)
            assert scene.server.connections == fault.tries
        if scene.most_sent is not None:
            assert scene.server.sent <= scene.most_sent
        for head in scene.server.requests:
            others = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"authorization:")]
            assert f"Authorization: Bearer {TOKEN}".encode() in head.split(b"\r\n")
            assert TOKEN.encode() not in b"\n".join(others)
    for onlooker in scene.onlookers:
        assert onlooker.requests
        assert not any(TOKEN.encode() in head for head in onlooker.requests)
    for stranger in scene.strangers:
        assert stranger.requests == []
        assert stranger.connections == 0
