import pulumi

from pulumi_coreweave_gateway.testing import GatewayMocks, mock_gateway

pulumi.runtime.set_mocks(GatewayMocks([mock_gateway("prod")]))

import program  # noqa: E402 - the program runs when it is imported, and needs the mocks by then


@pulumi.runtime.test  # type: ignore[untyped-decorator]  # the SDK's decorator has no types
def test_base_url() -> pulumi.Output[None]:
    def check(url: str) -> None:
        assert url.endswith(".gw.cwinference.com/v1")

    return program.gateway.openai_base_url.apply(check)
