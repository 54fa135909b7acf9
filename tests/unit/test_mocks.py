"""Programs with lookups under ``pulumi.runtime.set_mocks``, as users test theirs."""

from __future__ import annotations

import socket
from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pytest_socket import SocketBlockedError

from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup
from tests.unit.mocked import outcome

# pytest-socket also warns, and warnings are errors here.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")

GATEWAY_ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


class RecordingMocks(Mocks):
    """Return the documented outputs for every lookup, and record the calls."""

    def __init__(self) -> None:
        self.calls: list[MockResourceArgs] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Return a lookup's outputs."""
        self.calls.append(args)
        outputs = {
            "endpoints": ["https://api.example.com"],
            "endpoint": "https://api.example.com",
            "openaiBaseUrl": "https://api.example.com/v1",
            "ready": True,
            "status": "STATUS_READY",
            "bodyBasedRouting": {"enabled": True, "apiType": "API_TYPE_OPENAI"},
            "headerBasedRouting": {"enabled": False},
        }
        return args.resource_id, {**args.inputs, **outputs}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Refuse functions, which the test doesn't call."""
        raise NotImplementedError


def _endpoint() -> pulumi.Output[Any]:
    gateway = GatewayLookup("prod", gateway_id=GATEWAY_ID.upper())
    return pulumi.Output.all(
        gateway.id,
        gateway.endpoint,
        gateway.openai_base_url,
        gateway.ready,
        gateway.body_based_routing.api_type,
    )


@pytest.mark.parametrize("preview", [False, True])
def test_lookup_by_id_opens_no_socket(preview: bool) -> None:
    """Under mocks a lookup has the mocks' outputs, typed, without a request and without a token."""
    with pytest.raises(SocketBlockedError):
        socket.socket()  # what is checked below can fail

    mocks = RecordingMocks()
    found = outcome(_endpoint, preview=preview, engine=mocks)
    assert found.known
    assert found.value == [GATEWAY_ID, "https://api.example.com", "https://api.example.com/v1", True, "API_TYPE_OPENAI"]
    (call,) = mocks.calls
    assert (call.typ, call.name, call.resource_id) == (
        "pulumi-python:dynamic/coreweave:GatewayLookup",
        "prod",
        GATEWAY_ID,
    )
    assert call.inputs["gatewayId"] == GATEWAY_ID


def test_fleet_under_simple_mocks_is_empty() -> None:
    """Mocks that return a resource's inputs, as most do, make an empty fleet."""

    def build() -> pulumi.Output[Any]:
        fleet = GatewaysLookup("fleet", gateway_ids=[GATEWAY_ID])
        return pulumi.Output.all(fleet.by_id, fleet.endpoints)

    assert outcome(build, preview=False).value == [{}, {}]
