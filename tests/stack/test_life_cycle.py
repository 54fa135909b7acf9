"""All lookups from ``up`` to ``destroy``, beside a dynamic provider of the user's own."""

import platform

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, said

BARE = "00000000-0000-4000-8000-000000000001"
PROGRAM = """
import platform
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup

LIMITS = {{"most": 3}}

class WidgetProvider(ResourceProvider):
    def create(self, props):
        return CreateResult("widget", {{**LIMITS, "python": platform.python_version()}})

class Widget(Resource):
    most: pulumi.Output[int]
    python: pulumi.Output[str]

    def __init__(self, name):
        super().__init__(WidgetProvider(), name, {{"most": None, "python": None}})

full = GatewayLookup("full", gateway_id="{full}")
pulumi.export("full", full)
pulumi.export("api_type", full.body_based_routing.api_type)
pulumi.export("bare", GatewayLookup("bare", gateway_id="{bare}"))
pulumi.export("named", GatewayLookup("named", gateway_name="prod").id)
pulumi.export("secret", GatewayLookup("secret", gateway_id=pulumi.Output.secret("{full}".upper())).id)
pulumi.export("fleet", GatewaysLookup("fleet", gateway_ids=["{full}", "{bare}"]))

widget = Widget("widget")
pulumi.export("most", widget.most)
pulumi.export("python", [platform.python_version(), widget.python])
"""


def test_from_up_to_destroy(project: Project, coreweave_emulator: Emulator) -> None:
    """Up stores what the API says, a preview then shows no change, and destroy sends no request.

    Program and provider run on the Python that runs the tests, on which `make versions` relies.
    """
    full = coreweave_emulator.add(name="prod")
    coreweave_emulator.add({"spec": {"id": BARE}})
    project.program(PROGRAM.format(full=full, bare=BARE))
    outputs = project.up()
    endpoint = f"https://api.{full}.gw.cwinference.com"
    gateway = outputs["full"]
    assert (gateway["id"], gateway["status"], gateway["ready"]) == (full, "STATUS_READY", True)
    assert (gateway["endpoint"], gateway["openai_base_url"]) == (endpoint, f"{endpoint}/v1")
    assert gateway["body_based_routing"] == {"enabled": True, "api_type": outputs["api_type"]}
    assert gateway["conditions"][0]["type"] == "Ready"
    assert (outputs["bare"]["status"], outputs["bare"]["endpoints"]) == ("STATUS_UNSPECIFIED", [])
    assert (outputs["named"], outputs["secret"]) == (full, "[secret]")
    assert outputs["fleet"]["request"]["gateway_ids"] == [full, BARE]
    assert outputs["most"] == 3
    assert outputs["python"] == [platform.python_version()] * 2
    assert all(entry["external"] for entry in project.lookups())
    assert {entry["id"] for entry in project.lookups()} == {full, BARE, outputs["fleet"]["id"]}

    preview = project.cli("preview", "--diff", "--expect-no-changes")
    assert preview.returncode == 0, said(preview)
    assert "unchanged" in preview.stdout
    for sign in ("=>", "~", "output<"):
        assert sign not in preview.stdout, preview.stdout

    sent = len(coreweave_emulator.requests())
    del project.environ["COREWEAVE_API_TOKEN"]
    project.succeed("destroy", *YES)
    assert len(coreweave_emulator.requests()) == sent
    assert project.state() == []
