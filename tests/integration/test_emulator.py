"""The emulator over HTTP: its responses, controls and records."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Counts, Emulator, EmulatorError, sample_gateway
from pulumi_coreweave_gateway.emulator.api import Api

pytestmark = pytest.mark.enable_socket

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
GATEWAYS = "/v1alpha1/inference/gateways"


class Client:
    """A client with one connection."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {emulator.token}"

    def call(self, path: str = GATEWAYS, method: str = "GET", **more: Any) -> requests.Response:
        """Return the response to a request."""
        return self.session.request(method, f"{self._emulator.url}{path}", timeout=20, **more)

    def get(self, gateway_id: str) -> requests.Response:
        """Return the response for one gateway."""
        return self.call(f"{GATEWAYS}/{gateway_id}")

    def status(self, gateway_id: str) -> str:
        """Return the status of one gateway."""
        return str(self.get(gateway_id).json()["gateway"]["status"]["status"])

    def names(self, query: str = "") -> list[str]:
        """Return the names in the list of gateways."""
        return [one["spec"]["name"] for one in self.call(f"{GATEWAYS}{query}").json().get("items", [])]


@pytest.fixture(name="emulator")
def _emulator(coreweave_emulator: Emulator) -> Emulator:
    return coreweave_emulator


@pytest.fixture(name="api")
def _api(emulator: Emulator) -> Iterator[Client]:
    client = Client(emulator)
    with client.session:
        yield client


class TestGateways:
    """Adding, changing and removing gateways."""

    def test_added_gateway_is_returned(self, emulator: Emulator, api: Client) -> None:
        """A gateway made from a few arguments is complete, a given one is unchanged, and IDs are case-insensitive."""
        made = emulator.add(name="prod", zone="US-WEST-01A", additional_dns=["llm.example.com"])
        expected = sample_gateway(made, name="prod", zone="US-WEST-01A", additional_dns=["llm.example.com"])
        assert api.get(made).json() == {"gateway": expected}
        given = {"spec": {"id": ID, "headerBasedRouting": {"headerName": "X"}}, "status": {"endpoints": ["e"]}}
        assert emulator.add(given) == ID
        assert api.get(ID.upper()).json() == {"gateway": given}

    def test_ids_are_reproducible(self, emulator: Emulator, api: Client) -> None:
        """IDs depend only on the names of the gateways and on their order; names may repeat."""
        first, second = (emulator.add(name="prod") for _ in range(2))
        assert (first != second, api.names()) == (True, ["prod", "prod"])
        with Emulator() as other:
            assert [other.add(name="prod") for _ in range(2)] == [first, second]

    def test_change_and_remove(self, emulator: Emulator, api: Client) -> None:
        """A change is in the next response and affects no other field; a removed gateway isn't found."""
        gateway_id = emulator.add(name="prod")
        expected = emulator.get(gateway_id)
        endpoints = ["https://llm.example.com", *expected["status"]["endpoints"]]
        emulator.change(gateway_id, spec={"bodyBasedRouting": None}, status={"endpoints": endpoints})
        del expected["spec"]["bodyBasedRouting"]
        expected["status"]["endpoints"] = endpoints
        assert api.get(gateway_id).json()["gateway"] == emulator.get(gateway_id) == expected
        emulator.remove(gateway_id)
        assert (api.get(gateway_id).status_code, api.names()) == (404, [])

    @pytest.mark.parametrize(
        ("act", "message"),
        [
            (lambda emulator: emulator.add({"spec": {"id": ID, "colour": "red"}}), r"spec\.colour: unknown field"),
            (lambda emulator: emulator.add(gateway_id="prod"), r"spec\.id: must be a UUID .*, not 'prod'"),
            (lambda emulator: emulator.replace([{"spec": {}}]), r"gateways\[0\]: spec\.id: required"),
            (lambda emulator: emulator.change(ID, status={"status": "READY"}), r"status\.status: must be "),
            (lambda emulator: emulator.change(ID, spec={"id": ID[:-1] + "2"}), "id: can't be changed"),
            (lambda emulator: emulator.remove(ID[:-1] + "2"), "has no gateway 0d9b6c0e-.*2$"),
            (lambda emulator: emulator.become_ready(ID, after_reads=-1), "after_reads must be 0 or more, not -1"),
            (lambda emulator: emulator.transition(ID, {"spec": {"zones": "A"}}), r"spec\.zones: must be a valid list"),
            (lambda emulator: emulator.script(99), "status must be between 200 and 599, not 99"),
            (lambda emulator: emulator.script(text="a", json=1), "json and text exclude each other"),
            (lambda emulator: emulator.script(gateway_id=ID, path="/"), "gateway_id and path exclude each other"),
            (lambda emulator: emulator.script(path=f"{GATEWAYS}?a=b"), "path must begin with '/' and have no query"),
            (lambda emulator: emulator.script(headers={"X": "a\r\nY: b"}), "invalid header 'X'"),
            (lambda emulator: emulator.script(headers={"Content-Length": "3"}), "invalid header 'Content-Length'"),
            (lambda emulator: emulator.script(times=0), "times must be 1 or more, not 0"),
            (lambda emulator: emulator.script(delay=float("nan")), "delay must be 0 or more, not nan"),
            (lambda emulator: emulator.fail_some(30), "share must be between 0 and 1, not 30"),
            (lambda emulator: emulator.fail_some(0.5, []), "statuses must not be empty"),
            (lambda emulator: emulator.switch(latency=-1), "latency must be 0 or more, not -1"),
        ],
    )
    def test_invalid_call_is_rejected(
        self, act: Callable[[Emulator], None], message: str, emulator: Emulator, api: Client
    ) -> None:
        """An invalid call raises a one-line error and changes nothing."""
        emulator.add(gateway_id=ID)
        with pytest.raises(EmulatorError, match=message):
            act(emulator)
        assert api.call().json() == {"items": [sample_gateway(ID)]}


class TestTransitions:
    """Scheduled changes of gateways."""

    def test_becomes_ready_after_reads(self, emulator: Emulator, api: Client) -> None:
        """After some reads, a gateway is READY with endpoints, true conditions and a new time."""
        gateway_id = emulator.add(ready=False, additional_dns=["llm.example.com"])
        emulator.become_ready(gateway_id, after_reads=3)
        before = api.get(gateway_id).json()["gateway"]["status"]
        assert [api.status(gateway_id) for _ in range(4)] == [*["STATUS_CREATING"] * 2, *["STATUS_READY"] * 2]
        after = api.get(gateway_id).json()["gateway"]["status"]
        assert after["endpoints"] == [f"https://api.{gateway_id}.gw.cwinference.com", "https://llm.example.com"]
        assert [one["status"] for one in after["conditions"]] == ["True"]
        assert (after["updatedAt"] > before["updatedAt"], after["createdAt"]) == (True, before["createdAt"])

    def test_only_responses_with_the_gateway_are_reads(self, emulator: Emulator, api: Client) -> None:
        """A list counts as a read of the gateways in it; a call by the test doesn't."""
        gateway_id = emulator.add(ready=False)
        emulator.become_ready(gateway_id, after_reads=2)
        for _ in range(3):
            assert emulator.get(gateway_id)["status"]["status"] == "STATUS_CREATING"
        api.names("?updatedAfter=2030-01-01T00:00:00Z")
        api.names()
        assert [api.status(gateway_id) for _ in range(2)] == ["STATUS_CREATING", "STATUS_READY"]

    def test_transitions_follow_one_another(self, emulator: Emulator, api: Client) -> None:
        """Reads are counted from the previous transition; a direct change is applied after transitions that are due."""
        gateway_id = emulator.add(ready=False)
        emulator.transition(gateway_id, {"status": {"status": "STATUS_ERROR"}}, after_reads=1)
        emulator.become_ready(gateway_id, after_reads=2)
        seen = [api.status(gateway_id) for _ in range(4)]
        assert seen == ["STATUS_CREATING", "STATUS_ERROR", "STATUS_ERROR", "STATUS_READY"]
        emulator.transition(gateway_id, {"status": {"status": "STATUS_FAILED"}}, after_reads=0)
        emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
        assert api.status(gateway_id) == "STATUS_UPDATING"


class TestScripts:
    """Scripted responses, failures, latency and rate limits."""

    def test_script_applies_to_a_number_of_requests(self, emulator: Emulator, api: Client) -> None:
        """A scripted error has the API's body by default; later requests get the usual response."""
        emulator.script(503, headers={"Retry-After": "1"}, times=2)
        responses = [api.call() for _ in range(3)]
        assert [response.status_code for response in responses] == [503, 503, 200]
        assert (responses[0].headers["Retry-After"], responses[0].json()["code"]) == ("1", 14)

    def test_script_for_one_gateway_or_path(self, emulator: Emulator, api: Client) -> None:
        """A script for one gateway or path takes precedence over one for all; IDs are case-insensitive."""
        emulator.script(500, times=None)
        emulator.script(403, gateway_id=ID.upper())
        emulator.script(502, path=f"{GATEWAYS}/{ID}")
        paths = [f"{GATEWAYS}/{ID}", f"{GATEWAYS}/{ID.upper()}", f"{GATEWAYS}/{ID}", GATEWAYS]
        assert [api.call(path).status_code for path in paths] == [403, 502, 500, 500]

    @pytest.mark.parametrize(
        ("script", "content", "content_type"),
        [
            ({"json": {"a": [None]}}, b'{"a":[null]}', "application/json"),
            ({"text": "<html>ü"}, "<html>ü".encode(), "text/plain; charset=utf-8"),
            ({"text": "{}", "headers": {"content-type": "text/html"}}, b"{}", "text/html"),
        ],
    )
    def test_scripted_body(
        self, script: dict[str, Any], content: bytes, content_type: str, emulator: Emulator, api: Client
    ) -> None:
        """A body is JSON or text, and has its content type unless a header names another."""
        emulator.script(**script)
        response = api.call()
        assert (response.status_code, response.content) == (200, content)
        assert response.headers["Content-Type"] == content_type

    def test_headers_and_delay(self, emulator: Emulator, api: Client) -> None:
        """A script without status and body delays the usual response, and adds headers."""
        emulator.script(headers={"X-Extra": "a", "X-Request-Id": "mine"}, delay=0.3)
        late, prompt = api.call(), api.call()
        assert late.json() == prompt.json()
        assert (late.headers["X-Extra"], late.headers["X-Request-Id"]) == ("a", "mine")
        assert late.elapsed.total_seconds() >= 0.3
        emulator.script(204)
        emulator.script(302, headers={"Location": "https://elsewhere.example"})
        assert [api.call(allow_redirects=False).status_code for _ in range(3)] == [204, 302, 200]

    def test_random_failures_are_reproducible(self, emulator: Emulator, api: Client) -> None:
        """The same seed makes the same requests fail, and another seed makes others fail."""
        ids = [emulator.add(name=f"gateway-{number}") for number in range(40)]

        def statuses(seed: str) -> list[int]:
            emulator.forget_requests()
            emulator.fail_some(0.3, (429, 503), seed=seed)
            return [api.get(gateway_id).status_code for gateway_id in ids for _ in range(5)]

        first = statuses("a")
        assert statuses("a") == first != statuses("b")
        failed = [status for status in first if status != 200]
        assert set(failed) == {429, 503}
        assert 0.2 < len(failed) / len(first) < 0.4

    def test_latency(self, emulator: Emulator) -> None:
        """Every response takes the latency, even those to concurrent requests."""
        emulator.switch(latency=0.5)
        with ThreadPoolExecutor(24) as pool:
            elapsed = list(pool.map(lambda _: Client(emulator).call().elapsed.total_seconds(), range(24)))
        assert min(elapsed) >= 0.5
        assert emulator.counts().peak_concurrency == emulator.counts().connections == 24

    def test_rate_limit(self, emulator: Emulator, api: Client) -> None:
        """Requests beyond the rate get 429; the bucket fills again with time."""
        emulator.switch(requests_per_second=4)
        statuses = [api.call().status_code for _ in range(6)]
        assert statuses[:4] == [200] * 4
        assert statuses[-1] == 429
        assert api.call().json() == {"code": 8, "message": "rate limit exceeded"}
        while api.call().status_code == 429:
            time.sleep(0.05)
        emulator.switch(requests_per_second=0)
        assert [api.call().status_code for _ in range(10)] == [200] * 10


class TestRequests:
    """Recorded requests."""

    def test_requests_are_recorded(self, emulator: Emulator, api: Client) -> None:
        """Each request's method, path, query, headers and status are recorded, and totals counted."""
        api.call(f"{GATEWAYS}/x%2Fy", headers={"User-Agent": "me/1"})
        api.call(f"{GATEWAYS}?updatedAfter=now&a=b")
        other = Client(emulator)
        with other.session:
            other.call("/nowhere", "POST", data=b"a body of some length")
        first, second, third = emulator.requests()
        assert (first.method, first.path, first.query, first.status) == ("GET", f"{GATEWAYS}/x%2Fy", "", 400)
        assert (second.path, second.query, second.status) == (GATEWAYS, "updatedAfter=now&a=b", 400)
        assert (third.method, third.number, third.attempt) == ("POST", 3, 1)
        assert first.headers["User-Agent"] == "me/1"
        assert abs(first.time - time.time()) < 60
        assert emulator.counts() == Counts(
            requests=3,
            connections=2,
            peak_concurrency=1,
            by_status={400: 2, 404: 1},
            by_path={f"{GATEWAYS}/x%2Fy": 1, GATEWAYS: 1, "/nowhere": 1},
        )

    def test_tokens_are_masked(self, emulator: Emulator, api: Client) -> None:
        """Neither valid nor invalid tokens are shown, wherever they occur."""
        api.call(f"/{emulator.token}?token={emulator.token}", headers={"X-Copy": emulator.token, "Cookie": "a-cookie"})
        responses = [api.call(headers={"Authorization": value}) for value in ("Bearer another-secret", "bare-secret")]
        assert [response.status_code for response in responses] == [401, 401]
        shown = f"{emulator!r} {emulator.requests()} {emulator.counts()}"
        assert not [one for one in (emulator.token, "another-secret", "bare-secret", "a-cookie") if one in shown]

    def test_reset(self) -> None:
        """A reset restores the initial state, and requests that end afterwards aren't counted."""
        with Emulator(EXAMPLE_GATEWAYS) as emulator, ThreadPoolExecutor(1) as pool:
            client = Client(emulator)
            emulator.replace([])
            emulator.fail_some(1)
            emulator.switch(latency=1.0)
            late = pool.submit(client.call)
            while not emulator.counts().requests:
                time.sleep(0.01)
            emulator.reset()
            assert late.result().status_code in {429, 503}
            assert emulator.counts() == Counts()
            assert client.names() == ["prod", "staging"]
            assert emulator.counts().requests == 1
            client.session.close()


class TestServer:
    """The HTTP server."""

    def test_start_and_stop(self) -> None:
        """The server responds once start() returns; stop() ends its threads, frees its port and can be repeated."""
        before = threading.active_count()
        emulator = Emulator()
        for _ in range(3):
            emulator.start()
            with Client(emulator).session as session:
                assert session.get(emulator.url, timeout=10).status_code == 404
                emulator.stop()
            emulator.stop()
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(emulator.url.rpartition(":")[2]))) != 0
        deadline = time.monotonic() + 10
        while threading.active_count() > before:
            assert time.monotonic() < deadline, threading.enumerate()
            time.sleep(0.01)

    def test_stop_ends_waiting_requests(self) -> None:
        """stop() ends requests in progress without waiting for them."""
        with ThreadPoolExecutor(1) as pool:
            with Emulator() as emulator:
                emulator.switch(latency=300)
                waiting = pool.submit(Client(emulator).call)
                while not emulator.counts().requests:
                    time.sleep(0.01)
            with pytest.raises(requests.ConnectionError):
                waiting.result()

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            (b"nonsense\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        ],
    )
    def test_invalid_request_gets_an_error(self, sent: bytes, status: int, emulator: Emulator) -> None:
        """An invalid HTTP request gets an API error, and the connection is closed."""
        with socket.create_connection(("127.0.0.1", int(emulator.url.rpartition(":")[2]))) as connection:
            connection.sendall(sent)
            said = connection.makefile("rb").read()
        assert said.startswith(f"HTTP/1.1 {status} ".encode())
        assert b'{"code":3,"message":' in said
        assert b"Connection: close" in said
        assert emulator.counts().requests == 0

    def test_internal_error_is_an_api_error(
        self, emulator: Emulator, api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """An unexpected exception in the emulator is returned as an API error, and logged."""
        monkeypatch.setattr(Api, "_own_response", lambda *_: 1 / 0)
        response = api.call()
        assert response.status_code == 500
        assert response.json() == {"code": 13, "message": "the emulator failed: ZeroDivisionError: division by zero"}
        assert "Traceback" in caplog.text


def test_environ_bypasses_a_proxy(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator's environment exempts its address from a configured proxy."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    plain = {"COREWEAVE_API_ENDPOINT": emulator.url, "COREWEAVE_API_TOKEN": emulator.token}
    assert emulator.environ == plain
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "example.com")
    exempt = "example.com,127.0.0.1"
    assert emulator.environ == {**plain, "NO_PROXY": exempt, "no_proxy": exempt}
