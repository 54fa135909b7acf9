"""Where in the user's program a lookup was written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import (
    GatewayLookup,
    GatewaysLookup,
    WaitForReady,
    get_gateway,
    get_gateway_output,
    get_gateways,
)
from pulumi_coreweave_gateway.errors import (
    AuthenticationError,
    GatewayError,
    InvalidArgumentError,
    NameNotFoundError,
    SettingsError,
)
from pulumi_coreweave_gateway.program.user_line import naming_the_users_line

pytestmark = pytest.mark.disable_socket


def _here(above: int) -> str:
    """Return how a message names the line so many above the caller's."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return f"(test_user_line.py, line {frame.f_back.f_lineno - above})"


@pytest.mark.parametrize(
    "lookup",
    [
        lambda: GatewayLookup("x", gateway_id="prod"),
        lambda: GatewaysLookup("x", gateway_ids=["prod"]),
        lambda: get_gateway("prod"),
        lambda: get_gateway_output("prod"),
        lambda: get_gateways(["prod"]),
        lambda: GatewayLookup("x", pulumi.ResourceOptions(import_="y"), gateway_name="prod"),
        lambda: WaitForReady(timeout="5m"),  # type: ignore[arg-type]
    ],
    ids=["GatewayLookup", "GatewaysLookup", "get_gateway", "get_gateway_output", "get_gateways", "options", "wait"],
)
def test_every_lookup_names_it(lookup: Callable[[], Any]) -> None:
    """Whatever is wrong with an argument, the message ends with the file and line that pass it."""
    with pytest.raises(InvalidArgumentError) as caught:
        lookup()
    line = inspect.getsourcelines(lookup)[1]
    assert str(caught.value).endswith(f" (test_user_line.py, line {line})")


def test_first_line_of_a_long_call() -> None:
    """A call over several lines is found by one of them."""
    with pytest.raises(InvalidArgumentError) as caught:
        GatewayLookup(
            "x",
            gateway_id="prod",
        )
    found = re.search(r"\(test_user_line.py, line (\d+)\)$", str(caught.value))
    assert found
    line = inspect.getsourcelines(test_first_line_of_a_long_call)[1]
    assert line + 3 <= int(found[1]) <= line + 6


def test_users_own_wrapper() -> None:
    """In a function of the user's own, the line there is named: it is the one that passes the argument."""

    def mine(gateway_id: str) -> GatewayLookup:
        return GatewayLookup("x", gateway_id=gateway_id)

    with pytest.raises(InvalidArgumentError) as caught:
        mine("prod")
    assert str(caught.value).endswith(_here(4))


def test_users_subclass() -> None:
    """So is the line in a class of the user's own."""

    class Mine(GatewayLookup):
        def __init__(self) -> None:
            super().__init__("x", gateway_id="prod")

    with pytest.raises(InvalidArgumentError) as caught:
        Mine()
    assert str(caught.value).endswith(_here(4))


@pytest.mark.parametrize("kind", [InvalidArgumentError, SettingsError], ids=lambda kind: kind.__name__)
def test_class_is_kept(kind: type[GatewayError]) -> None:
    """The error stays of its class, with its words before the line, and hides where it came from inside."""
    with pytest.raises(kind) as caught, naming_the_users_line():
        raise kind("gateway_id: wrong")
    assert re.fullmatch(r"gateway_id: wrong \(test_user_line.py, line \d+\)", str(caught.value))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "error", [NameNotFoundError("x"), AuthenticationError("x", http_status=401), KeyError("x")], ids=repr
)
def test_other_errors_pass(error: Exception) -> None:
    """What isn't about an argument is left as it is."""
    with pytest.raises(type(error)) as caught, naming_the_users_line():
        raise error
    assert caught.value is error


def test_no_error() -> None:
    """Nor is anything done where nothing is wrong."""
    with naming_the_users_line():
        done = True
    assert done
