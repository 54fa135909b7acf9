"""The time limit of a fleet, with a simulated clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import FleetError, NotFoundError, TransportError
from pulumi_coreweave_gateway.gateways.fetch_many import read_fleet, time_limit
from pulumi_coreweave_gateway.gateways.request import FleetRequest
from pulumi_coreweave_gateway.gateways.worker_threads import complete

IDS = tuple(f"0d9b6c0e-52f4-4f0a-8a43-{number:012}" for number in range(300))


class SlowClient:
    """A client whose requests use their whole time limit: lists fail, and every second gateway is found."""

    lookup_timeout = 30.0

    def __init__(self) -> None:
        self.now = 0.0

    def list(self, *, seconds: float, report: object) -> tuple[Gateway, ...]:
        """Fail at the time limit."""
        self._spend(seconds)
        raise TransportError("no complete response", retryable=True)

    def get(self, gateway_id: str, *, seconds: float, report: object) -> Gateway:
        """Return a gateway, or fail, at the time limit."""
        self._spend(seconds)
        if int(gateway_id[-1]) % 2:
            raise NotFoundError("not found")
        return parse_gateway({"spec": {"id": gateway_id}})

    def _spend(self, seconds: float) -> None:
        assert seconds <= self.lookup_timeout
        self.now += max(seconds, 0.0)


def _submit(call: Callable[[], Any]) -> Future[Any]:
    future: Future[Any] = Future()
    complete(future, call)
    return future


@pytest.mark.parametrize("count", [1, 15, 16, 300])
def test_lists_and_requests_by_id_share_one_time_limit(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """However slow the API is, a fleet's lists and its requests by ID end within the documented time."""
    client = SlowClient()
    monkeypatch.setattr(time, "monotonic", lambda: client.now)
    request = FleetRequest(IDS[:count], missing="skip")
    if count == 1:
        assert len(read_fleet(client, request, _submit)) == 1  # type: ignore[arg-type]
    else:
        with pytest.raises(FleetError, match="can't confirm the deletion"):
            read_fleet(client, request, _submit)  # type: ignore[arg-type]
    assert client.now <= time_limit(client.lookup_timeout, count) + 1e-9
