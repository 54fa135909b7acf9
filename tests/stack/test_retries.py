"""Retries of a lookup in the provider's process, as the engine shows them."""

from __future__ import annotations

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, said


def test_retries_are_shown(project: Project, coreweave_emulator: Emulator) -> None:
    """A lookup that has been failing for some seconds says so once, with its name, and then succeeds."""
    gateway_id = coreweave_emulator.add(name="prod")
    coreweave_emulator.script(503, delay=5.2)
    project.program(
        f"from pulumi_coreweave_gateway import GatewayLookup\nGatewayLookup('prod', gateway_id={gateway_id!r})\n"
    )
    done = project.cli("preview")
    assert done.returncode == 0, said(done)
    shown = done.stdout.partition("Diagnostics:\n")[2]
    assert shown.count("lookup 'prod': attempt ") == 1, said(done)
    assert "giving up in" in shown
