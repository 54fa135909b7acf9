"""``GatewaysLookup`` on the real engine."""

import re

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.programs import MAKER
from tests.stack.project import Project, said

HEAD = """
import pulumi
from pulumi_coreweave_gateway import GatewaysLookup
"""
MISSING = "99999999-9999-4999-8999-999999999999"


def test_fleet_by_ids(project: Project, coreweave_emulator: Emulator) -> None:
    """One resource reads each gateway once, in the order of the IDs; drift is shown; a second run changes nothing."""
    ids = [coreweave_emulator.add(name=f"gw-{number}") for number in range(5)]
    asked = [ids[3], ids[1].upper(), ids[3], ids[4]]
    project.program(
        f"""{HEAD}
fleet = GatewaysLookup("fleet", gateway_ids={asked!r})
pulumi.export("id", fleet.id)
pulumi.export("names", fleet.gateways.apply(lambda gateways: [gateway.name for gateway in gateways]))
pulumi.export("endpoints", fleet.endpoints)
pulumi.export("status", fleet.by_id.apply(lambda by_id: by_id[{ids[1]!r}].status))
pulumi.export("first", fleet.gateways[0].openai_base_url)
"""
    )
    project.succeed("preview")
    assert coreweave_emulator.counts().requests == 3
    outputs = project.up()
    assert outputs["names"] == ["gw-3", "gw-1", "gw-4"]
    assert outputs["endpoints"][ids[4]] == [f"https://api.{ids[4]}.gw.cwinference.com"]
    assert outputs["status"] == "STATUS_READY"
    assert outputs["first"] == f"https://api.{ids[3]}.gw.cwinference.com/v1"
    (entry,) = project.lookups()
    assert entry["id"] == outputs["id"]
    assert entry["id"].startswith("gateways-")
    again = project.cli("preview", "--diff", "--expect-no-changes")
    assert again.returncode == 0, said(again)
    assert "=>" not in again.stdout, again.stdout
    coreweave_emulator.change(ids[1], status={"status": "STATUS_UPDATING"})
    assert '"STATUS_READY" => "STATUS_UPDATING"' in project.cli("preview", "--diff").stdout


def test_fleet_error_names_every_failed_gateway(project: Project, coreweave_emulator: Emulator) -> None:
    """Two missing gateways are one error line, and nothing is written to the state."""
    ids = [coreweave_emulator.add(name=f"gw-{number}") for number in range(4)]
    other = MISSING.replace("99999999-", "88888888-")
    project.program(f"{HEAD}\nGatewaysLookup('fleet', gateway_ids={[ids[0], MISSING, ids[1], other]!r})\n")
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode != 0
    assert "Traceback" not in said(done)
    resource, line = re.findall(r"GatewaysLookup \((.*)\):\n +error: (.*could not be read.*)", said(done))[0]
    assert resource == "fleet"
    assert "2 of 4 gateways could not be read: " in line
    assert f"gateway {MISSING}: not found at {coreweave_emulator.url}" in line
    assert f"(the same for {other})" in line
    assert project.lookups() == []


def test_refresh_removes_a_deleted_member(project: Project, coreweave_emulator: Emulator) -> None:
    """A refresh removes a deleted gateway from the fleet, and keeps the fleet."""
    ids = [coreweave_emulator.add(name=f"gw-{number}") for number in range(3)]
    project.program(f"{HEAD}\nGatewaysLookup('fleet', gateway_ids={ids!r})\n")
    project.up()
    coreweave_emulator.remove(ids[1])
    project.succeed("refresh", "--yes")
    (entry,) = project.lookups()
    assert [gateway["name"] for gateway in entry["outputs"]["gateways"]] == ["gw-0", "gw-2"]
    assert "1 of 3 gateways could not be read" in said(project.cli("preview"))


def test_fleet_by_filters(project: Project, coreweave_emulator: Emulator) -> None:
    """Without IDs, one list request returns all gateways that match the filters, sorted by ID."""
    coreweave_emulator.add(name="prod-a", zone="US-EAST-04A")
    coreweave_emulator.add(name="prod-b", zone="US-WEST-01A")
    coreweave_emulator.add(name="prod-c", zone="US-EAST-04A", ready=False)
    coreweave_emulator.add(name="test-d", zone="US-EAST-04A")
    project.program(
        f"""{HEAD}
def names(fleet):
    return fleet.gateways.apply(lambda gateways: sorted(gateway.name for gateway in gateways))

everything = GatewaysLookup("all")
pulumi.export("all", names(everything))
pulumi.export("sorted", everything.gateways.apply(
    lambda gateways: [one.gateway_id for one in gateways] == sorted(one.gateway_id for one in gateways)))
pulumi.export("east", names(GatewaysLookup("east", zones=["US-EAST-04A"])))
pulumi.export("ready", names(GatewaysLookup(
    "ready", zones=["US-EAST-04A"], statuses=["STATUS_READY"], name_pattern=pulumi.Output.from_input("prod-*"))))
GatewaysLookup("moon", zones=["us-east-04a", "MOON-01"])
"""
    )
    shown = project.succeed("up", "--yes", "--skip-preview")
    warning = "no gateway is in the zone 'MOON-01'; zones of the gateways: 'US-EAST-04A', 'US-WEST-01A'"
    assert re.search(f"warning: fleet gateways-[0-9a-f]+: {warning}", shown)
    assert project.outputs() == {
        "all": ["prod-a", "prod-b", "prod-c", "test-d"],
        "sorted": True,
        "east": ["prod-a", "prod-c", "test-d"],
        "ready": ["prod-a"],
    }
    assert all(seen.path.endswith("/gateways") for seen in coreweave_emulator.requests())
    assert "=>" not in project.cli("preview", "--diff").stdout


def test_fleet_with_an_unknown_id_is_read_in_up(project: Project, coreweave_emulator: Emulator) -> None:
    """A fleet with the ID of a gateway that is yet to be created is read in ``up``."""
    ids = [coreweave_emulator.add(name=f"gw-{number}") for number in range(2)]
    project.program(
        f"""{MAKER}
    from pulumi_coreweave_gateway import GatewaysLookup
    fleet = GatewaysLookup("fleet", gateway_ids=[{ids[0]!r}, Maker("made", {ids[1]!r}).id])
    pulumi.export("names", fleet.gateways.apply(lambda all: [one.name for one in all]))
    """
    )
    project.succeed("preview")
    assert coreweave_emulator.counts().requests == 0
    assert project.up()["names"] == ["gw-0", "gw-1"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("gateway_ids=[], zones=['a']", "pass either gateway_ids or filters"),
        (
            "statuses=pulumi.Output.from_input(['READY'])",
            "invalid status 'READY'; did you mean 'STATUS_READY'?",
        ),
    ],
)
def test_invalid_fleet_arguments(project: Project, coreweave_emulator: Emulator, arguments: str, sentence: str) -> None:
    """An invalid argument is a one-line error that names the argument, and no request is sent."""
    project.program(f"{HEAD}\nGatewaysLookup('fleet', {arguments})\n")
    done = project.cli("preview")
    assert done.returncode != 0
    assert sentence in said(done)
    assert "Traceback" not in said(done)
    assert coreweave_emulator.counts().requests == 0
