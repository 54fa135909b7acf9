"""Programs with lookups under ``pulumi.runtime.set_mocks``, with mocks of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup
from tests.unit.mocked import outcome

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


@pytest.mark.parametrize(
    ("lookup", "prefix"),
    [(lambda: GatewayLookup("new", gateway_id=ID), ID), (lambda: GatewaysLookup("new"), "gateways-")],
    ids=["gateway", "fleet"],
)
def test_exported_lookup_has_its_id_in_a_preview(
    lookup: Callable[[], GatewayLookup | GatewaysLookup], prefix: str
) -> None:
    """A lookup that is exported as a whole has its ID in a preview, although an older engine returns none."""
    found = outcome(lambda: vars(lookup())["id"])
    assert found.known
    assert found.value.startswith(prefix)


def test_fleet_under_simple_mocks_is_empty() -> None:
    """Mocks that return a resource's inputs, as most do, make an empty fleet."""

    def build() -> pulumi.Output[Any]:
        fleet = GatewaysLookup("fleet", gateway_ids=[ID])
        return pulumi.Output.all(fleet.by_id, fleet.endpoints)

    assert outcome(build, preview=False).value == [{}, {}]
