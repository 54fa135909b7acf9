"""What a fleet asks for, and how the state holds it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.gateways.request import (
    FleetRequest,
    check_filter,
    check_filter_text,
    check_ids,
    check_statuses,
)

A = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
B = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"

REQUESTS = {
    "all": FleetRequest(),
    "none": FleetRequest(gateway_ids=()),
    "ids": FleetRequest(gateway_ids=(B, A)),
    "ids, skipping, profile": FleetRequest(gateway_ids=(A,), missing="skip", profile="eu"),
    "filters": FleetRequest(zones=("US-EAST-04A",), statuses=("STATUS_READY",), name_pattern="prod-*"),
    "filters, profile": FleetRequest(name_pattern="[ab]?", profile="eu"),
}


def _gateway(name: str = "", zones: list[str] | None = None, status: str = "") -> Gateway:
    return parse_gateway({"spec": {"id": A, "name": name, "zones": zones or []}, "status": {"status": status}})


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_state_holds_the_request(request_: FleetRequest) -> None:
    """A refresh, which knows the state alone, asks for the same as the read before it."""
    state = json.loads(json.dumps(request_.to_state()))
    assert FleetRequest.from_state(state) == request_
    assert FleetRequest.from_state({**state, "gateways": [], "__provider": "x", "colour": "red"}) == request_
    assert None not in state.values()


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        ("ids, skipping, profile", {"gatewayIds": [A], "missing": "skip", "profile": "eu"}),
        ("all", {"zones": [], "statuses": [], "namePattern": "", "profile": ""}),
    ],
)
def test_names_in_the_state(request_: str, state: dict[str, Any]) -> None:
    """Ids and filters are never in the state together."""
    assert REQUESTS[request_].to_state() == state


def test_old_engines_leave_nothing_to_guess() -> None:
    """A state without the parts that have a default means the default."""
    assert FleetRequest.from_state({}) == FleetRequest()
    assert FleetRequest.from_state({"gatewayIds": [A], "missing": None, "profile": None}) == FleetRequest((A,))


def test_ids_of_a_state_are_checked() -> None:
    """A state that was edited by hand can't put anything but a UUID into a URL."""
    with pytest.raises(InvalidArgumentError, match=r"gateway_ids: '../parameters' is not a UUID"):
        FleetRequest.from_state({"gatewayIds": ["../parameters"]})


@pytest.mark.parametrize(
    ("request_", "resource_id"),
    [
        ("all", "gateways-ce06b3dd7da33eab"),
        ("none", "gateways-f9e89ab4e8c8aaca"),
        ("ids", "gateways-ab0332bba35192e1"),
        ("filters, profile", "gateways-b1070ff2360ac0ca"),
    ],
)
def test_id_never_changes(request_: str, resource_id: str) -> None:
    """The id of a fleet that states hold is the same in every version."""
    assert REQUESTS[request_].resource_id == resource_id


def test_every_request_has_an_id_of_its_own() -> None:
    """Fleets that ask for something else are other resources; only what is asked counts, and in which order."""
    requests = [*REQUESTS.values(), FleetRequest(gateway_ids=(A, B)), FleetRequest(zones=("STATUS_READY",))]
    assert len({request.resource_id for request in requests}) == len(requests)
    assert FleetRequest(gateway_ids=(A,)).resource_id == FleetRequest((A,), "fail").resource_id


@pytest.mark.parametrize(
    ("filters", "gateway", "matches"),
    [
        ({}, _gateway(), True),
        ({"zones": ("A", "B")}, _gateway(zones=["B"]), True),
        ({"zones": ("A",)}, _gateway(zones=["C", "A"]), True),
        ({"zones": ("us-east-04a",)}, _gateway(zones=["US-EAST-04A"]), True),
        ({"zones": ("A",)}, _gateway(), False),
        ({"statuses": ("STATUS_READY", "STATUS_ERROR")}, _gateway(status="STATUS_ERROR"), True),
        ({"statuses": ("STATUS_READY",)}, _gateway(status="STATUS_CREATING"), False),
        ({"statuses": ("STATUS_UNSPECIFIED",)}, _gateway(), True),
        ({"name_pattern": "prod-*"}, _gateway("prod-eu"), True),
        ({"name_pattern": "prod-*"}, _gateway("prod-"), True),
        ({"name_pattern": "prod-*"}, _gateway("my-prod-eu"), False),
        ({"name_pattern": "prod-*"}, _gateway("PROD-eu"), False),
        ({"name_pattern": "prod-?"}, _gateway("prod-eu"), False),
        ({"name_pattern": "prod-[ab]"}, _gateway("prod-b"), True),
        ({"name_pattern": "prod-[!ab]"}, _gateway("prod-b"), False),
        ({"name_pattern": "prod.eu"}, _gateway("prod-eu"), False),
        ({"name_pattern": "*"}, _gateway(""), True),
        ({"zones": ("A",), "statuses": ("STATUS_READY",)}, _gateway(zones=["A"], status="STATUS_ERROR"), False),
        ({"zones": ("A",), "name_pattern": "x*"}, _gateway("xy", ["A"]), True),
    ],
)
def test_filters(filters: dict[str, Any], gateway: Gateway, matches: bool) -> None:
    """A gateway is in the fleet if it matches all filters. The case of zones alone doesn't matter."""
    assert FleetRequest(**filters).matches(gateway) is matches


def test_warnings_list_the_values_that_there_are() -> None:
    """A filter value that no gateway has is reported, with the values of all gateways; others are not."""
    gateways = [_gateway("prod", ["US-EAST-04A"], "STATUS_READY"), _gateway("test", ["US-WEST-01A"], "STATUS_ERROR")]
    assert FleetRequest(zones=("us-west-01a",), statuses=("STATUS_READY",), name_pattern="p*").warnings(gateways) == []
    request = FleetRequest(zones=("US-EAST", "US-WEST-01A"), statuses=("STATUS_X",), name_pattern="dev-*")
    assert request.warnings(gateways) == [
        "no gateway is in the zone 'US-EAST'; zones of the gateways: 'US-EAST-04A', 'US-WEST-01A'",
        "no gateway has the status 'STATUS_X'; statuses of the gateways: 'STATUS_ERROR', 'STATUS_READY'",
        "no gateway's name matches 'dev-*'; names of the gateways: 'prod', 'test'",
    ]
    many = [_gateway(f"gateway-{number:02}") for number in range(12)]
    assert FleetRequest(name_pattern="x").warnings(many)[0].endswith(", 'gateway-09' and 2 more")
    assert FleetRequest(zones=("A",)).warnings([]) == ["no gateway is in the zone 'A'; the token sees no gateway"]


def test_timestamps_are_part_of_the_request() -> None:
    """They are in the state only if they were asked for, and make another fleet then."""
    request = FleetRequest(include_timestamps=True)
    assert request.to_state()["includeTimestamps"] is True
    assert FleetRequest.from_state(request.to_state()) == request
    assert "includeTimestamps" not in FleetRequest().to_state()
    assert request.resource_id != FleetRequest().resource_id


def test_ids_each_once_in_order() -> None:
    """Each gateway is asked for once, in the order given, whatever the spelling of its id."""
    assert check_ids([B, A, B.upper(), A], "gateway_ids") == (B, A)
    assert check_ids((A,), "gateway_ids") == (A,)
    assert check_ids([], "gateway_ids") == ()
    assert len(check_ids([A] * 10_000, "gateway_ids")) == 1


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (A, "gateway_ids: expected a list of gateway UUIDs, not str"),
        ({A}, "gateway_ids: expected a list of gateway UUIDs, not set"),
        ({A: 1}, "gateway_ids: expected a list of gateway UUIDs, not dict"),
        (None, "gateway_ids: expected a list of gateway UUIDs, not NoneType"),
        (7, "gateway_ids: expected a list of gateway UUIDs, not int"),
        ([A, "prod"], "gateway_ids[1]: 'prod' is not a UUID"),
        ([A, None], "gateway_ids[1]: expected a gateway's UUID as a str, not NoneType"),
        ([[A]], "gateway_ids[0]: expected a gateway's UUID as a str, not list"),
        ([A] * 10_001, "gateway_ids: expected at most 10,000 IDs, not 10,001"),
    ],
    ids=lambda part: part[:60] if isinstance(part, str) else "",
)
def test_no_ids(values: object, why: str) -> None:
    """What is no list of ids is refused, and the message says which of them is wrong."""
    with pytest.raises(InvalidArgumentError) as caught:
        check_ids(values, "gateway_ids")
    assert str(caught.value).startswith(why)


def test_order_of_a_filter_is_no_matter() -> None:
    """The same filter in another order is the same fleet."""
    assert check_filter(["B", "A", "B"], "zones") == check_filter(("A", "B"), "zones") == ("A", "B")
    assert check_filter(None, "zones") == ()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "zones: an empty list matches no gateway; leave the argument out to get all"),
        ((), "zones: an empty list matches no gateway; leave the argument out to get all"),
        ("US-EAST-04A", "zones: expected a list of str, not str"),
        ({"A"}, "zones: expected a list of str, not set"),
        (7, "zones: expected a list of str, not int"),
        (["A", 7], "zones[1]: expected a str, not int"),
        (["A", None], "zones[1]: expected a str, not NoneType"),
        (["A", " "], "zones[1]: invalid filter ' '"),
        (["A", ""], "zones[1]: invalid filter ''"),
        (["two\nlines"], r"zones[0]: invalid filter 'two\nlines'"),
        (["x" * 257], "zones[0]: invalid filter 'xxx"),
    ],
    ids=lambda part: ascii(part)[:60],
)
def test_no_filter(values: object, why: str) -> None:
    """What nothing could match is refused in one line."""
    with pytest.raises(InvalidArgumentError) as caught:
        check_filter(values, "zones")
    assert str(caught.value).startswith(why)
    assert str(caught.value).isprintable()


def test_any_status_can_be_filtered_by() -> None:
    """A status that isn't known yet may come one day, also one of which only the number is known."""
    values = ["STATUS_READY", "STATUS_HIBERNATING", "STATUS_42"]
    assert check_statuses(values, "statuses") == tuple(sorted(values))
    assert check_statuses(None, "statuses") == ()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "statuses: an empty list matches no gateway; leave the argument out to get all"),
        ("STATUS_READY", "statuses: expected a list of str, not str"),
        (["READY"], "statuses: invalid status 'READY'; did you mean 'STATUS_READY'?"),
        (["STATUS_READY", "error"], "statuses: invalid status 'error'; did you mean 'STATUS_ERROR'?"),
        (["status_ready"], "statuses: invalid status 'status_ready'; did you mean 'STATUS_READY'?"),
    ],
    ids=str,
)
def test_no_status(values: object, why: str) -> None:
    """What no gateway's status could ever be is refused, with the one that was meant."""
    with pytest.raises(InvalidArgumentError) as caught:
        check_statuses(values, "statuses")
    assert str(caught.value) == why


def test_text_of_a_filter() -> None:
    """Any other text can be filtered by, to the letter."""
    assert check_filter_text(" prod-* ", "name_pattern") == " prod-* "
    assert check_filter_text("zwölf", "name_pattern") == "zwölf"
