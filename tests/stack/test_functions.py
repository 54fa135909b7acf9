"""``get_gateway`` and the other functions on the real engine."""

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project

HEAD = """
import pulumi
import pulumi_coreweave_gateway as coreweave
"""


def test_functions_return_typed_values_and_store_nothing(project: Project, coreweave_emulator: Emulator) -> None:
    """All four functions return typed values in preview and ``up``, in a component too; the state has none of them."""
    ids = [coreweave_emulator.add(name=f"gw-{number}", routing="header") for number in range(3)]
    project.program(
        f"""{HEAD}
ids = {ids!r}
one = coreweave.get_gateway(ids[0])
assert isinstance(one, coreweave.GatewayResult) and one.created_at and one.header_based_routing.header_name
pulumi.export("endpoint", one.endpoint)
pulumi.export("zones", one.zones)
pulumi.export("by_name", coreweave.get_gateway(gateway_name="gw-1").gateway_id)
pulumi.export("several", list(coreweave.get_gateways(ids).by_id))
try:
    coreweave.get_gateway(gateway_name="canary")
except coreweave.NotFoundError:
    pulumi.export("fallback", coreweave.get_gateway(gateway_name="gw-0").gateway_id)
pulumi.export("none", coreweave.get_gateways([]).gateways)
pulumi.export("filtered", [one.name for one in coreweave.get_gateways(name_pattern="gw-[01]").gateways])

class Platform(pulumi.ComponentResource):
    def __init__(self, name, gateway_id):
        super().__init__("shop:index:Platform", name)
        found = coreweave.get_gateway_output(gateway_id)
        self.status = found.status
        self.base = found.apply(lambda gateway: gateway.openai_base_url)

platform = Platform("platform", pulumi.Output.from_input(ids[2]))
pulumi.export("status", platform.status)
pulumi.export("base", platform.base)
pulumi.export("all", coreweave.get_gateways_output(zones=["US-EAST-04A"]).apply(lambda found: len(found.gateways)))
pulumi.export("named", coreweave.get_gateway_output(gateway_name=pulumi.Output.from_input("gw-2")).gateway_id)
"""
    )
    assert "STATUS_READY" in project.succeed("preview")
    assert project.up() == {
        "endpoint": f"https://api.{ids[0]}.gw.cwinference.com",
        "zones": ["US-EAST-04A"],
        "by_name": ids[1],
        "several": ids,
        "fallback": ids[0],
        "none": [],
        "filtered": ["gw-0", "gw-1"] if ids[0] < ids[1] else ["gw-1", "gw-0"],
        "status": "STATUS_READY",
        "base": f"https://api.{ids[2]}.gw.cwinference.com/v1",
        "all": 3,
        "named": ids[2],
    }
    assert project.lookups() == []
