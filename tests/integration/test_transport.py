"""Connections, threads, headers and retries of the client, observed by a server on loopback."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import urllib3

from pulumi_coreweave_gateway.about import DISTRIBUTION, VERSION
from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import APIError, GatewayError, InvalidResponseError, TransportError
from tests.integration.test_failures import Clock, no_attempt_runs
from tests.secrets import TOKEN
from tests.server import Connection, Server, http, keeps, replies, sends, silent
from tests.unit.samples import FULL, ID

pytestmark = pytest.mark.enable_socket

OK = http(200, {"gateway": FULL}, "Set-Cookie: session=1; Path=/")
LIMITED = http(429)
OTHER_ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
WAIT = 10.0
SPEED = 20
"""How much faster than the real clock the clock of a long test is."""


class FastClock:
    """A clock that is faster than the real one."""

    def monotonic(self) -> float:
        """Return the seconds since some moment."""
        return time.monotonic() * SPEED

    def sleep(self, seconds: float) -> None:
        """Return after so many of its seconds."""
        time.sleep(seconds / SPEED)


@contextlib.contextmanager
def client_of(server: Server, clock: Any = time, connections: int = 16, **limits: Any) -> Iterator[GatewayClient]:
    """Yield a client of a server."""
    with GatewayClient(Settings(server.url, Token(TOKEN), **limits), connections=connections, clock=clock) as client:
        yield client


def outcome(call: Callable[[], Any]) -> Any:
    """Return what a call returns, or the GatewayError that it raises."""
    try:
        return call()
    except GatewayError as error:
        return error


def test_connections_are_reused() -> None:
    """Twenty sequential reads use one connection, and forty concurrent ones no more than the client may have."""
    with Server(keeps(OK)) as server, client_of(server, connections=4) as client, ThreadPoolExecutor(20) as pool:
        for _ in range(20):
            client.get(ID)
        assert server.connections == 1
        list(pool.map(lambda _: client.get(ID), range(40)))
        assert len(server.requests) == 60
        assert server.connections <= 4


def test_sixteen_requests_at_once() -> None:
    """A client has sixteen connections by default: as many slow requests take no longer than one."""
    together = threading.Barrier(16)

    def wait_for_all(connection: Connection) -> None:
        if connection.request():
            together.wait(WAIT)
            connection.send(OK)

    with Server(wait_for_all) as server, client_of(server) as client, ThreadPoolExecutor(16) as pool:
        assert {gateway.spec.id for gateway in pool.map(lambda _: client.get(ID), range(16))} == {ID}


def test_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests have the token despite a .netrc file, the client's User-Agent, and no cookie."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Server(keeps(OK)) as server, client_of(server) as client:
        client.get(ID)
        client.get(ID)
        for head in server.requests:
            lines = head.decode().split("\r\n")
            assert f"Authorization: Bearer {TOKEN}" in lines
            assert any(line.startswith(f"User-Agent: {DISTRIBUTION}/{VERSION} (+https://") for line in lines)
            assert not any(line.lower().startswith("cookie:") for line in lines)


def test_server_text_is_not_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """urllib3's warnings, which quote broken headers, are suppressed for this client only."""
    with Server(replies(200, {}, f"echo {TOKEN} without a colon")) as server, caplog.at_level(logging.DEBUG):
        with client_of(server) as client, pytest.raises(InvalidResponseError):
            client.get(ID)
        assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == []
        assert [record.name for record in caplog.records if "/v1alpha1/" in record.getMessage()], "no debug records"
        assert TOKEN not in caplog.text
        urllib3.PoolManager().request("GET", server.url, retries=False)
    assert f"unparsed data: 'echo {TOKEN}" in caplog.text
    assert capfd.readouterr().err == ""


def test_wait_for_a_connection_is_not_part_of_an_attempt() -> None:
    """Lookups that wait for a connection longer than an attempt may take succeed."""

    def slow(connection: Connection) -> None:
        while connection.request() and not connection.over(0.15):
            connection.send(OK)

    with Server(slow) as server, client_of(server, connections=1, http_timeout=0.4, lookup_timeout=WAIT) as client:
        with ThreadPoolExecutor(6) as pool:
            assert {found.spec.id for found in pool.map(lambda _: client.get(ID), range(6))} == {ID}
        assert len(server.requests) == 6


def test_deadline_includes_the_wait_for_a_connection() -> None:
    """A lookup that gets no connection before its deadline ends there, and says so."""
    with Server(sends(b"", then=silent)) as server, client_of(server, connections=1, lookup_timeout=0.4) as client:
        with ThreadPoolExecutor(20) as pool:
            began = time.monotonic()
            errors = list(pool.map(lambda _: outcome(lambda: client.get(ID)), range(20)))
            assert time.monotonic() - began < 3
        assert {type(error) for error in errors} == {TransportError}
        assert any(f"all connections to {server.url} were in use for 0.4 s; increase" in str(error) for error in errors)


def test_threads_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long name lookups hang, no more threads than connections wait for them; later lookups work."""
    real, over = socket.getaddrinfo, threading.Event()

    def hang(*arguments: Any, **options: Any) -> Any:
        over.wait()
        return real(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with Server(keeps(OK)) as server, client_of(server, connections=2, lookup_timeout=0.1) as client:
        for _ in range(6):
            with pytest.raises(TransportError):
                client.get(ID)
        assert sum(thread.name == "coreweave-request" for thread in threading.enumerate()) == 2
        over.set()
        assert client.get(ID, seconds=WAIT).spec.id == ID


def test_lookup_without_time_left_sends_nothing() -> None:
    """A lookup whose time is up sends no request."""
    with Server(keeps(OK)) as server, client_of(server) as client:
        for seconds in (0.0, -1.0):
            with pytest.raises(TransportError):
                client.get(ID, seconds=seconds)
        assert server.connections == 0


def test_closed_client_leaves_no_threads_and_connections() -> None:
    """A closed client has neither threads nor connections: a long-lived process may change its settings often."""
    with Server(keeps(OK)) as server:
        for _ in range(20):
            with client_of(server) as client:
                client.get(ID)
        no_attempt_runs()
        until = time.monotonic() + WAIT
        while server.open_connections and time.monotonic() < until:
            time.sleep(0.01)
        assert server.open_connections == 0


@pytest.mark.skipif(os.name != "posix", reason="sends a signal to itself")
def test_interrupt_is_not_delayed() -> None:
    """Ctrl-C ends a lookup that waits for a response at once, and its thread too."""
    with Server(sends(b"", then=silent)) as server, client_of(server) as client:
        interrupt = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        interrupt.start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            client.get(ID)
        assert time.monotonic() - began < 2
        no_attempt_runs()


@pytest.mark.parametrize(("lookup_timeout", "fewest"), [(3, 5), (300, 55)])
def test_lookup_is_retried_until_its_deadline(lookup_timeout: float, fewest: int) -> None:
    """However fast a failure is, the deadline alone ends a lookup, and the last attempt is just before it."""
    clock = Clock()
    with Server(replies(503)) as server, client_of(server, clock, lookup_timeout=lookup_timeout) as client:
        with pytest.raises(APIError, match=r"\(\d+ attempts in \d+\.\d s\)$"):
            client.get(ID)
        assert lookup_timeout - 1 < sum(clock.pauses) < lookup_timeout
        assert len(server.requests) >= fewest
        assert max(clock.pauses) <= 5


class RateLimit:
    """A handler with a rate limit: a token bucket, as the API may have.

    Args:
        rate: How many requests are accepted in a second of a test's clock; as many may come at once.

    """

    def __init__(self, rate: float) -> None:
        self._rate, self._left, self._last = rate, rate, FastClock().monotonic()
        self._lock = threading.Lock()

    def __call__(self, connection: Connection) -> None:
        """Respond to every request on the connection."""
        while connection.request():
            with self._lock:
                now = FastClock().monotonic()
                self._left, self._last = min(self._rate, self._left + (now - self._last) * self._rate), now
                allowed = self._left >= 1
                self._left -= allowed
            connection.send((OK if allowed else LIMITED).replace(b"Connection: close\r\n", b""))


@pytest.mark.parametrize("rate", [2, 10])
def test_many_lookups_under_a_rate_limit(rate: float) -> None:
    """Sixty lookups share a rate limit, and all succeed within the default limits, without a flood of requests."""
    with Server(RateLimit(rate)) as server, client_of(server, FastClock()) as client, ThreadPoolExecutor(16) as pool:
        assert {gateway.spec.id for gateway in pool.map(lambda _: client.get(ID), range(60))} == {ID}
        assert len(server.requests) < 60 * 5


def test_only_the_first_of_the_rejected_requests_is_sent_again() -> None:
    """While everything is answered 429, lookups wait for their turn, and only the first one sends another request."""
    sent: list[float] = []

    def limited(connection: Connection) -> None:
        while connection.request():
            sent.append(FastClock().monotonic())
            connection.send(LIMITED)

    with Server(limited) as server, client_of(server, FastClock(), lookup_timeout=10) as client:
        with ThreadPoolExecutor(16) as pool:
            errors = list(pool.map(lambda _: outcome(lambda: client.get(ID)), range(48)))
        assert {(type(error), error.http_status) for error in errors} == {(APIError, 429)}
    # In the first nine seconds, one for each of the 16 lookups, and those of the first one: after 0.1, 0.2, 0.4 … s.
    assert 16 < sum(moment < sent[0] + 9 for moment in sent) <= 16 + 8


def test_retry_after_counts_from_its_response() -> None:
    """Requests that were rejected together wait together for what the server asks: not one after another."""
    sent: list[float] = []

    def busy_for_two_seconds(connection: Connection) -> None:
        while connection.request():
            sent.append(FastClock().monotonic())
            accepts = sent[-1] > sent[0] + 2
            connection.send(OK if accepts else http(429, b"", "Retry-After: 2"))

    with Server(busy_for_two_seconds) as server, client_of(server, FastClock()) as client:
        with ThreadPoolExecutor(8) as pool:
            assert {gateway.spec.id for gateway in pool.map(lambda _: client.get(ID), range(8))} == {ID}
        assert sent[-1] - sent[0] < 8


def test_other_failures_do_not_delay_other_lookups() -> None:
    """After a 429, a Retry-After of one gateway's 503 holds up no other gateway."""
    waits = threading.Event()

    class Waits:
        monotonic = staticmethod(time.monotonic)

        def sleep(self, seconds: float) -> None:
            if seconds > 5:
                waits.set()

    def one_fails(connection: Connection) -> None:
        fails = OTHER_ID.encode() in connection.request()
        connection.send(http(503, b"", "Retry-After: 8") if fails else OK)

    with Server(replies(429), one_fails) as server, client_of(server, Waits()) as client:
        client.get(ID)
        failing = threading.Thread(target=lambda: outcome(lambda: client.get(OTHER_ID, seconds=8.5)), daemon=True)
        failing.start()
        assert waits.wait(WAIT)
        began = time.monotonic()
        client.get(ID)
        assert time.monotonic() - began < 2


def test_retry_after_beyond_the_deadline_does_not_block_other_lookups() -> None:
    """A lookup whose deadline comes before the end of another one's Retry-After is sent at once."""
    limited = replies(429, b"", "Retry-After: 3600")
    with Server(limited, sends(OK)) as server, client_of(server, Clock()) as client:
        with pytest.raises(GatewayError, match="asked to wait 3600 s"):
            client.get(ID)
        assert client.get(ID).spec.id == ID


def test_failing_lookup_is_reported_once() -> None:
    """A lookup that fails for five seconds reports its attempt, the reason and the time left, once."""
    reports: list[str] = []
    with Server(replies(503)) as server, client_of(server, Clock()) as client:
        with pytest.raises(APIError):
            client.get(ID, report=reports.append)
        (report,) = reports
        start, _, end = report.partition(f" failed: {server.url} failed (HTTP 503); giving up in ")
        assert start in {"attempt 5", "attempt 6"}
        assert end in {f"{seconds} s" for seconds in range(15, 26)}


def test_quick_recovery_is_not_reported() -> None:
    """A lookup that recovers within five seconds reports nothing."""
    reports: list[str] = []
    with Server(*[replies(503)] * 3, sends(OK)) as server, client_of(server, Clock()) as client:
        client.get(ID, report=reports.append)
    assert reports == []


def test_report_that_fails_does_not_end_the_lookup() -> None:
    """A full disk behind stderr doesn't turn a lookup that is retried into a failure."""

    def full(_: str) -> None:
        raise OSError("No space left on device")

    with Server(*[replies(503)] * 6, sends(OK)) as server, client_of(server, Clock()) as client:
        assert client.get(ID, report=full).spec.id == ID
