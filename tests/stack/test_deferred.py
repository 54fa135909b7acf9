"""Lookups of what the same program creates: read once it exists, and never read if it doesn't."""

from __future__ import annotations

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, said

MAKER = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_coreweave_gateway import (
    DeploymentsLookup, GatewayLookup, GatewaysLookup, get_deployments_output, get_gateway_output, get_gateways_output
)

ID = {gateway_id!r}

class Provider(ResourceProvider):
    def create(self, props):
        if props["fail"]:
            raise Exception("quota exceeded")
        return CreateResult(ID, {{"named": "prod"}})

class Maker(Resource):
    named: pulumi.Output[str]

    def __init__(self, name, fail=False, opts=None):
        super().__init__(Provider(), name, {{"fail": fail, "named": None}}, opts)
"""
"""A resource that creates a gateway; its ID is the gateway's."""

EVERY_KIND = """
class Platform(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("shop:index:Platform", name)
        Maker("inside", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})

made, platform = Maker("made"), Platform("platform")
after_made = pulumi.InvokeOutputOptions(depends_on=[made])
pulumi.export("id", GatewayLookup("id", gateway_id=made.id).name)
pulumi.export("name", GatewayLookup("name", gateway_name=made.named).name)
pulumi.export("after", GatewayLookup("after", gateway_id=ID, opts=pulumi.ResourceOptions(depends_on=made)).name)
within = GatewayLookup("within", gateway_id=ID, opts=pulumi.ResourceOptions(depends_on=[platform]))
pulumi.export("within", within.name)
pulumi.export("fleet", GatewaysLookup("fleet", gateway_ids=[made.id]).gateways[0].name)
pulumi.export("models", DeploymentsLookup("models", gateway_id=made.id).models[0])
pulumi.export("models function", get_deployments_output(gateway_id=made.id).apply(lambda found: found.models[0]))
pulumi.export("function", get_gateway_output(made.id).name)
pulumi.export("function after", get_gateway_output(ID, opts=after_made).name)
pulumi.export("functions", get_gateways_output([made.id]).gateways[0].name)
"""


def test_lookups_are_deferred_until_their_gateway_exists(project: Project, coreweave_emulator: Emulator) -> None:
    """The first preview sends no request, up reads each lookup after what it depends on, a later preview reads again.

    With --continue-on-error, no ``apply`` then sees the values of a failed read, and no stack output changes.
    """
    gateway_id = coreweave_emulator.add(name="prod")
    coreweave_emulator.add_deployment(model="prod", gateway_ids=[gateway_id])
    maker = MAKER.format(gateway_id=gateway_id)
    project.program(maker + EVERY_KIND)
    project.succeed("preview")
    assert coreweave_emulator.requests() == []
    before = project.up()
    functions = ("function", "function after", "functions", "models function")
    assert before == dict.fromkeys(("id", "name", "after", "within", "fleet", "models", *functions), "prod")
    depends_on = {entry["urn"].rsplit("::")[-1]: str(entry["dependencies"]) for entry in project.lookups()}
    assert all("::made" in depends_on[name] for name in ("id", "name", "after", "fleet", "models"))
    sent = len(coreweave_emulator.requests())
    preview = project.succeed("preview", "--diff", "--expect-no-changes")
    assert "=>" not in preview
    assert len(coreweave_emulator.requests()) > sent

    project.program(
        f"""{maker}
gateway = GatewayLookup("id", gateway_id=Maker("made").id)
pulumi.export("id", gateway.endpoint.apply(lambda endpoint: f"base url is {{endpoint}}"))
pulumi.export("fleet", GatewaysLookup("fleet", gateway_ids=[ID]).gateways[0].status)
"""
    )
    coreweave_emulator.script(403, times=None)
    done = project.cli("up", *YES, "--continue-on-error")
    assert done.returncode != 0
    assert "permission denied by" in said(done)
    assert "has no values, because its read failed or was skipped" in said(done)
    assert "Traceback" not in said(done)
    assert project.outputs() == before


@pytest.mark.parametrize(
    ("lookup", "option"),
    [
        ("GatewayLookup('prod', gateway_id=made.id)", "--target=**other"),
        ("get_gateway_output(made.id).endpoint", "--continue-on-error"),
    ],
)
def test_lookup_of_a_skipped_or_failed_resource_is_an_error(
    project: Project, coreweave_emulator: Emulator, lookup: str, option: str
) -> None:
    """In ``up``, a lookup of a resource that was skipped or failed is an error with the remedy; no output is saved.

    ``destroy --run-program`` then succeeds with functions, and with a resource it names the command that does.
    """
    maker = MAKER.format(gateway_id=coreweave_emulator.add(name="prod"))
    project.program(f"{maker}\nMaker('other')\nmade = Maker('made', fail=True)\npulumi.export('gateway', {lookup})\n")
    done = project.cli("up", *YES, option)
    assert done.returncode != 0, said(done)
    assert (
        ": can't be read, because a resource that it depends on was skipped or failed; with --target or --exclude, "
        "include that resource"
    ) in said(done)
    assert project.outputs() == {}
    done = project.cli("destroy", *YES, "--run-program")
    if lookup.startswith("GatewayLookup"):
        assert "was skipped or failed; run `pulumi destroy` without --run-program" in said(done)
        project.succeed("destroy", *YES)
    assert project.state() == []
