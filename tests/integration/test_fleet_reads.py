"""Fleets and batched reads against the emulator: the requests that are sent, and the results."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.errors import FleetError, GatewayError, NotFoundError
from pulumi_coreweave_gateway.gateways.batched_reads import BatchedReads
from pulumi_coreweave_gateway.gateways.fetch_many import LIST_FROM, read_fleet
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.gateways.request import FleetRequest
from pulumi_coreweave_gateway.gateways.worker_threads import DaemonPool, start

pytestmark = pytest.mark.enable_socket

PATIENCE = 30.0
UNKNOWN = "99999999-9999-4999-8999-999999999999"
LIST = "/v1alpha1/inference/gateways"
CONTRACT = Path(__file__).parent / "contract" / "gateways.yaml"
POOL = DaemonPool(16, "fleet-test")


@pytest.fixture(name="client")
def _client(coreweave_emulator: Emulator) -> Iterator[GatewayClient]:
    environ = {**coreweave_emulator.environ, "COREWEAVE_LOOKUP_TIMEOUT": "2s"}
    with GatewayClient(resolve_settings(lambda _: None, environ), connections=16) as client:
        yield client


def _add(emulator: Emulator, number: int) -> list[str]:
    return [emulator.add(name=f"gateway-{index}") for index in range(number)]


def _paths(emulator: Emulator) -> list[str]:
    return [request.path.removeprefix(LIST) for request in emulator.requests()]


def _names(client: GatewayClient, request: FleetRequest, *, refreshed: bool = False) -> list[str]:
    return [gateway.spec.name for gateway in read_fleet(client, request, POOL.submit, refreshed=refreshed)]


def test_large_fleet_is_one_list_request(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """A large fleet is read with one request, and its gateways have the order of the IDs."""
    ids = _add(coreweave_emulator, LIST_FROM)[::-1]
    assert _names(client, FleetRequest(tuple(ids))) == [f"gateway-{index}" for index in range(LIST_FROM)][::-1]
    assert _paths(coreweave_emulator) == [""]


def test_small_fleet_is_read_by_id(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """Fewer gateways than the limit are read by one request each."""
    ids = _add(coreweave_emulator, LIST_FROM - 1)
    read_fleet(client, FleetRequest(tuple(ids)), POOL.submit)
    assert sorted(_paths(coreweave_emulator)) == sorted(f"/{gateway_id}" for gateway_id in ids)


def test_gateway_that_is_not_listed_is_read_by_id(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """Each gateway that isn't in the list is one more request; a missing one is an error, or is left out."""
    ids = (*_add(coreweave_emulator, LIST_FROM), UNKNOWN)
    with pytest.raises(
        FleetError, match=f"1 of {LIST_FROM + 1} gateways could not be read: gateway {UNKNOWN}: not found"
    ):
        read_fleet(client, FleetRequest(ids), POOL.submit)
    assert _paths(coreweave_emulator) == ["", f"/{UNKNOWN}"]
    assert len(_names(client, FleetRequest(ids, missing="skip"))) == LIST_FROM
    assert _paths(coreweave_emulator)[2:] == ["", f"/{UNKNOWN}"]


@pytest.mark.parametrize("status", [403, 404, 501])
def test_without_a_list_the_fleet_is_read_by_id(
    client: GatewayClient, coreweave_emulator: Emulator, status: int
) -> None:
    """If the list can't be read, the gateways are read by ID."""
    ids = _add(coreweave_emulator, LIST_FROM)
    coreweave_emulator.script(status, times=1)
    assert len(_names(client, FleetRequest(tuple(ids)))) == LIST_FROM


def test_list_and_request_by_id_return_the_same() -> None:
    """Every gateway of the contract's examples has the same outputs from the list and by its ID."""
    with Emulator(CONTRACT) as emulator, GatewayClient(resolve_settings(lambda _: None, emulator.environ)) as client:
        listed = [gateway_outputs(gateway) for gateway in client.list()]
        assert len(listed) > 1
        assert [gateway_outputs(client.get(outputs["gatewayId"])) for outputs in listed] == listed


@pytest.mark.parametrize("status", [401, 503])
def test_error_for_all_gateways_ends_the_requests(
    client: GatewayClient, coreweave_emulator: Emulator, status: int
) -> None:
    """If the token is invalid, or no gateway could be read by the deadline, no more requests are sent."""
    ids = _add(coreweave_emulator, 100)
    coreweave_emulator.script(status, times=None)
    with pytest.raises(FleetError, match=rf"of 100 gateways could not be read: .*HTTP {status}.*were not requested"):
        read_fleet(client, FleetRequest(tuple(ids)), POOL.submit)
    assert len(set(_paths(coreweave_emulator))) <= 1 + 2 * 16


def test_failure_of_one_gateway_does_not_end_the_requests(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """If other gateways are read, the error names only the one whose requests failed until its deadline."""
    ids = _add(coreweave_emulator, LIST_FROM - 1)
    coreweave_emulator.script(503, gateway_id=ids[3], times=None)
    with pytest.raises(
        FleetError, match=f"1 of {LIST_FROM - 1} gateways could not be read: gateway {ids[3]}: "
    ) as caught:
        read_fleet(client, FleetRequest(tuple(ids)), POOL.submit)
    assert "not requested" not in str(caught.value)
    assert list(caught.value.failures) == [ids[3]]
    assert len(set(_paths(coreweave_emulator))) == len(ids)


@pytest.mark.parametrize("count", [1, LIST_FROM])
def test_deleted_member_leaves_the_fleet(client: GatewayClient, coreweave_emulator: Emulator, count: int) -> None:
    """On a refresh, a gateway that is neither found by its ID nor listed counts as deleted."""
    ids = (*_add(coreweave_emulator, count), UNKNOWN)
    assert len(_names(client, FleetRequest(ids), refreshed=True)) == count


def test_listed_gateway_is_not_deleted(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """On a refresh, a gateway that isn't found by its ID, but listed, stays in the fleet."""
    (gateway_id,) = _add(coreweave_emulator, 1)
    coreweave_emulator.script(404, gateway_id=gateway_id)
    assert len(_names(client, FleetRequest((gateway_id,)), refreshed=True)) == 1


@pytest.mark.parametrize("request_", [FleetRequest((UNKNOWN,)), FleetRequest((UNKNOWN,), missing="skip")])
def test_deletion_must_be_confirmed_by_the_list(
    client: GatewayClient, coreweave_emulator: Emulator, request_: FleetRequest
) -> None:
    """If the list can't be read, as with a wrong path in the endpoint, no gateway counts as deleted."""
    coreweave_emulator.script(404, times=None)
    with pytest.raises(FleetError, match=f"gateway {UNKNOWN}: not found, but can't confirm the deletion: the list of "):
        read_fleet(client, request_, POOL.submit, refreshed=True)


def _batch(client: GatewayClient, emulator: Emulator, calls: int) -> tuple[BatchedReads, threading.Event]:
    """Return reads whose only thread is busy until the event is set."""
    pool, go = DaemonPool(1, "batch-test"), threading.Event()
    pool.submit(lambda: go.wait(PATIENCE))
    return BatchedReads(client, pool), go


def test_queued_reads_share_one_list(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """Queued reads share one list request; a gateway that isn't in the list is read by its ID."""
    ids = _add(coreweave_emulator, LIST_FROM)
    reads, go = _batch(client, coreweave_emulator, LIST_FROM)
    futures = [reads.get(gateway_id, print) for gateway_id in ids]
    missing, everything = reads.get(UNKNOWN, print), reads.all(print)
    go.set()
    assert [future.result(PATIENCE).spec.id for future in futures] == ids
    assert len(everything.result(PATIENCE)) == LIST_FROM
    with pytest.raises(NotFoundError):
        missing.result(PATIENCE)
    assert _paths(coreweave_emulator) == ["", f"/{UNKNOWN}"]


def test_single_read_is_one_request_by_id(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """A read that finds a free thread requests that gateway alone, and nothing is cached."""
    (gateway_id,) = _add(coreweave_emulator, 1)
    reads = BatchedReads(client, DaemonPool(1, "single-test"))
    for _ in range(2):
        assert reads.get(gateway_id, print).result(PATIENCE).spec.id == gateway_id
    assert _paths(coreweave_emulator) == [f"/{gateway_id}"] * 2


def test_list_is_requested_after_the_last_read(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """A gateway that is created while earlier reads wait is in the list."""
    ids = _add(coreweave_emulator, LIST_FROM)
    reads, go = _batch(client, coreweave_emulator, LIST_FROM)
    futures = [reads.get(gateway_id, print) for gateway_id in ids]
    created = coreweave_emulator.add(name="created")
    futures.append(reads.get(created, print))
    go.set()
    assert wait(futures, PATIENCE).not_done == set()
    assert futures[-1].result().spec.name == "created"


def test_failed_list_falls_back_to_requests_by_id(client: GatewayClient, coreweave_emulator: Emulator) -> None:
    """A read of the list gets its error; reads of gateways are sent by ID, except for a cancelled one."""
    ids = _add(coreweave_emulator, 3)
    reads, go = _batch(client, coreweave_emulator, 3)
    coreweave_emulator.script(403, times=1)
    futures, everything = [reads.get(gateway_id, print) for gateway_id in ids], reads.all(print)
    futures[0].cancel()
    go.set()
    with pytest.raises(GatewayError, match="403"):
        everything.result(PATIENCE)
    assert [future.result(PATIENCE).spec.id for future in futures[1:]] == ids[1:]
    assert f"/{ids[0]}" not in _paths(coreweave_emulator)


def test_start_runs_on_its_own_thread() -> None:
    """A call runs on a daemon thread, and its future has the result or the exception."""
    assert start(lambda: threading.current_thread().daemon).result(PATIENCE) is True
    with pytest.raises(ZeroDivisionError):
        start(lambda: 1 // 0).result(PATIENCE)
