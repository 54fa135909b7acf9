"""Reads of single gateways and of fleets: the requests that are sent, and the results."""

from __future__ import annotations

import re
import time
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pulumi_coreweave_gateway import get_gateway
from pulumi_coreweave_gateway.client.client import CONNECTIONS
from pulumi_coreweave_gateway.client.models import Gateway
from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.errors import APIError, FleetError, InternalError, InvalidResponseError, NotFoundError
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.gateways.reads import LIST_FROM, Reads
from pulumi_coreweave_gateway.gateways.request import FleetRequest

pytestmark = pytest.mark.enable_socket

UNKNOWN = "99999999-9999-4999-8999-999999999999"
LIST = "/v1alpha1/inference/gateways"
CONTRACT = Path(__file__).parent / "contract" / "gateways.yaml"


def _reads_of(emulator: Emulator, lookup_timeout: str = "2s") -> Reads:
    environ = {**emulator.environ, "COREWEAVE_LOOKUP_TIMEOUT": lookup_timeout}
    return Reads(resolve_settings(lambda _: None, environ))


@pytest.fixture(name="reads")
def _reads(coreweave_emulator: Emulator) -> Reads:
    return _reads_of(coreweave_emulator)


def _add(emulator: Emulator, number: int) -> list[str]:
    return [emulator.add(name=f"gateway-{index}") for index in range(number)]


def _paths(emulator: Emulator) -> list[str]:
    return [request.path.removeprefix(LIST) for request in emulator.requests()]


def _names(reads: Reads, request: FleetRequest, *, refreshed: bool = False) -> list[str]:
    return [gateway.spec.name for gateway in reads.fleet(request, refreshed=refreshed)]


@pytest.mark.parametrize("by_id", [True, False])
def test_unexpected_exception_shows_nothing(
    coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, by_id: bool
) -> None:
    """A bug is one line that names its place; the exception, whose text and frames may contain secrets, is dropped."""
    (gateway_id,) = _add(coreweave_emulator, 1)
    reads = _reads_of(coreweave_emulator)

    def break_down(response: object) -> None:
        raise KeyError(str(response))

    monkeypatch.setattr(Gateway, "model_validate", break_down)
    with pytest.raises(InternalError, match=r"unexpected KeyError at test_reads\.py:\d+: this is a bug") as caught:
        (reads.get(gateway_id) if by_id else reads.list()).result()
    assert gateway_id not in str(caught.value)
    assert caught.value.__context__ is None


def test_large_fleet_is_one_list_request(reads: Reads, coreweave_emulator: Emulator) -> None:
    """A large fleet is read with one request, and its gateways have the order of the IDs."""
    ids = _add(coreweave_emulator, LIST_FROM)[::-1]
    assert _names(reads, FleetRequest(tuple(ids))) == [f"gateway-{index}" for index in range(LIST_FROM)][::-1]
    assert _paths(coreweave_emulator) == [""]


def test_small_fleet_is_read_by_id(reads: Reads, coreweave_emulator: Emulator) -> None:
    """Fewer gateways than the limit are read by one request each."""
    ids = _add(coreweave_emulator, LIST_FROM - 1)
    reads.fleet(FleetRequest(tuple(ids)))
    assert sorted(_paths(coreweave_emulator)) == sorted(f"/{gateway_id}" for gateway_id in ids)


def test_requests_use_all_connections(reads: Reads, coreweave_emulator: Emulator) -> None:
    """Requests by ID are in flight at the same time, and no more than there are connections."""
    ids = _add(coreweave_emulator, 2 * CONNECTIONS)
    coreweave_emulator.script(delay=0.2, times=None)
    started = time.monotonic()
    futures = [reads.get(gateway_id) for gateway_id in ids]
    assert wait(futures, 10).not_done == set()
    assert time.monotonic() - started < 2.0
    assert len({request.port for request in coreweave_emulator.requests()}) == CONNECTIONS


def test_lookup_whose_turn_never_came_says_so(coreweave_emulator: Emulator) -> None:
    """Its error doesn't claim an attempt of 0.1 s."""
    (gateway_id,) = _add(coreweave_emulator, 1)
    coreweave_emulator.script(delay=5, times=None)
    reads = _reads_of(coreweave_emulator, "2s")
    errors = [str(future.exception()) for future in [reads.get(gateway_id) for _ in range(2 * CONNECTIONS)]]
    reason = "no time was left for the request; increase coreweave-gateway:lookupTimeout (or COREWEAVE_LOOKUP_TIMEOUT)"
    assert sum(f"gateway {gateway_id}: {reason}" in error for error in errors) == CONNECTIONS


def test_gateway_that_is_not_listed_is_read_by_id(reads: Reads, coreweave_emulator: Emulator) -> None:
    """Each gateway that isn't in the list is one more request; a missing one is an error, or is left out."""
    ids = (*_add(coreweave_emulator, LIST_FROM), UNKNOWN)
    with pytest.raises(
        FleetError, match=f"1 of {LIST_FROM + 1} gateways could not be read: gateway {UNKNOWN}: not found"
    ):
        reads.fleet(FleetRequest(ids))
    assert _paths(coreweave_emulator) == ["", f"/{UNKNOWN}"]
    assert len(_names(reads, FleetRequest(ids, missing="skip"))) == LIST_FROM
    assert _paths(coreweave_emulator)[2:] == ["", f"/{UNKNOWN}"]


@pytest.mark.parametrize("status", [403, 404, 501])
def test_without_a_list_the_fleet_is_read_by_id(reads: Reads, coreweave_emulator: Emulator, status: int) -> None:
    """If the list can't be read, the gateways are read by ID."""
    ids = _add(coreweave_emulator, LIST_FROM)
    coreweave_emulator.script(status, times=1)
    assert len(_names(reads, FleetRequest(tuple(ids)))) == LIST_FROM


def test_list_and_request_by_id_return_the_same() -> None:
    """Every gateway of the contract's examples has the same outputs from the list and by its ID."""
    with Emulator(CONTRACT) as emulator:
        reads = _reads_of(emulator)
        listed = [gateway_outputs(gateway) for gateway in reads.list().result().items]
        assert len(listed) > 1
        assert [gateway_outputs(reads.get(outputs["gateway_id"]).result()) for outputs in listed] == listed


@pytest.mark.parametrize("status", [401, 503])
def test_error_for_all_gateways_ends_the_requests(reads: Reads, coreweave_emulator: Emulator, status: int) -> None:
    """If the token is invalid, or no gateway could be read by the deadline, no more requests are sent."""
    ids = _add(coreweave_emulator, 100)
    coreweave_emulator.script(status, times=None)
    with pytest.raises(FleetError, match=rf"of 100 gateways could not be read: .*HTTP {status}.*were not requested"):
        reads.fleet(FleetRequest(tuple(ids)))
    assert len(set(_paths(coreweave_emulator))) <= 1 + 2 * CONNECTIONS


def test_failure_of_one_gateway_does_not_end_the_requests(reads: Reads, coreweave_emulator: Emulator) -> None:
    """If other gateways are read, the error names only the one whose requests failed until its deadline."""
    ids = _add(coreweave_emulator, LIST_FROM - 1)
    coreweave_emulator.script(503, gateway_id=ids[3], times=None)
    with pytest.raises(
        FleetError, match=f"1 of {LIST_FROM - 1} gateways could not be read: gateway {ids[3]}: "
    ) as caught:
        reads.fleet(FleetRequest(tuple(ids)))
    assert "not requested" not in str(caught.value)
    assert list(caught.value.failures) == [ids[3]]
    assert len(set(_paths(coreweave_emulator))) == len(ids)


def test_error_of_a_large_fleet_names_some_gateways(reads: Reads, coreweave_emulator: Emulator) -> None:
    """The message names the first gateways that are missing and the number of the others; all are in ``failures``."""
    ids = tuple(f"00000000-0000-4000-8000-{number:012d}" for number in range(3000))
    with pytest.raises(FleetError) as caught:
        reads.fleet(FleetRequest(ids))
    message = str(caught.value)
    assert message.startswith(f"3000 of 3000 gateways could not be read: gateway {ids[0]}: not found")
    assert sum(gateway_id in message for gateway_id in ids) == 11
    assert "and 2989 more)" in message
    assert list(caught.value.failures) == list(ids)


@pytest.mark.parametrize("count", [1, LIST_FROM])
def test_deleted_member_leaves_the_fleet(reads: Reads, coreweave_emulator: Emulator, count: int) -> None:
    """On a refresh, a gateway that is neither found by its ID nor listed counts as deleted."""
    ids = (*_add(coreweave_emulator, count), UNKNOWN)
    assert len(_names(reads, FleetRequest(ids), refreshed=True)) == count


def test_listed_gateway_is_not_deleted(reads: Reads, coreweave_emulator: Emulator) -> None:
    """On a refresh, a gateway that isn't found by its ID, but listed, stays in the fleet."""
    (gateway_id,) = _add(coreweave_emulator, 1)
    coreweave_emulator.script(404, gateway_id=gateway_id)
    assert len(_names(reads, FleetRequest((gateway_id,)), refreshed=True)) == 1


@pytest.mark.parametrize("request_", [FleetRequest((UNKNOWN,)), FleetRequest((UNKNOWN,), missing="skip")])
def test_deletion_must_be_confirmed_by_the_list(
    reads: Reads, coreweave_emulator: Emulator, request_: FleetRequest
) -> None:
    """If the list can't be read, as with a wrong path in the endpoint, no gateway counts as deleted."""
    coreweave_emulator.script(404, times=None)
    with pytest.raises(FleetError, match=f"gateway {UNKNOWN}: not found, but can't confirm the deletion: the list of "):
        reads.fleet(request_, refreshed=True)


def test_failed_list_is_not_shared(reads: Reads, coreweave_emulator: Emulator) -> None:
    """A list that failed is requested again at once; one that succeeded serves the calls of the next seconds."""
    coreweave_emulator.script(403)
    with pytest.raises(APIError):
        reads.list().result()
    assert [gateway.spec.name for gateway in reads.list().result().items] == []
    reads.list().result()
    assert _paths(coreweave_emulator) == ["", ""]


BROKEN = "ffffffff-ffff-4fff-8fff-ffffffffffff"


def _list_with(emulator: Emulator, item: Any) -> None:
    """Let the list contain one gateway, named prod, and another item."""
    emulator.script(path=LIST, json={"items": [emulator.get(emulator.add(name="prod")), item]}, times=None)


def _list_with_broken_gateway(emulator: Emulator) -> None:
    """Let the list contain a gateway that can be read, and one that breaks the API's contract."""
    spec = {"id": BROKEN.upper(), "name": "broken", "zones": ["US-WEST-01A"]}
    _list_with(emulator, {"spec": spec, "status": {"status": "STATUS_READY", "endpoints": "none"}})


def test_broken_gateway_does_not_hide_other_names(
    coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is looked up in a list with a gateway that can't be read, unless it is that gateway's."""
    coreweave_emulator.setenv(monkeypatch)
    _list_with_broken_gateway(coreweave_emulator)
    assert get_gateway(gateway_name="prod").name == "prod"
    with pytest.raises(InvalidResponseError, match=f"^get_gateway 'broken': .*{BROKEN}.*: status.endpoints: expected "):
        get_gateway(gateway_name="broken")


def test_broken_gateway_is_an_error_of_the_fleets_that_it_may_belong_to(
    reads: Reads, coreweave_emulator: Emulator
) -> None:
    """A filter that excludes the gateway, by what can be read of it, makes a fleet without it."""
    _list_with_broken_gateway(coreweave_emulator)
    for other in (
        FleetRequest(zones=("us-east-04a",)),
        FleetRequest(name_pattern="p*"),
        FleetRequest(zones=("us-west-01a",), statuses=("STATUS_CREATING",), missing="skip"),
    ):
        assert _names(reads, other) == ["prod"] * (not other.statuses)
    for wanted in (FleetRequest(), FleetRequest(zones=("us-west-01a",)), FleetRequest(name_pattern="br*")):
        with pytest.raises(InvalidResponseError, match=BROKEN):
            reads.fleet(wanted)


def test_broken_gateway_is_not_deleted(reads: Reads, coreweave_emulator: Emulator) -> None:
    """A gateway that can't be read exists; others are proven deleted by the same list."""
    _list_with_broken_gateway(coreweave_emulator)
    assert _names(reads, FleetRequest((UNKNOWN,)), refreshed=True) == []
    with pytest.raises(FleetError, match=f"1 of 2 gateways could not be read: .*{BROKEN}") as caught:
        reads.fleet(FleetRequest((UNKNOWN, BROKEN)), refreshed=True)
    assert list(caught.value.failures) == [BROKEN]


@pytest.mark.parametrize("item", [None, {}, {"spec": {"id": "x", "name": "broken"}}])
def test_item_without_an_id_proves_no_deletion(reads: Reads, coreweave_emulator: Emulator, item: Any) -> None:
    """An item whose ID can't be read may be any gateway."""
    _list_with(coreweave_emulator, item)
    with pytest.raises(FleetError, match=f"gateway {UNKNOWN}: not found, but can't confirm the deletion: .*gateway"):
        reads.fleet(FleetRequest((UNKNOWN,)), refreshed=True)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (FleetRequest(zones=("MOON-01",)), "no gateway is in the zone 'MOON-01'; zones of the gateways: 'US-EAST-04A'"),
        (
            FleetRequest(statuses=("STATUS_READY",), name_pattern="staging"),
            "gateways visible to the token: 'prod' ",
        ),
    ],
    ids=["value that no gateway has", "values that no gateway has together"],
)
def test_filter_without_a_match_lists_what_there_is(
    reads: Reads, coreweave_emulator: Emulator, request_: FleetRequest, reason: str
) -> None:
    """A filter that no gateway matches is an error that lists the gateways, unless an empty list is accepted."""
    coreweave_emulator.add(name="prod")
    coreweave_emulator.add(name="staging", ready=False)
    for refreshed in (False, True):
        with pytest.raises(NotFoundError, match=f"no gateway matches: {re.escape(reason)}.*missing='skip'") as caught:
            reads.fleet(request_, refreshed=refreshed)
        assert str(caught.value).isprintable()
    assert _names(reads, replace(request_, missing="skip")) == []


def test_token_that_sees_no_gateway(reads: Reads) -> None:
    """A token that lost sight of its gateways is an error, and not an empty fleet."""
    with pytest.raises(
        NotFoundError, match="no gateway matches: gateways visible to the token: none; it may belong to"
    ):
        reads.fleet(FleetRequest())
