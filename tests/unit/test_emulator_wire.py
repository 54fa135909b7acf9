"""The forms in which the emulator writes its answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_coreweave_gateway.emulator import sample_gateway
from pulumi_coreweave_gateway.emulator.fields import check_gateway
from pulumi_coreweave_gateway.emulator.inputs import InputError
from pulumi_coreweave_gateway.emulator.switches import Switches, parse_latency
from pulumi_coreweave_gateway.emulator.times import parse_time
from pulumi_coreweave_gateway.emulator.wire import encode, write_gateway

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
SERVING = check_gateway(sample_gateway(ID, additional_dns=["llm.example.com"]))
BARE = check_gateway({"spec": {"id": ID, "weightsAndBiasesAuth": {}}, "status": {"conditions": [{}]}})


def _written(gateway: dict[str, Any], **switches: Any) -> dict[str, Any]:
    return write_gateway(gateway, Switches(**switches))


def test_defaults_are_left_out() -> None:
    """A program meets the gaps that proto3 leaves, as with the real API."""
    assert _written(BARE) == {"spec": {"id": ID, "weightsAndBiasesAuth": {}}, "status": {"conditions": [{}]}}


def test_defaults_present() -> None:
    """With the switch, texts, lists, flags and enums are there at their defaults; blocks and times are not."""
    written = _written(BARE, defaults_present=True)
    assert written["spec"] == {
        "id": ID,
        "name": "",
        "zones": [],
        "weightsAndBiasesAuth": {
            "apiKey": "",
            "serverUrl": "",
            "enableUsageReports": False,
            "enableRateLimiting": False,
        },
        "organizationId": "",
    }
    assert written["status"]["status"] == "STATUS_UNSPECIFIED"
    assert written["status"]["endpoints"] == []
    assert written["status"]["conditions"][0]["status"] == "STATUS_UNSPECIFIED"
    assert "createdAt" not in written["status"]


def test_nulls() -> None:
    """With the switch, whatever would be left out is null, at every level."""
    written = _written(BARE, nulls=True)
    assert written["spec"]["name"] is None
    assert written["spec"]["bodyBasedRouting"] is None
    assert written["spec"]["weightsAndBiasesAuth"]["enableUsageReports"] is None
    assert written["status"]["conditions"][0]["lastUpdateTime"] is None
    assert written["status"]["endpoints"] is None


def test_nulls_and_defaults_present_together() -> None:
    """Both switches leave null for what has no default: blocks and times."""
    written = _written(BARE, nulls=True, defaults_present=True)
    assert (written["spec"]["name"], written["spec"]["pathBasedRouting"]) == ("", None)
    assert (written["status"]["endpoints"], written["status"]["createdAt"]) == ([], None)


@pytest.mark.parametrize(
    ("status", "number"),
    [("CREATING", 1), ("UPDATING", 2), ("DELETING", 3), ("ERROR", 4), ("FAILED", 5), ("READY", 6)],
)
def test_enum_numbers(status: str, number: int) -> None:
    """With the switch, enums are the numbers that the API has for them."""
    gateway = check_gateway({"spec": SERVING["spec"], "status": {"status": f"STATUS_{status}"}})
    written = _written(gateway, enum_numbers=True)
    assert written["status"]["status"] == number
    assert written["spec"]["bodyBasedRouting"]["apiType"] == 1


@pytest.mark.parametrize(("status", "number"), [("True", 1), ("False", 2), ("Unknown", 3)])
def test_status_of_a_condition(status: str, number: int) -> None:
    """A condition's status has three forms, and the switches choose."""
    gateway = check_gateway({"spec": {"id": ID}, "status": {"conditions": [{"status": status}]}})
    forms = [
        _written(gateway, **switches)["status"]["conditions"][0]["status"]
        for switches in ({}, {"status_true": True}, {"enum_numbers": True})
    ]
    assert forms == [status, f"STATUS_{status.upper()}", number]


def test_endpoints_without_scheme() -> None:
    """With the switch, endpoints are bare names."""
    written = _written(SERVING, endpoints_without_scheme=True)
    assert written["status"]["endpoints"] == [f"api.{ID}.gw.cwinference.com", "llm.example.com"]
    assert _written(SERVING)["status"]["endpoints"][1] == "https://llm.example.com"


@pytest.mark.parametrize("switch", ["enum_numbers", "status_true", "nulls"])
def test_whatever_the_form_it_is_the_same_gateway(switch: str) -> None:
    """Each form says the same: a recorded answer in any of them makes the same gateway again."""
    written = _written(SERVING, **{switch: True})
    assert written != _written(SERVING)
    assert check_gateway(written) == check_gateway(_written(SERVING))


@pytest.mark.parametrize("text", ["ünï-☃", "half \ud800 pair", '"\\\n'])
def test_any_text_is_json_in_utf_8(text: str) -> None:
    """Whatever a name holds, the answer is JSON in UTF-8."""
    assert json.loads(encode({"name": text}).decode("utf-8")) == {"name": text}


@pytest.mark.parametrize(("text", "seconds"), [("50ms", 0.05), ("1.5s", 1.5), ("2", 2.0), ("0", 0.0)])
def test_latency(text: str, seconds: float) -> None:
    """A latency may be given in milliseconds or seconds."""
    assert parse_latency(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "ms", "-1", "1m", "1e3", "inf", "50 ms"])
def test_no_latency(text: str) -> None:
    """What is no latency is refused, not guessed."""
    with pytest.raises(ValueError, match="is no latency"):
        parse_latency(text)


@pytest.mark.parametrize(
    "change", [{"nulls": 1}, {"latency": True}, {"latency": -1}, {"latency": float("nan")}, {"nul": True}, []]
)
def test_wrong_switch(change: object) -> None:
    """A switch that doesn't exist, or a value that it can't have, is refused."""
    with pytest.raises(InputError):
        Switches().changed(change)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1970-01-01T05:30:00.5+05:30", 500_000_000),
        ("1969-12-31T23:00:00-01:00", 0),
        ("1969-12-31T23:59:59Z", -1_000_000_000),
        ("0001-01-01T00:00:00+23:59", -62135683140 * 10**9),
        ("2016-12-31T23:59:60Z", 1483228800 * 10**9),
    ],
)
def test_times_compare_to_the_nanosecond(text: str, nanoseconds: int) -> None:
    """Times are compared in UTC and in full, whatever their offset and their decimals."""
    assert parse_time(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-31",
        "2025-01-31T08:00:00",
        "2025-13-01T00:00:00Z",
        "2025-01-31T24:00:00Z",
        "2025-01-31T08:00:61Z",
        "2025-01-31T08:00:00+24:00",
        "2025-01-31T08:00:00.Z",
        "\u0662\u066025-01-31T08:00:00Z",
        "2025-01-31T08:00:00Z\n",
    ],
)
def test_no_time(text: str) -> None:
    """What is no RFC 3339 time is refused."""
    with pytest.raises(ValueError, match="must be an RFC 3339 time"):
        parse_time(text)
