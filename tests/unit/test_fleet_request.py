"""Requests of fleets: their arguments, filters, warnings and state."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.gateways.request import FleetRequest, validated_fleet

A = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
B = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
_DEFAULTS = {
    "missing": "fail",
    "zones": [],
    "statuses": [],
    "name_pattern": "",
    "profile": "",
    "include_timestamps": False,
}
STATES: list[tuple[FleetRequest, dict[str, Any], str]] = [
    (FleetRequest(), _DEFAULTS, "gateways-d4f7adc9c8c565c3"),
    (FleetRequest(()), {**_DEFAULTS, "gateway_ids": []}, "gateways-10dacbf46bb4ce30"),
    (FleetRequest((B, A)), {**_DEFAULTS, "gateway_ids": [B, A]}, "gateways-679f8ed8ef903f36"),
    (
        FleetRequest(name_pattern="[ab]?", profile="eu"),
        {**_DEFAULTS, "name_pattern": "[ab]?", "profile": "eu"},
        "gateways-3526087d005424dc",
    ),
]
OTHERS = [
    FleetRequest((A, B)),
    FleetRequest((A,), missing="skip", profile="eu"),
    FleetRequest(zones=("STATUS_READY",)),
    FleetRequest(zones=("US-EAST-04A",), statuses=("STATUS_READY",), name_pattern="prod-*"),
    FleetRequest(include_timestamps=True),
]


def _check(**arguments: Any) -> FleetRequest:
    given = dict.fromkeys(("gateway_ids", "missing", "zones", "statuses", "name_pattern"))
    return validated_fleet("fleet", {**given, **arguments})


def _gateway(name: str = "", zones: list[str] | None = None, status: str = "") -> Gateway:
    return parse_gateway({"spec": {"id": A, "name": name, "zones": zones or []}, "status": {"status": status}})


@pytest.mark.parametrize(("request_", "state", "resource_id"), STATES, ids=repr)
def test_state_and_id_never_change(request_: FleetRequest, state: dict[str, Any], resource_id: str) -> None:
    """A request has the same state and the same resource ID in every version."""
    assert request_.to_state() == state
    assert request_.resource_id == resource_id


@pytest.mark.parametrize("request_", [*(request for request, _, _ in STATES), *OTHERS], ids=repr)
def test_state_restores_the_request(request_: FleetRequest) -> None:
    """A request can be restored from the state, which is all that a refresh has."""
    state = json.loads(json.dumps(request_.to_state()))
    assert FleetRequest.from_state(state) == request_
    assert None not in state.values()


def test_state_without_defaults_restores_the_defaults() -> None:
    """Values that are missing or null in the state have their defaults."""
    assert FleetRequest.from_state({}) == FleetRequest()
    assert FleetRequest.from_state({"gateway_ids": [A], "missing": None, "profile": None}) == FleetRequest((A,))


def test_ids_of_a_state_are_checked() -> None:
    """IDs in the state, which may have been edited, must be UUIDs, because URLs contain them."""
    with pytest.raises(InvalidArgumentError, match=r"gateway_ids: '../parameters' is not a UUID"):
        FleetRequest.from_state({"gateway_ids": ["../parameters"]})


def test_different_requests_have_different_ids() -> None:
    """Requests that differ in an argument, or in the order of IDs, have different resource IDs."""
    requests = [*(request for request, _, _ in STATES), *OTHERS]
    assert len({request.resource_id for request in requests}) == len(requests)


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
        ({"name_pattern": "prod-*"}, _gateway("prod-"), True),
        ({"name_pattern": "prod-*"}, _gateway("my-prod-eu"), False),
        ({"name_pattern": "prod-*"}, _gateway("PROD-eu"), False),
        ({"name_pattern": "prod-?"}, _gateway("prod-eu"), False),
        ({"name_pattern": "prod-[!ab]"}, _gateway("prod-b"), False),
        ({"name_pattern": "prod.eu"}, _gateway("prod-eu"), False),
        ({"name_pattern": "*"}, _gateway(""), True),
        ({"zones": ("A",), "statuses": ("STATUS_READY",)}, _gateway(zones=["A"], status="STATUS_ERROR"), False),
    ],
)
def test_gateway_must_match_all_filters(filters: dict[str, Any], gateway: Gateway, matches: bool) -> None:
    """A gateway must match all filters, which are case-sensitive except for zones."""
    assert FleetRequest(**filters).matches(gateway) is matches


def test_warnings_list_the_existing_values() -> None:
    """A filter value that no gateway has causes a warning with the values of all gateways."""
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
    assert FleetRequest(zones=("A",)).warnings([]) == [
        "no gateway is in the zone 'A'; the token can't see any gateways"
    ]


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        ({}, FleetRequest()),
        ({"gateway_ids": [B, A, B.upper()], "missing": "skip"}, FleetRequest((B, A), "skip")),
        ({"gateway_ids": ()}, FleetRequest(())),
        ({"missing": "skip", "zones": ["A"]}, FleetRequest(missing="skip", zones=("A",))),
        ({"gateway_ids": [A] * 10_000}, FleetRequest((A,))),
        ({"zones": ["B", "A", "B"]}, FleetRequest(zones=("A", "B"))),
        ({"statuses": ("STATUS_READY", "STATUS_42")}, FleetRequest(statuses=("STATUS_42", "STATUS_READY"))),
        ({"name_pattern": " zwölf-* "}, FleetRequest(name_pattern=" zwölf-* ")),
    ],
    ids=lambda value: str(value)[:60],
)
def test_arguments_make_one_canonical_request(arguments: dict[str, Any], request_: FleetRequest) -> None:
    """IDs keep their order without duplicates, filter values are sorted, and any status and text is accepted."""
    assert _check(**arguments) == request_


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"gateway_ids": [], "zones": ["A"]}, "pass either gateway_ids or filters (zones, statuses, name_pattern)"),
        ({"gateway_ids": [], "missing": "ignore"}, "missing must be 'fail' or 'skip'"),
        ({"gateway_ids": A}, "gateway_ids: expected a list of gateway UUIDs, not str"),
        ({"gateway_ids": {A}}, "gateway_ids: expected a list of gateway UUIDs, not set"),
        ({"gateway_ids": [A, "prod"]}, "gateway_ids[1]: 'prod' is not a UUID"),
        ({"gateway_ids": [A, None]}, "gateway_ids[1]: expected a gateway's UUID as a string, not NoneType"),
        ({"gateway_ids": [A] * 10_001}, "gateway_ids: expected at most 10,000 IDs, not 10,001"),
        ({"zones": []}, "zones: an empty list matches no gateway; leave the argument out to get all"),
        ({"zones": "US-EAST-04A"}, "zones: expected a list of strings, not str"),
        ({"zones": ["A", 7]}, "zones[1]: expected a string, not int"),
        ({"zones": ["A", " "]}, "zones[1]: invalid filter ' '"),
        ({"zones": ["two\nlines"]}, r"zones[0]: invalid filter 'two\nlines'"),
        ({"zones": ["x" * 257]}, "zones[0]: invalid filter 'xxx"),
        ({"statuses": ["STATUS_READY", "error"]}, "statuses: invalid status 'error'; did you mean 'STATUS_ERROR'?"),
        ({"statuses": ["status_ready"]}, "statuses: invalid status 'status_ready'; did you mean 'STATUS_READY'?"),
        ({"name_pattern": ""}, "name_pattern: invalid filter ''"),
        ({"name_pattern": 1.0}, "name_pattern: expected a string, not float"),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_invalid_arguments_are_rejected(arguments: dict[str, Any], reason: str) -> None:
    """The error is one line that names the lookup, the argument and the item."""
    with pytest.raises(InvalidArgumentError) as caught:
        _check(**arguments)
    assert str(caught.value).startswith(f"fleet: {reason}")
    assert str(caught.value).isprintable()
