"""A sample of the load in ``make soak``: an API of which 30 % of the calls fail."""

from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.provider_process.reader import CONNECTIONS, FLEET_CONNECTIONS
from tests.soak.load import ends_right, fleet_program, gateway_ids, lookups_program
from tests.stack.project import Project


def test_twenty_lookups(project: Project, coreweave_emulator: Emulator) -> None:
    """Twenty lookups end right with the retries that the policy has, four requests at a time."""
    ids = gateway_ids(coreweave_emulator, 20)
    project.program(lookups_program(ids))
    ends_right(project, coreweave_emulator, ids, CONNECTIONS)


def test_a_fleet_of_a_hundred(project: Project, coreweave_emulator: Emulator) -> None:
    """A fleet of a hundred ends right with the retries that the policy has, sixteen requests at a time."""
    ids = gateway_ids(coreweave_emulator, 100)
    project.program(fleet_program(ids))
    ends_right(project, coreweave_emulator, ids, FLEET_CONNECTIONS)
