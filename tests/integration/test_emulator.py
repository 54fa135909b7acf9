"""The emulator over HTTP: what it answers, and what a test can tell it."""

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
    """Calls the API on one connection.

    Args:
        emulator: what it calls.

    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {emulator.token}"

    def call(self, path: str = GATEWAYS, method: str = "GET", **more: Any) -> requests.Response:
        """Return the answer to a request."""
        return self.session.request(method, f"{self._emulator.url}{path}", timeout=20, **more)

    def get(self, gateway_id: str) -> requests.Response:
        """Return the answer for one gateway."""
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
    """Gateways that are added, changed and removed."""

    def test_added_gateway(self, emulator: Emulator, api: Client) -> None:
        """A gateway made from a few words is answered in full, and one that is given in full as it is."""
        made = emulator.add(name="prod", zone="US-WEST-01A", additional_dns=["llm.example.com"])
        expected = sample_gateway(made, name="prod", zone="US-WEST-01A", additional_dns=["llm.example.com"])
        assert api.get(made).json() == {"gateway": expected}
        given = {"spec": {"id": ID, "headerBasedRouting": {"headerName": "X"}}, "status": {"endpoints": ["e"]}}
        assert emulator.add(given) == ID
        assert api.get(ID.upper()).json() == {"gateway": given}

    def test_ids_are_the_same_in_every_run(self, emulator: Emulator, api: Client) -> None:
        """Two gateways may share a name; their ids follow from the name and the order."""
        first, second = (emulator.add(name="prod") for _ in range(2))
        assert (first != second, api.names()) == (True, ["prod", "prod"])
        with Emulator() as other:
            assert [other.add(name="prod") for _ in range(2)] == [first, second]

    def test_change_and_remove(self, emulator: Emulator, api: Client) -> None:
        """A change shows in the next answer and touches nothing else; a removed gateway isn't found."""
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
        ("act", "complaint"),
        [
            (lambda emulator: emulator.add({"spec": {"colour": "red"}}), r"spec\.colour: unknown field"),
            (lambda emulator: emulator.add(gateway_id="prod"), r"spec\.id: must be a UUID"),
            (lambda emulator: emulator.add({"spec": {"id": "prod"}}), r"spec\.id: must be a UUID .*, not 'prod'"),
            (lambda emulator: emulator.replace([{"spec": {}}]), r"gateways\[0\]: spec\.id: required"),
            (
                lambda emulator: emulator.change(ID, status={"status": "READY"}),
                r"status\.status: must be ",
            ),
            (lambda emulator: emulator.change(ID, spec={"id": ID[:-1] + "2"}), "id: can't be changed"),
            (lambda emulator: emulator.remove(ID[:-1] + "2"), "has no gateway 0d9b6c0e-.*2$"),
            (lambda emulator: emulator.become_ready(ID, after_reads=-1), "after_reads must be a number, 0 or more"),
            (lambda emulator: emulator.become_ready(ID, after_reads=1, after_seconds=1), "exclude each other"),
            (lambda emulator: emulator.transition(ID, {"spec": {"zones": "A"}}), r"spec\.zones: must be a valid list"),
            (lambda emulator: emulator.script(99), "status must be between 200 and 599, not 99"),
            (lambda emulator: emulator.script(text="a", json=1), "json, text and body exclude each other"),
            (
                lambda emulator: emulator.script(gateway_id=ID, path="/"),
                "gateway_id must be a UUID",
            ),
            (lambda emulator: emulator.script(path=f"{GATEWAYS}?a=b"), "path must begin with '/' and have no query"),
            (
                lambda emulator: emulator.script(headers={"X": "a\r\nY: b"}),
                "header 'X' .* can't be",
            ),
            (
                lambda emulator: emulator.script(headers={"Content-Length": "3"}),
                "'Content-Length' .* can't be",
            ),
            (lambda emulator: emulator.script(times=0), "times must be a number, 1 or more, not 0"),
            (lambda emulator: emulator.script(delay=float("nan")), "delay must be a number"),
            (lambda emulator: emulator.fail_some(30), "share must be between 0 and 1, not 30"),
            (lambda emulator: emulator.fail_some(0.5, []), "statuses must not be empty"),
            (lambda emulator: emulator.switch(latency=-1), "latency must be a number, 0 or more"),
        ],
    )
    def test_mistakes_are_refused(
        self, act: Callable[[Emulator], None], complaint: str, emulator: Emulator, api: Client
    ) -> None:
        """A mistake in a test is an error in one line, and changes nothing."""
        emulator.add(gateway_id=ID)
        with pytest.raises(EmulatorError, match=complaint):
            act(emulator)
        assert api.call().json() == {"items": [sample_gateway(ID)]}


class TestTransitions:
    """Gateways that change by themselves."""

    def test_becomes_ready_after_reads(self, emulator: Emulator, api: Client) -> None:
        """A poll sees CREATING so many times, then READY with endpoints, true conditions and a new time."""
        gateway_id = emulator.add(ready=False, additional_dns=["llm.example.com"])
        emulator.become_ready(gateway_id, after_reads=3)
        before = api.get(gateway_id).json()["gateway"]["status"]
        assert [api.status(gateway_id) for _ in range(4)] == [*["STATUS_CREATING"] * 2, *["STATUS_READY"] * 2]
        after = api.get(gateway_id).json()["gateway"]["status"]
        assert after["endpoints"] == [f"https://api.{gateway_id}.gw.cwinference.com", "https://llm.example.com"]
        assert [one["status"] for one in after["conditions"]] == ["True"]
        assert (after["updatedAt"] > before["updatedAt"], after["createdAt"]) == (True, before["createdAt"])

    def test_becomes_ready_after_a_time(self, emulator: Emulator, api: Client) -> None:
        """However often it is read, it becomes READY when its time has come; without a time, at once."""
        gateway_id = emulator.add(ready=False)
        started = time.monotonic()
        emulator.become_ready(gateway_id, after_seconds=0.5)
        while api.status(gateway_id) == "STATUS_CREATING":
            time.sleep(0.02)
        assert time.monotonic() - started > 0.45
        other = emulator.add(ready=False)
        emulator.become_ready(other)
        assert api.status(other) == "STATUS_READY"

    def test_only_answers_that_show_it_are_reads(self, emulator: Emulator, api: Client) -> None:
        """A list is a read of the gateways in it; a look by the test isn't."""
        gateway_id = emulator.add(ready=False)
        emulator.become_ready(gateway_id, after_reads=2)
        for _ in range(3):
            assert emulator.get(gateway_id)["status"]["status"] == "STATUS_CREATING"
        api.names("?updatedAfter=2030-01-01T00:00:00Z")
        api.names()
        assert [api.status(gateway_id) for _ in range(2)] == ["STATUS_CREATING", "STATUS_READY"]

    def test_one_after_the_other(self, emulator: Emulator, api: Client) -> None:
        """Transitions follow one another, and a change of the test comes after those that are due."""
        gateway_id = emulator.add(ready=False)
        emulator.transition(gateway_id, {"status": {"status": "STATUS_ERROR"}}, after_reads=1)
        emulator.become_ready(gateway_id, after_reads=2)
        seen = [api.status(gateway_id) for _ in range(4)]
        assert seen == ["STATUS_CREATING", "STATUS_ERROR", "STATUS_ERROR", "STATUS_READY"]
        emulator.transition(gateway_id, {"status": {"status": "STATUS_FAILED"}}, after_reads=0)
        emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
        assert api.status(gateway_id) == "STATUS_UPDATING"


class TestScripts:
    """Answers that replace the emulator's own."""

    def test_next_answers(self, emulator: Emulator, api: Client) -> None:
        """A script holds for as many calls as it says; an error without a body has the API's."""
        emulator.script(503, headers={"Retry-After": "1"}, times=2)
        answers = [api.call() for _ in range(3)]
        assert [answer.status_code for answer in answers] == [503, 503, 200]
        assert (answers[0].headers["Retry-After"], answers[0].json()["code"]) == ("1", 14)

    def test_for_one_gateway_or_path(self, emulator: Emulator, api: Client) -> None:
        """A script for one gateway or path comes before one for all; ids have no case, and a path may be quoted."""
        emulator.script(500, times=None)
        emulator.script(403, gateway_id=ID.upper())
        emulator.script(502, path=f"{GATEWAYS}/{ID.upper()}")
        emulator.script(504, path="/a%20b%3F")
        paths = [f"{GATEWAYS}/{ID}", f"{GATEWAYS}/{ID}", f"{GATEWAYS}/{ID}", "/a%20%62%3f", GATEWAYS]
        assert [api.call(path).status_code for path in paths] == [403, 502, 500, 504, 500]

    def test_for_certain_attempts(self, emulator: Emulator, api: Client) -> None:
        """A script for certain attempts counts the calls of each path separately."""
        ids = [emulator.add(name=name) for name in ("one", "other")]
        emulator.script(429, attempts=[1, 3], times=None)
        for gateway_id in ids:
            assert [api.get(gateway_id).status_code for _ in range(4)] == [429, 200, 429, 200]

    @pytest.mark.parametrize(
        ("body", "content", "content_type"),
        [
            ({"json": {"a": [None]}}, b'{"a":[null]}', "application/json"),
            ({"json": None}, b"null", "application/json"),
            ({"text": "<html>ü"}, "<html>ü".encode(), "text/plain; charset=utf-8"),
            ({"body": b"\xff\x00"}, b"\xff\x00", "application/octet-stream"),
            ({"text": "{}", "headers": {"content-type": "text/html"}}, b"{}", "text/html"),
        ],
    )
    def test_bodies(
        self, body: dict[str, Any], content: bytes, content_type: str, emulator: Emulator, api: Client
    ) -> None:
        """A body is JSON, text or bytes, and has the type that goes with it unless told otherwise."""
        emulator.script(**body)
        answer = api.call()
        assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, content, content_type)

    def test_headers_and_delay(self, emulator: Emulator, api: Client) -> None:
        """A script without status and body is the emulator's own answer: late, and with further headers."""
        emulator.script(headers={"X-Twice": ["a", "b"], "X-Request-Id": "mine"}, delay=0.3)
        late, prompt = api.call(), api.call()
        assert late.json() == prompt.json()
        assert (late.headers["X-Twice"], late.headers["X-Request-Id"]) == ("a, b", "mine")
        assert late.elapsed.total_seconds() >= 0.3
        emulator.script(204)
        emulator.script(302, headers={"Location": "https://elsewhere.example"})
        assert [api.call(allow_redirects=False).status_code for _ in range(3)] == [204, 302, 200]

    def test_the_same_calls_fail_in_every_run(self, emulator: Emulator, api: Client) -> None:
        """A load test with failures repeats itself, and another seed is another test."""
        ids = [emulator.add(name=f"gateway-{number}") for number in range(40)]

        def statuses(seed: str) -> list[int]:
            emulator.forget_requests()
            emulator.fail_some(0.3, (429, 503), seed=seed, headers={"Retry-After": "0"})
            return [api.get(gateway_id).status_code for gateway_id in ids for _ in range(5)]

        first = statuses("a")
        assert statuses("a") == first != statuses("b")
        failed = [status for status in first if status != 200]
        assert set(failed) == {429, 503}
        assert 0.2 < len(failed) / len(first) < 0.4


class TestSwitches:
    """How the emulator answers."""

    def test_latency(self, emulator: Emulator, api: Client) -> None:
        """Every answer takes the latency, side by side: 24 at once need far fewer than 24 times as long."""
        emulator.switch(latency=0.5)
        started = time.monotonic()
        with ThreadPoolExecutor(24) as pool:
            elapsed = list(pool.map(lambda _: Client(emulator).call().elapsed.total_seconds(), range(24)))
        assert min(elapsed) >= 0.5
        assert time.monotonic() - started < 10
        assert emulator.counts().peak_concurrency == emulator.counts().connections == 24

    def test_pages(self, emulator: Emulator, api: Client) -> None:
        """A list may come in pages, each with a token for the next."""
        for number in range(5):
            emulator.add(name=f"gateway-{number}")
        emulator.switch(page_size=2)
        pages = [api.call().json()]
        while "nextPageToken" in pages[-1]:
            pages.append(api.call(f"{GATEWAYS}?pageToken={pages[-1]['nextPageToken']}").json())
        names = [[gateway["spec"]["name"] for gateway in page["items"]] for page in pages]
        assert names == [["gateway-0", "gateway-1"], ["gateway-2", "gateway-3"], ["gateway-4"]]
        assert api.call(f"{GATEWAYS}?pageToken=nonsense").status_code == 400

    def test_rate_limit(self, emulator: Emulator, api: Client) -> None:
        """Calls beyond the rate get 429; the bucket fills again with time."""
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
    """What the emulator has seen."""

    def test_requests_are_recorded(self, emulator: Emulator, api: Client) -> None:
        """A test sees method, path, query, headers, connection, and what was answered."""
        api.call(f"{GATEWAYS}/x%2Fy", headers={"User-Agent": "me/1"})
        api.call(f"{GATEWAYS}?updatedAfter=now&a=b")
        other = Client(emulator)
        with other.session:
            other.call("/nowhere", "POST", data=b"a body of some length")
        first, second, third = emulator.requests()
        assert (first.method, first.path, first.query, first.status) == ("GET", f"{GATEWAYS}/x%2Fy", "", 400)
        assert (second.path, second.query, second.status) == (GATEWAYS, "updatedAfter=now&a=b", 400)
        assert [one.connection for one in (first, second, third)] == [1, 1, 2]
        assert (first.number, second.number, second.attempt) == (1, 2, 1)
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
        """No token is shown, neither the right one nor a wrong one, wherever it occurs."""
        api.call(f"/{emulator.token}?token={emulator.token}", headers={"X-Copy": emulator.token, "Cookie": "a-cookie"})
        answers = [api.call(headers={"Authorization": value}) for value in ("Bearer another-secret", "bare-secret")]
        assert [answer.status_code for answer in answers] == [401, 401]
        shown = f"{emulator!r} {emulator.requests()} {emulator.counts()}"
        assert not [one for one in (emulator.token, "another-secret", "bare-secret", "a-cookie") if one in shown]
        assert emulator.requests()[1].headers["Authorization"] == "Bearer ***"

    def test_reset(self, api: Client) -> None:
        """A reset leaves nothing of a test, and a call that is answered afterwards isn't counted."""
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
            assert (emulator.counts().requests, emulator.requests()[0].connection) == (1, 1)
            client.session.close()


class TestServer:
    """The HTTP server below."""

    def test_start_and_stop(self) -> None:
        """It answers when start() returns, and leaves neither thread nor port behind; a second stop is harmless."""
        before = threading.active_count()
        emulator = Emulator()
        for _ in range(3):
            emulator.start()
            with Client(emulator).session as session:
                assert session.get(emulator.url, timeout=10).status_code == 404
                emulator.stop()
            emulator.stop()
            assert threading.active_count() == before
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(emulator.url.rpartition(":")[2]))) != 0

    def test_answers_while_the_program_waits(self, emulator: Emulator) -> None:
        """A main thread that is blocked in a system call doesn't keep it from answering."""
        head = f"GET {GATEWAYS} HTTP/1.0\r\nAuthorization: Bearer {emulator.token}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", int(emulator.url.rpartition(":")[2]))) as connection:
            connection.sendall(head.encode())
            said = b""
            while part := connection.recv(65536):
                said += part
        assert said.startswith(b"HTTP/1.1 200 OK\r\n")

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            (b"nonsense\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
            (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ],
    )
    def test_unreadable_requests(self, sent: bytes, status: int, emulator: Emulator) -> None:
        """What isn't a request gets an error in the API's form, and the connection is closed."""
        with socket.create_connection(("127.0.0.1", int(emulator.url.rpartition(":")[2]))) as connection:
            connection.sendall(sent)
            said = connection.recv(65536)
        assert said.startswith(f"HTTP/1.1 {status} ".encode())
        assert b"Connection: close" in said
        assert emulator.counts().requests == 0

    def test_bug_has_the_form_of_the_api(
        self, emulator: Emulator, api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Even a bug of the emulator is answered as an error that clients can read, and logged."""
        monkeypatch.setattr(Api, "_own_answer", lambda *_: 1 / 0)
        answer = api.call()
        assert answer.status_code == 500
        assert answer.json() == {"code": 13, "message": "the emulator failed: ZeroDivisionError: division by zero"}
        assert "Traceback" in caplog.text

    def test_port_in_use(self, emulator: Emulator) -> None:
        """A port that is taken is named."""
        port = int(emulator.url.rpartition(":")[2])
        with pytest.raises(EmulatorError, match=f"can't listen on 127.0.0.1 port {port}: Address already in use"):
            Emulator(port=port).start()


def test_environ_bypasses_a_proxy(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a company's proxy, a program still reaches the emulator on its own machine."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    plain = {"COREWEAVE_API_ENDPOINT": emulator.url, "COREWEAVE_API_TOKEN": emulator.token}
    assert emulator.environ == plain
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "example.com")
    exempt = "example.com,127.0.0.1"
    assert emulator.environ == {**plain, "NO_PROXY": exempt, "no_proxy": exempt}
