"""A unit test of fleet_by_filter.py: no engine, no network, no token."""

import pulumi

from pulumi_coreweave_gateway.testing import GatewayMocks, mock_gateway

gateways = [mock_gateway("prod-a"), mock_gateway("prod-b", ready=False), mock_gateway("test")]
pulumi.runtime.set_mocks(GatewayMocks(gateways))

import fleet_by_filter  # noqa: E402 - the program runs when it is imported, and needs the mocks by then


@pulumi.runtime.test
def test_only_what_serves_is_used() -> pulumi.Output[None]:
    """Neither a gateway that is still being made nor one of another name is among the endpoints."""

    def check(endpoints: dict[str, str]) -> None:
        assert list(endpoints) == ["prod-a"]

    return fleet_by_filter.endpoints.apply(check)
