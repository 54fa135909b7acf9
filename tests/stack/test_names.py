"""``GatewayLookup(gateway_name=…)`` on the real engine."""

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from tests.stack.project import Project, said

NEW = "00000000-0000-4000-8000-000000000002"
HEAD = """
import pulumi
from pulumi_coreweave_gateway import GatewayLookup
"""


def test_unknown_name_lists_similar_names(project: Project, coreweave_emulator: Emulator) -> None:
    """A name that no gateway has is a one-line error that lists similar ones."""
    near = coreweave_emulator.add(name="production", zone="US-EAST-04A")
    project.program(f"{HEAD}\nGatewayLookup('prod', gateway_name='productoin')\n")
    done = project.cli("preview")
    assert done.returncode != 0
    line = said(done).split("Diagnostics:")[1].strip().splitlines()[1].strip()
    assert line == (
        "error: lookup 'prod': no gateway has the name 'productoin'; gateways visible to the token: "
        f"'production' ({near}, US-EAST-04A, STATUS_READY)"
    )
    assert "Traceback" not in said(done)


def test_unknown_name_defers_the_lookup(project: Project, coreweave_emulator: Emulator) -> None:
    """A name from a resource that is yet to be created defers the lookup, and a preview sends no request."""
    gateway_id = coreweave_emulator.add(name="made")
    project.program(
        """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_coreweave_gateway import GatewayLookup

class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("one", {"called": "made"})

class Maker(Resource):
    called: pulumi.Output[str]
    def __init__(self, name):
        super().__init__(Provider(), name, {"called": None})

pulumi.export("id", GatewayLookup("prod", gateway_name=Maker("maker").called).id)
"""
    )
    project.succeed("preview")
    assert coreweave_emulator.counts().requests == 0
    assert project.up()["id"] == gateway_id


def test_replacement_wins_over_the_gateway_being_deleted(project: Project, coreweave_emulator: Emulator) -> None:
    """While a gateway is replaced, its name leads to the new one; a wait outlasts the time without one."""
    old = coreweave_emulator.add(gateway_id="00000000-0000-4000-8000-000000000001", name="prod")
    coreweave_emulator.change(old, status={"status": "STATUS_DELETING"})
    wait = "wait_for_ready=WaitForReady(timeout=60, poll_interval=0.2)"
    project.program(
        f"{HEAD}\nfrom pulumi_coreweave_gateway import WaitForReady\n"
        f"pulumi.export('id', GatewayLookup('prod', gateway_name='prod', {wait}).id)\n"
    )
    both = [sample_gateway(old, name="prod"), sample_gateway(NEW, name="prod")]
    both[0]["status"]["status"] = "STATUS_DELETING"
    coreweave_emulator.add(gateway_id=NEW, name="prod")
    for listed in (both[:1], both[:1], both):
        coreweave_emulator.script(200, path="/v1alpha1/inference/gateways", json={"items": listed})
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode == 0, said(done)
    assert "STATUS_DELETING; not replaced yet" in said(done)
    assert project.outputs()["id"] == NEW
