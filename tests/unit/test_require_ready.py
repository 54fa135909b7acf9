"""A gateway that isn't ready: warnings, ``require_ready``, and what a preview shows of a wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import (
    GatewayLookup,
    GatewaysLookup,
    InvalidArgumentError,
    NotFoundError,
    NotReadyError,
    get_gateway,
    get_gateway_output,
    get_gateways,
)
from pulumi_coreweave_gateway.testing import GatewayMocks, mock_gateway
from tests.unit.mocked import outcome

CREATING = mock_gateway("new", ready=False)
READY = mock_gateway("prod")
ID = CREATING["spec"]["id"]
MOCKS = GatewayMocks([CREATING, READY])
STATUS = r"not ready \(STATUS_CREATING; Ready in US-EAST-04A is False \(Provisioning: .*\)\)"


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(
    "look_up",
    [
        lambda: GatewayLookup("new", gateway_id=ID, require_ready=True).endpoint,
        lambda: GatewayLookup("new", gateway_name="new", require_ready=True).endpoint,
        lambda: get_gateway(ID, require_ready=True),
        lambda: get_gateway_output(gateway_name="new", require_ready=True),
    ],
    ids=["lookup by ID", "lookup by name", "function", "function with Outputs"],
)
def test_required_gateway_that_is_not_ready_is_an_error(look_up: Callable[[], Any], preview: bool) -> None:
    """In a preview and in an up, the error has the status and its unmet conditions."""
    with pytest.raises(NotReadyError, match=STATUS) as caught:
        outcome(look_up, preview=preview, engine=MOCKS)
    # Functions have no argument wait_for_ready.
    assert "; wait for it with GatewayLookup(…, wait_for_ready=True), or omit require_ready" in str(caught.value)
    assert caught.value.status == "STATUS_CREATING"
    assert len(caught.value.conditions) == 1


def test_required_gateway_that_is_ready() -> None:
    """A gateway that is ready passes, without a word."""
    lookup = outcome(lambda: GatewayLookup("prod", gateway_name="prod", require_ready=True).ready, engine=MOCKS)
    assert lookup.value is True


@pytest.mark.parametrize(
    ("look_up", "label"),
    [
        (lambda: GatewayLookup("chat", gateway_id=ID).endpoint, "lookup 'chat'"),
        (lambda: get_gateway(gateway_name="new").endpoint, "get_gateway 'new'"),
        (lambda: get_gateway_output(ID), f"gateway {ID}"),
    ],
    ids=["lookup", "function", "function with Outputs"],
)
def test_gateway_without_endpoint_causes_a_warning(
    look_up: Callable[[], Any], label: str, caplog: pytest.LogCaptureFixture
) -> None:
    """An endpoint that doesn't exist yet reaches no dependent without a word: it names lookup, status and outputs."""
    outcome(look_up, engine=MOCKS)
    empty = "endpoint, endpoints, host and openai_base_url are empty; "
    assert f"{label}: the gateway has no endpoint (STATUS_CREATING), so {empty}" in caplog.text


@pytest.mark.parametrize("name", ["endpoint", "endpoints", "host", "openai_base_url"])
@pytest.mark.parametrize(("gateway", "known"), [("new", False), ("prod", True)])
def test_preview_of_a_wait(name: str, gateway: str, known: bool, caplog: pytest.LogCaptureFixture) -> None:
    """While there is no endpoint, ``up`` will wait for it, so that a preview shows it as unknown; the rest is live."""

    def program() -> pulumi.Output[Any]:
        lookup = GatewayLookup("chat", gateway_name=gateway, wait_for_ready=True)
        return getattr(lookup, name)  # type: ignore[no-any-return]

    assert outcome(program, engine=MOCKS).known is known
    status = outcome(lambda: GatewayLookup("x", gateway_name="new", wait_for_ready=True).status, engine=MOCKS)
    assert (status.known, status.value) == (True, "STATUS_CREATING")
    assert "no endpoint" not in caplog.text


def test_wait_and_requirement_exclude_each_other() -> None:
    """A gateway can't be both waited for and required."""
    with pytest.raises(InvalidArgumentError, match="pass either wait_for_ready or require_ready, not both"):
        outcome(lambda: GatewayLookup("x", gateway_id=ID, wait_for_ready=True, require_ready=True), engine=MOCKS)


@pytest.mark.parametrize("look_up", [lambda **filters: GatewaysLookup("all", **filters).gateways, get_gateways])
def test_filter_without_a_match_is_an_error(look_up: Callable[..., Any]) -> None:
    """An empty fleet would delete what is made from it; it must be asked for."""
    with pytest.raises(NotFoundError):
        outcome(lambda: look_up(zones=["MOON-01"]), engine=MOCKS)
    assert outcome(lambda: look_up(zones=["MOON-01"], missing="skip"), engine=MOCKS).value == []
