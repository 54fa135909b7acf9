"""A thousand lookups in one program, beside a dynamic provider of the user's own."""

import re
import uuid

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from tests.stack.project import Project, said

WIDGET = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_coreweave_gateway import GatewayLookup

LIMITS = {"most": 3, "least": 1}


class WidgetProvider(ResourceProvider):
    def create(self, props):
        return CreateResult(props["label"], {**props, **LIMITS})


class Widget(Resource):
    most: pulumi.Output[int]

    def __init__(self, name):
        super().__init__(WidgetProvider(), name, {"label": name, "most": None})
"""
"""A dynamic provider as in Pulumi's documentation: in the program's own module, pickled with what it uses."""


def test_thousand_lookups_beside_another_provider(project: Project, coreweave_emulator: Emulator) -> None:
    """1,000 lookups and a user's own dynamic resource work in one program, on no more than four connections."""
    gateways = [sample_gateway(str(uuid.UUID(int=index + 1, version=4)), name=f"g{index}") for index in range(1000)]
    coreweave_emulator.replace(gateways)
    project.program(
        f"""{WIDGET}
for index in range(1000):
    gateway_id = f"00000000-0000-4000-8000-{{index + 1:012x}}"
    lookup = GatewayLookup(f"lookup-{{index}}", gateway_id=gateway_id)
pulumi.export("last", lookup.name)
pulumi.export("most", Widget("after-all-of-them").most)
"""
    )
    done = project.cli("preview", "--suppress-progress", "--parallel", "64")
    assert done.returncode == 0, said(done)[-5000:]
    assert re.search(r"last: +\"g999\"", done.stdout), done.stdout[-2000:]
    assert "after-all-of-them" in done.stdout
    counts = coreweave_emulator.counts()
    assert counts.by_status == {200: 1000}
    assert counts.connections <= 4
