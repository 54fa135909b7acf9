"""200 lookups and a fleet of 1,000 gateways through an API of which 30 % of the calls fail."""

from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.provider_process.reader import CONNECTIONS, FLEET_CONNECTIONS
from tests.soak.load import ends_right, fleet_program, gateway_ids, lookups_program
from tests.stack.project import Project


def test_two_hundred_lookups(project: Project, coreweave_emulator: Emulator) -> None:
    """All 200 are read, with just the retries that the policy has, four requests at a time."""
    ids = gateway_ids(coreweave_emulator, 200)
    project.program(lookups_program(ids))
    ends_right(project, coreweave_emulator, ids, CONNECTIONS)


def test_a_fleet_of_a_thousand(project: Project, coreweave_emulator: Emulator) -> None:
    """All 1,000 are read, with just the retries that the policy has, sixteen requests at a time."""
    ids = gateway_ids(coreweave_emulator, 1000)
    project.program(fleet_program(ids))
    ends_right(project, coreweave_emulator, ids, FLEET_CONNECTIONS)
