"""Test fleet_by_filter.py without engine, network or token."""

import pulumi

from pulumi_coreweave_gateway.testing import GatewayMocks, mock_gateway

gateways = [mock_gateway("prod-a"), mock_gateway("prod-b", ready=False), mock_gateway("test")]
pulumi.runtime.set_mocks(GatewayMocks(gateways))

import fleet_by_filter  # noqa: E402 - importing the program runs it, so the mocks come first


@pulumi.runtime.test
def test_only_ready_gateways_are_used() -> pulumi.Output[None]:
    """A gateway that isn't ready and a gateway of another name are left out."""

    def check(endpoints: dict[str, str]) -> None:
        assert list(endpoints) == ["prod-a"]

    return fleet_by_filter.endpoints.apply(check)
