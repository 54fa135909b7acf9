"""What goes over the wire, seen from the server: the emulator, on loopback."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import urllib3

from pulumi_coreweave_gateway import APIError, AuthenticationError
from pulumi_coreweave_gateway.about import DISTRIBUTION, VERSION
from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.client.transport import Transport
from pulumi_coreweave_gateway.client.watchdog import Watchdog
from pulumi_coreweave_gateway.config import Settings, Token, resolve_settings
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.errors import InvalidResponseError
from tests.faults.answers import ID, answers, http
from tests.faults.hostile import HostileServer

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def gateway_id(coreweave_emulator: Emulator) -> str:
    """Return the id of a gateway that the emulator has."""
    return coreweave_emulator.add(name="prod")


@pytest.fixture
def client(coreweave_emulator: Emulator) -> Iterator[GatewayClient]:
    """Yield a client with the emulator's settings."""
    with GatewayClient(resolve_settings(lambda _: None, coreweave_emulator.environ)) as made:
        yield made


def test_connections_are_kept(client: GatewayClient, coreweave_emulator: Emulator, gateway_id: str) -> None:
    """Twenty reads in a row use one connection, and forty side by side at most four."""
    for _ in range(20):
        client.get(gateway_id)
    assert coreweave_emulator.counts().connections == 1
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: client.get(gateway_id), range(40)))
    counts = coreweave_emulator.counts()
    assert counts.requests == 60
    assert counts.connections <= 4


@pytest.mark.parametrize("endpoint", ["https://api.coreweave.com", "http://127.0.0.1:8080"])
def test_netrc_never_replaces_the_token(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry for the host in .netrc, which requests takes by default, is passed over."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    url = f"{endpoint}/anything"
    assert requests.utils.get_netrc_auth(url) == ("someone", "else")
    transport = Transport(Settings(endpoint, Token("the-token")), connections=1)
    sent: list[requests.PreparedRequest] = []
    monkeypatch.setattr(requests.Session, "send", lambda session, request, **options: sent.append(request))
    transport.get("/anything", 1.0, Watchdog().watch(1.0))
    assert [(request.url, request.headers["Authorization"]) for request in sent] == [(url, "Bearer the-token")]


def test_a_proxy_never_sees_what_goes_to_loopback(
    coreweave_emulator: Emulator, gateway_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain http to this machine goes past a proxy: it would see the token."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with GatewayClient(resolve_settings(lambda _: None, coreweave_emulator.environ)) as client:
        assert client.get(gateway_id).spec.id == gateway_id


def test_the_token_never_follows_a_redirect(
    client: GatewayClient, coreweave_emulator: Emulator, gateway_id: str
) -> None:
    """A redirect is an error, and the server that it leads to is never asked."""
    with Emulator() as elsewhere:
        coreweave_emulator.script(302, headers={"Location": f"{elsewhere.url}/v1alpha1/inference/gateways"})
        with pytest.raises(APIError, match=r"redirects to 127\.0\.0\.1"):
            client.get(gateway_id)
        assert elsewhere.counts().requests == 0
    assert coreweave_emulator.counts().requests == 1


def test_what_a_server_sends_is_not_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """urllib3 quotes broken headers in a warning: not those of our answers, but those of a program's own requests."""
    with HostileServer(answers(http(200, b"{}", "echo the-token without a colon"))) as server:
        settings = Settings(f"http://127.0.0.1:{server.port}", Token("the-token"))
        with caplog.at_level(logging.DEBUG), GatewayClient(settings) as client, pytest.raises(InvalidResponseError):
            client.get(ID)
        assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == []
        assert [record.name for record in caplog.records if "/v1alpha1/" in record.getMessage()], "no debugging either"
        assert "the-token" not in caplog.text
        urllib3.PoolManager().request("GET", settings.endpoint, retries=False)
    assert "unparsed data: 'echo the-token" in caplog.text
    assert capfd.readouterr().err == ""


def test_cookies_are_not_kept(client: GatewayClient, coreweave_emulator: Emulator, gateway_id: str) -> None:
    """What a server or a proxy sets as a cookie isn't sent back."""
    coreweave_emulator.script(gateway_id=gateway_id, headers={"Set-Cookie": "session=1; Path=/"})
    client.get(gateway_id)
    client.get(gateway_id)
    assert all("cookie" not in {name.lower() for name in seen.headers} for seen in coreweave_emulator.requests())


def test_requests_say_who_asks(client: GatewayClient, coreweave_emulator: Emulator, gateway_id: str) -> None:
    """The server's operators can tell from the header which version of what asks."""
    client.get(gateway_id)
    (seen,) = coreweave_emulator.requests()
    assert seen.headers["User-Agent"].startswith(f"{DISTRIBUTION}/{VERSION} (+https://")


def test_another_token_is_refused(coreweave_emulator: Emulator, gateway_id: str) -> None:
    """The emulator checks the token, or none of the above would mean anything."""
    environ = {**coreweave_emulator.environ, "COREWEAVE_API_TOKEN": "someone-elses"}
    with GatewayClient(resolve_settings(lambda _: None, environ)) as client, pytest.raises(AuthenticationError):
        client.get(gateway_id)


def test_a_client_that_is_given_up_leaves_no_thread(coreweave_emulator: Emulator, gateway_id: str) -> None:
    """A long-lived process may change its settings often: what the old ones had is ended."""
    before = threading.active_count()
    for _ in range(20):
        GatewayClient(resolve_settings(lambda _: None, coreweave_emulator.environ)).get(gateway_id)
    gc.collect()
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before
