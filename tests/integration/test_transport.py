"""Connections, threads, headers and retries of the client, observed by a server on loopback."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import urllib3

from pulumi_coreweave_gateway.about import DISTRIBUTION, VERSION
from pulumi_coreweave_gateway.client import GatewayClient, transport
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import APIError, GatewayError, InvalidResponseError, TransportError
from tests.integration.faults.hostile import HostileServer, Visit
from tests.integration.faults.responses import ID, body, healthy, http, responds, silence
from tests.integration.faults.test_faults import Clock

pytestmark = pytest.mark.enable_socket

_TOKEN = "cw-the-token"
_WAIT = 10.0
_KEPT = b"HTTP/1.1 200 OK\r\nSet-Cookie: session=1; Path=/\r\nContent-Length: %d\r\n\r\n%s" % (len(body()), body())


def _settings(server: HostileServer, **more: float) -> Settings:
    return Settings(f"http://127.0.0.1:{server.port}", Token(_TOKEN), **more)  # type: ignore[arg-type]


def _keeps(visit: Visit) -> None:
    """Respond to every request on the same connection."""
    while visit.request():
        visit.send(_KEPT)


def _drips_headers(visit: Visit) -> None:
    if visit.request():
        visit.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 100_000, 0.02)


def _drips_body(visit: Visit) -> None:
    if visit.request():
        visit.send(http(200, b"", length=100_000))
        visit.drip(b" " * 100_000, 0.02)


def _attempts() -> int:
    return sum(thread.name == "coreweave-request" for thread in threading.enumerate())


def _wait_until_no_attempt_runs() -> None:
    until = time.monotonic() + _WAIT
    while _attempts() and time.monotonic() < until:
        time.sleep(0.01)
    assert _attempts() == 0


def test_connections_are_reused() -> None:
    """Twenty sequential reads use one connection, and forty concurrent ones at most four."""
    with HostileServer(_keeps) as server, GatewayClient(_settings(server)) as client:
        for _ in range(20):
            client.get(ID)
        assert server.connections == 1
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda _: client.get(ID), range(40)))
        assert len(server.requests) == 60
        assert server.connections <= 4


def test_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests have the token despite a .netrc file, the client's User-Agent, and no cookie."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with HostileServer(_keeps) as server, GatewayClient(_settings(server)) as client:
        assert requests.utils.get_netrc_auth(f"http://127.0.0.1:{server.port}") == ("someone", "else")
        client.get(ID)
        client.get(ID)
        for head in server.requests:
            lines = head.decode().split("\r\n")
            assert f"Authorization: Bearer {_TOKEN}" in lines
            assert any(line.startswith(f"User-Agent: {DISTRIBUTION}/{VERSION} (+https://") for line in lines)
            assert not any(line.lower().startswith("cookie:") for line in lines)


def test_server_text_is_not_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """urllib3's warnings, which quote broken headers, are suppressed for this client only."""
    with HostileServer(responds(http(200, b"{}", f"echo {_TOKEN} without a colon"))) as server:
        with (
            caplog.at_level(logging.DEBUG),
            GatewayClient(_settings(server)) as client,
            pytest.raises(InvalidResponseError),
        ):
            client.get(ID)
        assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == []
        assert [record.name for record in caplog.records if "/v1alpha1/" in record.getMessage()], "no debug records"
        assert _TOKEN not in caplog.text
        urllib3.PoolManager().request("GET", f"http://127.0.0.1:{server.port}", retries=False)
    assert f"unparsed data: 'echo {_TOKEN}" in caplog.text
    assert capfd.readouterr().err == ""


def test_abandoned_attempt_ends_during_a_slow_body() -> None:
    """An attempt that is abandoned during a slow body ends its thread, although the server keeps sending."""
    with (
        HostileServer(_drips_body) as server,
        GatewayClient(_settings(server, lookup_timeout=0.2)) as client,
    ):
        with pytest.raises(TransportError):
            client.get(ID)
        _wait_until_no_attempt_runs()


def test_abandoned_threads_are_bounded(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """However long a server hangs, the number of threads is bounded, and the client works once it responds again."""
    monkeypatch.setattr(transport, "MAX_ABANDONED", 3)
    with HostileServer(_drips_headers) as server:
        client = GatewayClient(_settings(server, lookup_timeout=0.1), connections=2)
        for _ in range(8):
            with pytest.raises(TransportError):
                client.get(ID)
        assert 0 < _attempts() <= 5
    with HostileServer(_keeps) as well:
        # Point the same client at another server.
        client._http._transport._endpoint = f"http://127.0.0.1:{well.port}"
        _wait_until_no_attempt_runs()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: client.get(ID, seconds=_WAIT), range(16)))
        assert well.connections <= 2
        client.close()
    assert capfd.readouterr() == ("", "")


def test_deadline_includes_the_wait_for_a_connection() -> None:
    """The wait for a connection counts towards a lookup's deadline."""
    with (
        HostileServer(silence) as server,
        GatewayClient(_settings(server, lookup_timeout=0.4, http_timeout=0.3), connections=1) as client,
        ThreadPoolExecutor(80) as pool,
    ):
        begun = time.monotonic()
        errors = list(pool.map(lambda _: _error(client), range(80)))
        assert {type(error) for error in errors} == {TransportError}
        # One after another, they would take at least 80 * 0.3 s.
        assert time.monotonic() - begun < 80 * 0.3


def test_lookup_without_time_left_sends_nothing() -> None:
    """A lookup whose time is up sends no request."""
    with HostileServer(_keeps) as server, GatewayClient(_settings(server)) as client:
        for seconds in (0.0, -1.0):
            with pytest.raises(TransportError):
                client.get(ID, seconds=seconds)
        assert server.connections == 0


def _error(client: GatewayClient) -> GatewayError | None:
    try:
        client.get(ID)
    except GatewayError as error:
        return error
    return None


def test_closed_client_leaves_no_threads_and_connections() -> None:
    """A closed client has neither threads nor connections: a long-lived process may change its settings often."""
    with HostileServer(_keeps) as server:
        for _ in range(20):
            with GatewayClient(_settings(server)) as client:
                client.get(ID)
        _wait_until_no_attempt_runs()
        until = time.monotonic() + _WAIT
        while server.open_connections and time.monotonic() < until:
            time.sleep(0.01)
        assert server.open_connections == 0


class _RateLimit:
    """A server behaviour with a rate limit: a token bucket, as the API may have."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._last = float(burst), time.monotonic()
        self._lock = threading.Lock()

    def __call__(self, visit: Visit) -> None:
        while visit.request():
            with self._lock:
                now = time.monotonic()
                self._tokens = min(self._burst, self._tokens + (now - self._last) * self._rate)
                self._last = now
                allowed = self._tokens >= 1
                self._tokens -= allowed
            visit.send(_KEPT if allowed else b"HTTP/1.1 429 Slow down\r\nContent-Length: 0\r\n\r\n")


def test_many_lookups_under_a_rate_limit() -> None:
    """Lookups of two clients with the same token adapt to the API's rate limit together, and all succeed."""
    with (
        HostileServer(_RateLimit(rate=8, burst=2)) as server,
        GatewayClient(_settings(server), connections=16) as fleet,
        GatewayClient(_settings(server)) as single,
        ThreadPoolExecutor(20) as pool,
    ):
        found = list(pool.map(lambda number: (single if number % 4 else fleet).get(ID), range(60)))
        assert {gateway.spec.id for gateway in found} == {ID}
        # Without pacing, twenty threads would send several times as many.
        assert len(server.requests) < 60 * 2


def test_rate_limit_is_retried_until_the_deadline() -> None:
    """Attempts after a 429 are bounded by time, not by their number."""
    with (
        HostileServer(*[responds(http(429))] * 12, healthy) as server,
        GatewayClient(_settings(server, lookup_timeout=60), clock=Clock()) as client,
    ):
        client.get(ID)
        assert len(server.requests) == 13


def test_rate_limit_slows_the_other_clients_of_the_profile() -> None:
    """After a 429 with Retry-After, another client with the same endpoint and token waits as well."""
    clock = Clock()
    with (
        HostileServer(responds(http(429, b"", "Retry-After: 7")), healthy) as server,
        GatewayClient(_settings(server), clock=clock) as first,
        GatewayClient(_settings(server), clock=clock) as second,
        GatewayClient(Settings(f"http://127.0.0.1:{server.port}", Token("another")), clock=clock) as stranger,
    ):
        with pytest.raises(GatewayError):
            first.get(ID, seconds=1)
        stranger.get(ID)
        assert clock.pauses == []
        second.get(ID)
        assert sum(clock.pauses) == pytest.approx(7, abs=1)


def test_retry_after_beyond_the_deadline_does_not_block_other_lookups() -> None:
    """A lookup whose deadline comes before the end of another one's Retry-After is sent at once."""
    with (
        HostileServer(responds(http(429, b"", "Retry-After: 3600")), healthy) as server,
        GatewayClient(_settings(server), clock=Clock()) as client,
    ):
        with pytest.raises(GatewayError, match="asked to wait 3600 s"):
            client.get(ID)
        assert client.get(ID).spec.id == ID


def test_failing_lookup_is_reported_once() -> None:
    """A lookup that fails for five seconds reports its attempt, the reason and the time left, once."""
    reports: list[str] = []
    with (
        HostileServer(responds(http(503))) as server,
        GatewayClient(_settings(server), clock=Clock()) as client,
    ):
        with pytest.raises(APIError):
            client.get(ID, report=reports.append)
        (report,) = reports
        endpoint = f"http://127.0.0.1:{server.port}"
        start, _, end = report.partition(f" failed: {endpoint} failed (HTTP 503); giving up in ")
        assert start in {"attempt 5", "attempt 6"}
        assert end in {f"{seconds} s" for seconds in range(15, 26)}


def test_quick_recovery_is_not_reported() -> None:
    """A lookup that recovers within five seconds reports nothing."""
    reports: list[str] = []
    with (
        HostileServer(*[responds(http(503))] * 3, healthy) as server,
        GatewayClient(_settings(server), clock=Clock()) as client,
    ):
        client.get(ID, report=reports.append)
    assert reports == []
