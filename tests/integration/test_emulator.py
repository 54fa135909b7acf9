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

from pulumi_coreweave_gateway.emulator import Emulator, EmulatorError, sample_gateway

pytestmark = pytest.mark.enable_socket

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
GATEWAYS = "/v1alpha1/inference/gateways"
DEPLOYMENTS = "/v1alpha1/inference/deployments"


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

    def names(self) -> list[str]:
        """Return the names in the list of gateways."""
        return [one["spec"]["name"] for one in self.call().json().get("items", [])]


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
        given = {"spec": {"id": ID, "colour": "ü☃"}, "status": {"endpoints": [], "status": 6}}
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

    def test_becomes_ready_after_reads(self, emulator: Emulator, api: Client) -> None:
        """After some responses, lists included, a gateway is READY with endpoints, true conditions and a new time."""
        gateway_id = emulator.add(ready=False, additional_dns=["llm.example.com"])
        emulator.become_ready(gateway_id, after_reads=3)
        before = emulator.get(gateway_id)["status"]
        assert api.names() == ["gateway"]
        assert [api.status(gateway_id) for _ in range(3)] == [*["STATUS_CREATING"] * 2, "STATUS_READY"]
        after = emulator.get(gateway_id)["status"]
        assert after["endpoints"] == [f"https://api.{gateway_id}.gw.cwinference.com", "https://llm.example.com"]
        assert [one["status"] for one in after["conditions"]] == ["True"]
        assert (after["updatedAt"] > before["updatedAt"], after["createdAt"]) == (True, before["createdAt"])

    def test_deployments(self, emulator: Emulator, api: Client) -> None:
        """Deployments are changed like gateways, and have a collection of their own, which one gateway may limit."""
        gateway_id = emulator.add(name="prod")
        made = emulator.add_deployment(model="meta-llama/Llama-3.1-8B", gateway_ids=[gateway_id], ready=False)
        other = emulator.add_deployment(model="qwen", deployment_id=ID)
        emulator.change(made, spec={"traffic": {"weight": 7}})
        emulator.become_ready(made, after_reads=1)
        statuses = [api.call(f"{DEPLOYMENTS}/{made}").json()["deployment"]["status"]["status"] for _ in range(2)]
        assert statuses == ["STATUS_CREATING", "STATUS_READY"]
        assert "endpoints" not in emulator.get(made)["status"]
        assert [one["spec"]["id"] for one in api.call(DEPLOYMENTS).json()["items"]] == [made, other]
        [listed] = api.call(f"{DEPLOYMENTS}?parentGatewayId={gateway_id}").json()["items"]
        assert (listed["spec"]["model"]["name"], listed["spec"]["traffic"]) == (
            "meta-llama/Llama-3.1-8B",
            {"weight": 7},
        )
        assert [api.get(made).status_code, api.call(f"{DEPLOYMENTS}/{gateway_id}").status_code] == [404, 404]
        emulator.remove(made)
        assert (len(api.call(DEPLOYMENTS).json()["items"]), api.names()) == (1, ["prod"])

    @pytest.mark.parametrize(
        ("act", "message"),
        [
            (lambda emulator: emulator.add(gateway_id="prod"), r"spec\.id: must be a UUID .*, not 'prod'"),
            (lambda emulator: emulator.replace([{"spec": {}}]), r"gateways\[0\]: spec\.id: must be a UUID"),
            (lambda emulator: emulator.change(ID, spec={"id": ID[:-1] + "2"}), "id can't be changed"),
            (lambda emulator: emulator.remove(ID[:-1] + "2"), "has no gateway or deployment with the ID 0d9b6c0e-.*2$"),
            (lambda emulator: emulator.script(99), "status must be between 200 and 599, not 99"),
            (lambda emulator: emulator.script(text="a", json=1), "json and text exclude each other"),
            (lambda emulator: emulator.script(gateway_id=ID, path="/"), "gateway_id and path exclude each other"),
            (lambda emulator: emulator.script(headers={"Content-Length": "3"}), "can't be scripted"),
            (lambda emulator: emulator.script(times=0), "times must be 1 or more, not 0"),
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


class TestScripts:
    """Scripted responses."""

    def test_script_applies_to_a_number_of_requests(self, emulator: Emulator, api: Client) -> None:
        """A scripted error has the API's body by default; later requests get the usual response."""
        emulator.script(503, headers={"Retry-After": "1"}, times=2)
        responses = [api.call() for _ in range(3)]
        assert [response.status_code for response in responses] == [503, 503, 200]
        assert (responses[0].headers["Retry-After"], responses[0].json()["code"]) == ("1", 14)

    def test_most_limited_script_comes_first(self, emulator: Emulator, api: Client) -> None:
        """Scripts for one path precede those for all, and limited ones unlimited ones; IDs are case-insensitive."""
        emulator.script(500, times=None)
        emulator.script(504)
        emulator.script(403, gateway_id=ID.upper())
        emulator.script(502, path=f"{GATEWAYS}/{ID}")
        paths = [f"{GATEWAYS}/{ID}", f"{GATEWAYS}/{ID.upper()}", f"{GATEWAYS}/{ID}", GATEWAYS]
        assert [api.call(path).status_code for path in paths] == [403, 502, 504, 500]

    def test_unlimited_script_is_replaced(self, emulator: Emulator, api: Client) -> None:
        """A script for all requests lasts until the next one, which may be the API's own response."""
        for status, seen in ((500, 500), (502, 502), (None, 200)):
            emulator.script(status, times=None)
            assert [api.call().status_code for _ in range(2)] == [seen, seen]

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


def test_requests_are_recorded_without_the_token(emulator: Emulator, api: Client) -> None:
    """Each request's method, path, query, headers and status are recorded, but no token."""
    api.call(f"{GATEWAYS}/x%2Fy", headers={"User-Agent": "me/1"})
    api.call(f"{GATEWAYS}?a=b", headers={"Authorization": "Bearer another-secret"})
    api.call("/nowhere", "POST", data=b"a body of some length")
    first, second, third = emulator.requests()
    assert (first.method, first.path, first.query, first.status) == ("GET", f"{GATEWAYS}/x%2Fy", "", 400)
    assert (second.path, second.query, second.status) == (GATEWAYS, "a=b", 401)
    assert (third.method, third.status) == ("POST", 404)
    assert first.headers["User-Agent"] == "me/1"
    shown = f"{emulator!r} {emulator.requests()}"
    assert not [secret for secret in (emulator.token, "another-secret") if secret in shown]


class TestServer:
    """Starting and stopping."""

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
                emulator.script(delay=300)
                waiting = pool.submit(Client(emulator).call)
                while not emulator.requests():
                    time.sleep(0.01)
            with pytest.raises(requests.ConnectionError):
                waiting.result()

    def test_settings_before_the_start_are_an_error(self) -> None:
        """Before it is started, the emulator has no settings, with which a program would use the real API."""
        with pytest.raises(EmulatorError, match=r"call start\(\)"):
            _ = Emulator().environ

    def test_second_start_is_an_error(self, emulator: Emulator, api: Client) -> None:
        """A running emulator can't be started again: the first server would never stop."""
        url = emulator.url
        with pytest.raises(EmulatorError, match="running already"):
            emulator.start()
        assert (emulator.url, api.call().status_code) == (url, 200)
