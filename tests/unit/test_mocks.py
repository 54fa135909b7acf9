"""Programs with lookups under ``pulumi.runtime.set_mocks``, with mocks of the user's own."""

from __future__ import annotations

from typing import Any

import pulumi

from pulumi_coreweave_gateway import GatewaysLookup
from tests.unit.mocked import outcome


def test_fleet_under_simple_mocks_is_empty() -> None:
    """Mocks that return a resource's inputs, as most do, make an empty fleet."""

    def build() -> pulumi.Output[Any]:
        fleet = GatewaysLookup("fleet", gateway_ids=["6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"])
        return pulumi.Output.all(fleet.by_id, fleet.endpoints)

    assert outcome(build, preview=False).value == [{}, {}]
