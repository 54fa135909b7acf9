"""``GatewaysLookup`` on the real engine."""

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, errors, said


def test_fleets_by_ids_and_by_filters(project: Project, coreweave_emulator: Emulator) -> None:
    """A fleet has each gateway once, in the order of the IDs, or all that match the filters, sorted by ID.

    Once two gateways are deleted, the preview names both on one line, and the state stays.
    """
    names = {"prod-a": "US-EAST-04A", "prod-b": "US-WEST-01A", "test-c": "US-EAST-04A"}
    a, b, c = (coreweave_emulator.add(name=name, zone=zone) for name, zone in names.items())
    creating = coreweave_emulator.add(name="prod-d", zone="US-EAST-04A", ready=False)
    project.program(
        f"""
import pulumi
from pulumi_coreweave_gateway import GatewaysLookup

def names(fleet):
    return fleet.gateways.apply(lambda gateways: [gateway.name for gateway in gateways])

fleet = GatewaysLookup("fleet", gateway_ids={[c, a.upper(), c, b]!r})
pulumi.export("id", fleet.id)
pulumi.export("names", names(fleet))
pulumi.export("endpoints", fleet.endpoints)
pulumi.export("status", fleet.by_id.apply(lambda by_id: by_id[{a!r}].status))
pulumi.export("first", fleet.gateways[0].openai_base_url)
pulumi.export("all", GatewaysLookup("all").gateways.apply(lambda all: [one.gateway_id for one in all]))
pulumi.export("ready", names(GatewaysLookup(
    "ready", zones=["US-EAST-04A"], statuses=["STATUS_READY"], name_pattern=pulumi.Output.from_input("prod-*"))))
GatewaysLookup("moon", zones=["us-east-04a", "MOON-01"])
"""
    )
    shown = project.succeed("up", "--yes", "--skip-preview")
    warning = "no gateway is in the zone 'MOON-01'; zones of the gateways: 'US-EAST-04A', 'US-WEST-01A'"
    assert f"warning: lookup 'moon': {warning}" in shown
    outputs = project.outputs()
    assert outputs.pop("id").startswith("gateways-")
    assert outputs == {
        "names": ["test-c", "prod-a", "prod-b"],
        "endpoints": {one: [f"https://api.{one}.gw.cwinference.com"] for one in (a, b, c)},
        "status": "STATUS_READY",
        "first": f"https://api.{c}.gw.cwinference.com/v1",
        "all": sorted([a, b, c, creating]),
        "ready": ["prod-a"],
    }
    by_id = [request.path for request in coreweave_emulator.requests() if not request.path.endswith("/gateways")]
    assert sorted(path.rsplit("/", 1)[-1] for path in by_id) == sorted([a, b, c])
    preview = project.succeed("preview", "--diff", "--expect-no-changes")
    assert "=>" not in preview

    coreweave_emulator.remove(a)
    coreweave_emulator.remove(b)
    before = project.lookup("fleet")
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode != 0
    (error,) = (line for line in errors(done) if "could not be read" in line)
    assert "2 of 3 gateways could not be read: " in error
    assert f"gateway {a}: not found at {coreweave_emulator.url}" in error
    assert f"(the same kind of error for {b})" in error
    assert "Traceback" not in said(done)
    assert project.lookup("fleet") == before


def test_fleet_without_a_match_keeps_the_state(project: Project, coreweave_emulator: Emulator) -> None:
    """A token that lost sight of its gateways deletes nothing: every command fails, and the state stays."""
    prod = coreweave_emulator.add(name="prod")
    project.program(
        """
import pulumi
from pulumi_coreweave_gateway import GatewaysLookup

fleet = GatewaysLookup("prod", name_pattern="prod*")
pulumi.export("names", fleet.gateways.apply(lambda gateways: [gateway.name for gateway in gateways]))
"""
    )
    assert project.up() == {"names": ["prod"]}
    coreweave_emulator.remove(prod)
    before = project.lookups()
    for command in (("preview",), ("up", *YES), ("refresh", *YES)):
        done = project.cli(*command)
        assert done.returncode != 0
        (error,) = errors(done)
        assert "no gateway matches: no gateway's name matches 'prod*'; the token can't see any gateways" in error
        assert (project.lookups(), project.outputs()) == (before, {"names": ["prod"]})
    coreweave_emulator.add(name="prod")
    assert project.up() == {"names": ["prod"]}
    project.succeed("destroy", *YES, "--run-program")
