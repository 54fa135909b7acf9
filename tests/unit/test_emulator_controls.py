"""The emulator's controls, each through HTTP on a real emulator."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import requests
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from pulumi_coreweave_gateway.emulator import Counts, Emulator, EmulatorError, EmulatorProcess, sample_gateway
from pulumi_coreweave_gateway.emulator.journal import Journal
from pulumi_coreweave_gateway.emulator.observing import in_the_apis_form

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.enable_socket

UNKNOWN = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
GATEWAYS = "/v1alpha1/inference/gateways"


@pytest.fixture(name="api")
def _api(coreweave_emulator: EmulatorProcess) -> Iterator[Api]:
    with Api(coreweave_emulator) as api:
        yield api


class Api:
    """Calls the API as a client would: one session, one connection."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {emulator.token}"

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def call(self, path: str, **more: Any) -> requests.Response:
        """Return the answer to a GET."""
        return self._session.get(f"{self._emulator.url}{path}", timeout=20, **more)

    def get(self, gateway_id: str) -> requests.Response:
        """Return the answer for one gateway."""
        return self.call(f"{GATEWAYS}/{gateway_id}")

    def status(self, gateway_id: str) -> str:
        """Return the status of one gateway."""
        return str(self.get(gateway_id).json()["gateway"]["status"]["status"])

    def names(self) -> list[str]:
        """Return the names in the list of all gateways."""
        return [one["spec"]["name"] for one in self.call(GATEWAYS).json().get("items", [])]


class TestGateways:
    """Adding, changing and removing gateways."""

    def test_added_gateway_is_answered(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A gateway made from a few words is answered as a whole one."""
        gateway_id = coreweave_emulator.add(name="prod", zone="US-WEST-01A", additional_dns=["llm.example.com"])
        gateway = api.get(gateway_id).json()["gateway"]
        assert gateway == sample_gateway(
            gateway_id, name="prod", zone="US-WEST-01A", additional_dns=["llm.example.com"]
        )
        assert gateway["status"]["endpoints"][0] == f"https://api.{gateway_id}.gw.cwinference.com"

    def test_gateway_as_on_the_wire(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A gateway that is given in full is answered to the field."""
        gateway = {"spec": {"id": UNKNOWN, "headerBasedRouting": {"headerName": "X"}}, "status": {"endpoints": ["e"]}}
        assert coreweave_emulator.add(gateway) == UNKNOWN
        assert api.get(UNKNOWN).json() == {"gateway": gateway}

    def test_names_need_not_be_unique(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """Two gateways may share a name, and their ids are the same in every run."""
        first, second = coreweave_emulator.add(name="prod"), coreweave_emulator.add(name="prod")
        assert api.names() == ["prod", "prod"]
        coreweave_emulator.reset()
        assert [coreweave_emulator.add(name="prod") for _ in range(2)] == [first, second]
        assert first != second

    def test_change(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A change shows in the next answer, and touches nothing else."""
        gateway_id = coreweave_emulator.add(name="prod")
        before = api.get(gateway_id).json()["gateway"]
        coreweave_emulator.change(gateway_id, spec={"bodyBasedRouting": None}, status={"status": "STATUS_ERROR"})
        after = api.get(gateway_id).json()["gateway"]
        del before["spec"]["bodyBasedRouting"]
        before["status"]["status"] = "STATUS_ERROR"
        assert after == before == coreweave_emulator.get(gateway_id)

    def test_remove(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A gateway that was removed is not found."""
        gateway_id = coreweave_emulator.add()
        coreweave_emulator.remove(gateway_id)
        assert (api.get(gateway_id).status_code, api.names()) == (404, [])

    def test_a_thousand_at_once(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A fleet of a thousand is one control, and one list."""
        ids = [f"00000000-0000-4000-8000-{number:012x}" for number in range(1000)]
        coreweave_emulator.replace(sample_gateway(one, name=one) for one in ids)
        assert api.names() == ids
        assert api.get(ids[-1]).status_code == 200

    def test_unchecked_gateway_is_answered_as_it_is(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """An answer that breaks the contract can be kept too, for more than one call and in the list."""
        broken = {"spec": {"id": 7, "name": None, "new": []}, "status": {"status": "STATUS_NEW", "endpoints": ""}}
        coreweave_emulator.add(broken, gateway_id=UNKNOWN, unchecked=True)
        assert [api.get(UNKNOWN).json(), api.get(UNKNOWN).json()] == [{"gateway": broken}] * 2
        assert api.call(GATEWAYS).json() == {"items": [broken]}
        assert api.call(f"{GATEWAYS}/parameters").json() == {}
        assert api.call(f"{GATEWAYS}?updatedAfter=2025-01-01T00:00:00Z").json() == {}
        coreweave_emulator.change(UNKNOWN, spec={"more": 1}, unchecked=True)
        assert api.get(UNKNOWN).json()["gateway"]["spec"]["more"] == 1

    @pytest.mark.parametrize(
        ("spec", "status", "complaint"),
        [
            ({"colour": "red"}, {}, "spec.colour: unknown field"),
            ({"id": "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a02"}, {}, "spec.id: can't be changed"),
            ({"id": None}, {}, "spec.id: is missing"),
            ({}, {"status": "READY"}, "status.status: must be one of STATUS_CREATING"),
        ],
    )
    def test_wrong_change_is_refused(
        self,
        spec: dict[str, Any],
        status: dict[str, Any],
        complaint: str,
        coreweave_emulator: EmulatorProcess,
        api: Api,
    ) -> None:
        """A test that tells the emulator nonsense learns which field, and nothing has changed."""
        gateway_id = coreweave_emulator.add(name="prod")
        with pytest.raises(EmulatorError, match=complaint):
            coreweave_emulator.change(gateway_id, spec=spec, status=status)
        assert api.get(gateway_id).json()["gateway"] == sample_gateway(gateway_id, name="prod")

    def test_gateway_that_is_not_there(self, coreweave_emulator: EmulatorProcess) -> None:
        """A control that names a gateway that isn't there, or no gateway at all, says so."""
        for control in (
            lambda: coreweave_emulator.change(UNKNOWN, status={}),
            lambda: coreweave_emulator.remove(UNKNOWN),
            lambda: coreweave_emulator.get(UNKNOWN),
            lambda: coreweave_emulator.become_ready(UNKNOWN),
        ):
            with pytest.raises(EmulatorError, match=f"has no gateway {UNKNOWN}"):
                control()
        with pytest.raises(EmulatorError, match=r"'\.\./reset' is not a UUID"):
            coreweave_emulator.remove("../reset")


class TestTransitions:
    """Gateways that change by themselves."""

    def test_becomes_ready_after_reads(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A poll sees CREATING so many times, then READY with endpoints, true conditions and a new time."""
        gateway_id = coreweave_emulator.add(ready=False, additional_dns=["llm.example.com"])
        coreweave_emulator.become_ready(gateway_id, after_reads=3)
        before = api.get(gateway_id).json()["gateway"]["status"]
        assert "endpoints" not in before
        assert [api.status(gateway_id) for _ in range(4)] == [*["STATUS_CREATING"] * 2, *["STATUS_READY"] * 2]
        after = api.get(gateway_id).json()["gateway"]["status"]
        assert after["endpoints"] == [f"https://api.{gateway_id}.gw.cwinference.com", "https://llm.example.com"]
        assert [one["status"] for one in after["conditions"]] == ["True"]
        assert after["updatedAt"] > before["updatedAt"]
        assert after["createdAt"] == before["createdAt"]

    def test_becomes_ready_after_a_time(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """However often it is read, it becomes READY when its time has come."""
        gateway_id = coreweave_emulator.add(ready=False)
        started = time.monotonic()
        coreweave_emulator.become_ready(gateway_id, after_seconds=0.5)
        while api.status(gateway_id) == "STATUS_CREATING":
            time.sleep(0.02)
        assert 0.45 < time.monotonic() - started < 5

    def test_becomes_ready_at_once(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """Without a number, the next answer is READY."""
        gateway_id = coreweave_emulator.add(ready=False)
        coreweave_emulator.become_ready(gateway_id)
        assert api.status(gateway_id) == "STATUS_READY"

    def test_lists_are_reads_and_controls_are_not(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """What counts as a read is an answer of the API that shows the gateway."""
        gateway_id = coreweave_emulator.add(ready=False)
        coreweave_emulator.become_ready(gateway_id, after_reads=2)
        for _ in range(3):
            assert coreweave_emulator.get(gateway_id)["status"]["status"] == "STATUS_CREATING"
        api.call(f"{GATEWAYS}?updatedAfter=2030-01-01T00:00:00Z")
        api.call(GATEWAYS)
        assert [api.status(gateway_id) for _ in range(2)] == ["STATUS_CREATING", "STATUS_READY"]

    def test_one_after_the_other(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """Transitions follow one another, each counted from the one before; a cancelled one never comes."""
        gateway_id = coreweave_emulator.add(ready=False)
        coreweave_emulator.transition(gateway_id, {"status": {"status": "STATUS_ERROR"}}, after_reads=1)
        coreweave_emulator.become_ready(gateway_id, after_reads=2)
        seen = [api.status(gateway_id) for _ in range(4)]
        assert seen == ["STATUS_CREATING", "STATUS_ERROR", "STATUS_ERROR", "STATUS_READY"]
        coreweave_emulator.transition(gateway_id, {"status": {"status": "STATUS_FAILED"}}, after_reads=1)
        path = f"{coreweave_emulator.url}/_emulator/gateways/{gateway_id}/transitions"
        assert requests.delete(path, timeout=10).status_code == 204
        assert [api.status(gateway_id) for _ in range(3)] == ["STATUS_READY"] * 3

    def test_wrong_transition_is_refused(self, coreweave_emulator: EmulatorProcess) -> None:
        """A transition that could never be answered is refused when it is planned, not when it comes."""
        gateway_id = coreweave_emulator.add(ready=False)
        with pytest.raises(EmulatorError, match=r"status\.status: must be one of"):
            coreweave_emulator.transition(gateway_id, {"status": {"status": "DONE"}}, after_reads=1)
        with pytest.raises(EmulatorError, match="afterReads and afterSeconds exclude each other"):
            coreweave_emulator.become_ready(gateway_id, after_reads=1, after_seconds=1)
        with pytest.raises(EmulatorError, match="afterReads must be a whole number, 0 or more"):
            coreweave_emulator.become_ready(gateway_id, after_reads=-1)

    def test_change_that_a_transition_can_not_follow_is_refused(
        self, coreweave_emulator: EmulatorProcess, api: Api
    ) -> None:
        """A change that makes a planned transition impossible is refused, rather than every answer after it."""
        gateway_id = coreweave_emulator.add(routing="header")
        coreweave_emulator.transition(gateway_id, {"spec": {"headerBasedRouting": {}}}, after_reads=1)
        with pytest.raises(EmulatorError, match=r"headerName: is missing, after a transition that is to come$"):
            coreweave_emulator.change(gateway_id, spec={"headerBasedRouting": None})
        coreweave_emulator.change(gateway_id, spec={"headerBasedRouting": {"headerName": "X-Other"}})
        for _ in range(3):
            spec = api.get(gateway_id).json()["gateway"]["spec"]
            assert spec["headerBasedRouting"] == {"headerName": "X-Other"}
        assert len(api.names()) == 1
        coreweave_emulator.remove(gateway_id)

    def test_change_comes_after_the_transitions_that_are_due(
        self, coreweave_emulator: EmulatorProcess, api: Api
    ) -> None:
        """A change is made to the gateway as it is now, so that a transition from before can't undo it."""
        gateway_id = coreweave_emulator.add()
        coreweave_emulator.transition(gateway_id, {"status": {"status": "STATUS_FAILED"}}, after_reads=1)
        api.get(gateway_id)
        coreweave_emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
        assert api.status(gateway_id) == "STATUS_UPDATING"

    def test_unchecked_gateway_that_can_not_become_ready(self, coreweave_emulator: EmulatorProcess) -> None:
        """What is missing in an unchecked gateway is named when a transition is planned."""
        for gateway, complaint in (
            ({"status": {}}, "spec: is missing"),
            ({"spec": {"id": UNKNOWN}, "status": {"conditions": [7]}}, r"status\.conditions\[0\]: must be an object"),
            ({"spec": {"id": UNKNOWN, "endpointConfiguration": 7}}, r"spec\.endpointConfiguration: must be an object"),
        ):
            coreweave_emulator.add(gateway, gateway_id=UNKNOWN, unchecked=True)
            with pytest.raises(EmulatorError, match=complaint):
                coreweave_emulator.become_ready(UNKNOWN)
            assert coreweave_emulator.get(UNKNOWN) == gateway

    def test_unchecked_gateway_becomes_ready(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A gateway whose status nobody has heard of becomes READY as any other."""
        coreweave_emulator.add({"spec": {"id": UNKNOWN}, "status": {"status": "STATUS_NEW"}}, unchecked=True)
        coreweave_emulator.become_ready(UNKNOWN, after_reads=1)
        assert [api.status(UNKNOWN) for _ in range(2)] == ["STATUS_NEW", "STATUS_READY"]


class TestScripts:
    """Answers that replace the emulator's own."""

    def test_next_answers(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A script holds for as many calls as it says, and then the emulator answers itself again."""
        gateway_id = coreweave_emulator.add()
        coreweave_emulator.script(503, headers={"Retry-After": "1"}, times=2)
        answers = [api.get(gateway_id) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [503, 503, 200]
        assert answers[0].headers["Retry-After"] == "1"
        assert answers[0].json() == {"code": 14, "message": "scripted by the emulator"}

    def test_for_one_gateway(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A script for one gateway leaves the others alone, and goes before one for all."""
        one, other = coreweave_emulator.add(name="one"), coreweave_emulator.add(name="other")
        coreweave_emulator.script(500, times=None)
        coreweave_emulator.script(403, gateway_id=one)
        assert [api.get(gateway_id).status_code for gateway_id in (other, one, one)] == [500, 403, 500]

    def test_the_id_has_no_case(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A script finds its gateway however its id, or the id in its path, is spelled."""
        coreweave_emulator.add(gateway_id=UNKNOWN)
        coreweave_emulator.script(503, gateway_id=UNKNOWN.upper(), times=2)
        coreweave_emulator.script(502, path=f"{GATEWAYS}/{UNKNOWN.upper()}")
        asked = (UNKNOWN, UNKNOWN.upper(), UNKNOWN, UNKNOWN)
        assert [api.get(one).status_code for one in asked] == [503, 503, 502, 200]

    def test_the_path_may_be_quoted(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A path may be copied from the requests seen, where it is as it was sent."""
        coreweave_emulator.script(503, path="/a%20b%3F", times=2)
        assert [api.call(path).status_code for path in ("/a%20b%3F", "/a%20%62%3f")] == [503, 503]

    def test_for_certain_attempts(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A script for certain attempts counts the calls for each path apart."""
        one, other = coreweave_emulator.add(name="one"), coreweave_emulator.add(name="other")
        coreweave_emulator.script(429, attempts=[1, 3], times=None)
        for gateway_id in (one, other):
            assert [api.get(gateway_id).status_code for _ in range(4)] == [429, 200, 429, 200]

    @pytest.mark.parametrize(
        ("body", "content", "content_type"),
        [
            ({"json": {"a": [None]}}, b'{"a":[null]}', "application/json"),
            ({"json": None}, b"null", "application/json"),
            ({"text": "<html>ü"}, "<html>ü".encode(), "text/plain; charset=utf-8"),
            ({"text": ""}, b"", "text/plain; charset=utf-8"),
            ({"body": b"\xff\x00"}, b"\xff\x00", "application/octet-stream"),
            ({"text": "{}", "headers": {"content-type": "text/html"}}, b"{}", "text/html"),
        ],
    )
    def test_bodies(
        self,
        body: dict[str, Any],
        content: bytes,
        content_type: str,
        coreweave_emulator: EmulatorProcess,
        api: Api,
    ) -> None:
        """A body may be JSON, text or any bytes, and has the type that goes with it unless told otherwise."""
        coreweave_emulator.script(path="/anything", **body)
        answer = api.call("/anything")
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["Content-Type"] == content_type

    def test_statuses_without_a_body(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A success without a body is empty, and a redirect goes where its header says."""
        coreweave_emulator.script(204)
        coreweave_emulator.script(302, headers={"Location": "https://elsewhere.example"})
        assert (api.call(GATEWAYS).status_code, api.call(GATEWAYS, allow_redirects=False).status_code) == (204, 302)

    def test_headers_may_repeat(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A header may come twice, and one of the emulator's own can be replaced."""
        coreweave_emulator.script(headers={"X-Twice": ["a", "b"], "X-Request-Id": "mine"})
        answer = api.call(GATEWAYS)
        assert answer.headers["X-Twice"] == "a, b"
        assert answer.headers["X-Request-Id"] == "mine"

    def test_delay_alone(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A script without status and body is the emulator's own answer, only late."""
        gateway_id = coreweave_emulator.add()
        coreweave_emulator.script(gateway_id=gateway_id, delay=0.3)
        late, prompt = api.get(gateway_id), api.get(gateway_id)
        assert late.json() == prompt.json()
        assert late.elapsed.total_seconds() >= 0.3 > prompt.elapsed.total_seconds()

    def test_before_the_token_is_looked_at(self, coreweave_emulator: EmulatorProcess) -> None:
        """A script answers even a call without a token."""
        coreweave_emulator.script(418)
        calls = [requests.get(coreweave_emulator.url + GATEWAYS, timeout=10).status_code for _ in range(2)]
        assert calls == [418, 401]

    def test_scripts_can_be_shown_and_forgotten(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """What is still to come can be looked up, and called off."""
        coreweave_emulator.script(503, times=3)
        api.call(GATEWAYS)
        path = f"{coreweave_emulator.url}/_emulator/scripts"
        assert requests.get(path, timeout=10).json() == {"scripts": [{"status": 503, "times": 2}]}
        requests.delete(path, timeout=10)
        assert api.call(GATEWAYS).status_code == 200

    @pytest.mark.parametrize(
        ("script", "complaint"),
        [
            ({"status": 99}, "status must be an HTTP status from 200 to 599"),
            ({"status": "200"}, "status must be an HTTP status"),
            ({"stats": 200}, "unknown key 'stats'; known: id, path, attempts,"),
            ({"text": "a", "json": 1}, "json and text exclude each other"),
            ({"id": UNKNOWN, "path": "/"}, "id and path exclude each other"),
            ({"id": "prod"}, "id: 'prod' is not a UUID"),
            ({"path": GATEWAYS[1:]}, "path must begin with '/', and have no query"),
            ({"path": f"{GATEWAYS}?a=b"}, "path must begin with '/', and have no query"),
            ({"base64": "?"}, "base64: "),
            ({"headers": {"X": "a\r\nY: b"}}, "headers.X holds characters"),
            ({"headers": {"a b": "c"}}, "headers: 'a b' is no header that a script can set"),
            ({"headers": {"Content-Length": "3"}}, "headers: 'Content-Length' is no header"),
            ({"delay": -1}, "delay must be a number of seconds, zero or more"),
            ({"times": 0}, "times must be a whole number, 1 or more"),
            ({"attempts": [0]}, "attempts must be a whole number, 1 or more"),
            ([{"status": 500}, 3], "the body must be a JSON object"),
        ],
    )
    def test_wrong_script_is_refused(
        self, script: object, complaint: str, coreweave_emulator: EmulatorProcess, api: Api
    ) -> None:
        """A wrong script is refused with the key that is wrong, and none of its list is taken."""
        answer = requests.post(f"{coreweave_emulator.url}/_emulator/scripts", json=script, timeout=10)
        assert answer.status_code == 400
        assert answer.json()["code"] == 3
        assert complaint in answer.json()["message"]
        assert api.call(GATEWAYS).status_code == 200


class TestFaults:
    """A share of the calls that fails."""

    def test_the_same_calls_fail_in_every_run(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A load test with faults repeats itself, and another seed is another test."""
        ids = [coreweave_emulator.add(name=f"gateway-{number}") for number in range(40)]

        def statuses(seed: str) -> list[int]:
            coreweave_emulator.forget_requests()
            coreweave_emulator.fail_some(0.3, (429, 503), seed=seed, headers={"Retry-After": "0"})
            return [api.get(gateway_id).status_code for gateway_id in ids for _ in range(5)]

        first = statuses("a")
        assert statuses("a") == first != statuses("b")
        failed = [status for status in first if status != 200]
        assert set(failed) == {429, 503}
        assert 0.2 < len(failed) / len(first) < 0.4

    def test_none_and_all(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """The share may be all, with further headers, and may be taken back."""
        coreweave_emulator.fail_some(1, [503], headers={"Retry-After": "7"})
        answer = api.call(GATEWAYS)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
        path = f"{coreweave_emulator.url}/_emulator/faults"
        assert requests.get(path, timeout=10).json()["share"] == 1
        requests.delete(path, timeout=10)
        assert api.call(GATEWAYS).status_code == 200

    def test_wrong_faults_are_refused(self, coreweave_emulator: EmulatorProcess) -> None:
        """A share above one, or no status at all, is refused."""
        with pytest.raises(EmulatorError, match="share must be a number from 0 to 1"):
            coreweave_emulator.fail_some(30)
        with pytest.raises(EmulatorError, match="statuses must be a list of HTTP statuses"):
            coreweave_emulator.fail_some(0.5, [])


class TestSwitches:
    """Switches while it runs."""

    def test_switch(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A switch changes the next answer, and the others stay."""
        gateway_id = coreweave_emulator.add()
        coreweave_emulator.switch(enum_numbers=True)
        coreweave_emulator.switch(endpoints_without_scheme=True)
        status = api.get(gateway_id).json()["gateway"]["status"]
        assert (status["status"], status["endpoints"]) == (6, [f"api.{gateway_id}.gw.cwinference.com"])

    def test_an_empty_list_has_its_forms_too(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """No gateways at all is nothing, an empty list or null, as with any other list."""
        bodies = [api.call(GATEWAYS).json()]
        for switch in ({"nulls": True}, {"defaults_present": True}):
            coreweave_emulator.switch(**switch)
            bodies.append(api.call(GATEWAYS).json())
        assert bodies == [{}, {"items": None}, {"items": []}]

    def test_latency_is_taken_side_by_side(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """Each answer takes the latency, but twenty at once take no longer than one."""
        coreweave_emulator.switch(latency=0.2)
        started = time.monotonic()
        with ThreadPoolExecutor(20) as pool:
            elapsed = list(pool.map(lambda _: api.call(GATEWAYS).elapsed.total_seconds(), range(20)))
        assert min(elapsed) >= 0.2
        assert time.monotonic() - started < 2
        assert coreweave_emulator.counts().peak_concurrency > 5


class TestRequests:
    """What the emulator has seen."""

    def test_requests_are_recorded(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """A test sees what was asked: method, path, query, headers, the connection, and what was answered."""
        api.call(f"{GATEWAYS}/x%2Fy", headers={"User-Agent": "me/1"})
        api.call(f"{GATEWAYS}?updatedAfter=now&a=b")
        first, second = coreweave_emulator.requests()
        assert (first.method, first.path, first.query, first.status) == ("GET", f"{GATEWAYS}/x%2Fy", "", 400)
        assert (second.path, second.query, second.status) == (GATEWAYS, "updatedAfter=now&a=b", 400)
        assert (first.number, second.number, second.attempt) == (1, 2, 1)
        assert first.headers["User-Agent"] == "me/1"
        assert abs(first.time - time.time()) < 60

    def test_tokens_are_masked(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """No token is shown, be it the right one or a wrong one, wherever it turns up."""
        token = coreweave_emulator.token
        api.call(f"/{token}?token={token}", headers={"X-Copy": token, "Cookie": "secret-cookie"})
        api.call(GATEWAYS, headers={"Authorization": "Bearer another-secret"})
        api.call(GATEWAYS, headers={"Authorization": "bare-secret"})
        shown = requests.get(f"{coreweave_emulator.url}/_emulator/requests", timeout=10).text
        shown += requests.get(f"{coreweave_emulator.url}/_emulator/counts", timeout=10).text
        for secret in (token, "another-secret", "bare-secret", "secret-cookie"):
            assert secret not in shown
        assert [one.headers["Authorization"] for one in coreweave_emulator.requests()] == [
            "Bearer ***",
            "Bearer ***",
            "***",
        ]

    def test_connections_are_counted(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """Calls on one connection count as one, those of another client as a second; controls don't count."""
        for _ in range(3):
            api.call(GATEWAYS)
        with Api(coreweave_emulator) as other:
            other.call("/nowhere")
        counts = coreweave_emulator.counts()
        assert (counts.requests, counts.connections) == (4, 2)
        assert [one.connection for one in coreweave_emulator.requests()] == [1, 1, 1, 2]
        assert counts.by_status == {200: 3, 404: 1}
        assert counts.by_path == {GATEWAYS: 3, "/nowhere": 1}

    def test_counting_starts_anew(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """After forgetting, a connection that stays open is the first again."""
        coreweave_emulator.add()
        api.call(GATEWAYS)
        coreweave_emulator.forget_requests()
        assert coreweave_emulator.counts().requests == 0
        api.call(GATEWAYS)
        [seen] = coreweave_emulator.requests()
        assert (seen.number, seen.attempt, seen.connection, len(api.names())) == (1, 1, 1, 1)

    def test_a_call_over_a_reset_belongs_to_the_time_before(
        self, coreweave_emulator: EmulatorProcess, api: Api
    ) -> None:
        """A call that is answered after a reset stands nowhere in the counts of the next test."""
        coreweave_emulator.script(503, delay=1)
        with ThreadPoolExecutor(1) as pool:
            late = pool.submit(api.call, GATEWAYS)
            while not coreweave_emulator.counts().requests:
                time.sleep(0.01)
            coreweave_emulator.reset()
            assert late.result().status_code == 503
        assert coreweave_emulator.counts() == Counts(
            requests=0, connections=0, peak_concurrency=0, by_status={}, by_path={}
        )

    def test_a_call_over_a_reset_ends_none_of_the_new_ones(self) -> None:
        """How many calls are under way doesn't suffer from one that began before the reset."""
        journal = Journal("t")
        late, _ = [journal.begin("GET", GATEWAYS, [], None) for _ in range(2)]
        journal.reset()
        journal.begin("GET", GATEWAYS, [], None)
        journal.end(late, 503)
        journal.begin("GET", GATEWAYS, [], None)
        assert journal.counts()["peakConcurrency"] == 2


class TestReset:
    """Back to the start."""

    def test_reset_undoes_all(self, coreweave_emulator: EmulatorProcess, api: Api) -> None:
        """After a reset nothing is left of a test."""
        gateway_id = coreweave_emulator.add(ready=False)
        coreweave_emulator.become_ready(gateway_id, after_reads=1)
        coreweave_emulator.script(500, times=None)
        coreweave_emulator.fail_some(1)
        coreweave_emulator.switch(nulls=True, latency=1.0)
        coreweave_emulator.reset()
        answer = api.call(GATEWAYS)
        assert (answer.status_code, answer.json()) == (200, {})
        assert answer.elapsed.total_seconds() < 0.9
        assert coreweave_emulator.counts().requests == 1

    def test_reset_returns_to_the_file_and_the_command_line(self) -> None:
        """An emulator with a file and switches has them again after a reset."""
        from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS

        with EmulatorProcess(EXAMPLE_GATEWAYS, arguments=("--enum-numbers",)) as emulator, Api(emulator) as api:
            emulator.replace([])
            emulator.switch(enum_numbers=False)
            emulator.reset()
            statuses = [one["status"]["status"] for one in api.call(GATEWAYS).json()["items"]]
        assert statuses == [6, 1]

    def test_wrong_controls(self, coreweave_emulator: EmulatorProcess) -> None:
        """A control that doesn't exist, a wrong method and a body that is no JSON are each an error that says so."""
        base = f"{coreweave_emulator.url}/_emulator"
        answers = [
            requests.get(f"{base}/nothing", timeout=10),
            requests.get(f"{base}/reset", timeout=10),
            requests.put(f"{base}/gateways", data=b"{", timeout=10),
            requests.put(f"{base}/gateways", data=b'{"gateways": 1}', timeout=10),
        ]
        assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, 5), (405, 12), (400, 3), (400, 3)]
        assert answers[2].json()["message"].startswith("the body is not JSON: ")


def test_emulator_that_is_gone() -> None:
    """A test whose emulator has ended is told so in one line."""
    with EmulatorProcess() as emulator:
        pass
    with pytest.raises(EmulatorError, match=r"^The emulator at http://127.0.0.1:\d+ can't be reached: [^\n]+$"):
        emulator.requests()
    emulator.stop()


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"500 Internal Server Error"), (502, b"[]"), (404, b'{"detail": 1}'), (200, b"<html>")]
)
def test_something_else_at_the_url(status: int, body: bytes) -> None:
    """Where another server answers, or answers without JSON, that is one line too."""

    class Another(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Another) as server, ThreadPoolExecutor(1) as pool:
        url = f"http://127.0.0.1:{server.server_port}"
        pool.submit(server.handle_request)
        with pytest.raises(EmulatorError) as caught:
            Emulator(url, "t").counts()
    assert str(caught.value) == f"The emulator at {url} answered GET /counts with {status} and an unexpected body"


def test_a_fault_of_the_emulator_has_the_form_of_the_api(caplog: pytest.LogCaptureFixture) -> None:
    """Even what the emulator gets wrong is answered as an error that clients can read; the log says where it was."""

    async def wrong(_: web.Request) -> web.Response:
        raise KeyError("spec")

    answer = asyncio.run(in_the_apis_form(make_mocked_request("GET", GATEWAYS), wrong))
    assert isinstance(answer, web.Response)
    assert (answer.status, answer.content_type) == (500, "application/json")
    assert json.loads(answer.text or "") == {"code": 13, "message": "the emulator failed: KeyError: 'spec'"}
    assert 'raise KeyError("spec")' in caplog.text


def test_environ_leads_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a company's proxy, a program still reaches the emulator on its own machine."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    emulator = Emulator("http://127.0.0.1:1", "t")
    plain = {"COREWEAVE_API_ENDPOINT": "http://127.0.0.1:1", "COREWEAVE_API_TOKEN": "t"}
    assert emulator.environ == plain
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "example.com")
    exempt = "example.com,127.0.0.1"
    assert emulator.environ == {**plain, "NO_PROXY": exempt, "no_proxy": exempt}
