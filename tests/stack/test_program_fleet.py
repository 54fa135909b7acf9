"""The program ``fleet`` on the real engine."""

from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, errors, said
from tests.stack.readmes import PROGRAMS

SOURCE = PROGRAMS / "fleet"


@pytest.fixture
def fleet(environ: dict[str, str], tmp_path: Path) -> Project:
    """Return a copy of the program, with a stack."""
    return Project(tmp_path / "fleet", environ, source=SOURCE)


def _critical(fleet: Project, *names: str) -> None:
    for number, name in enumerate(names):
        fleet.succeed("config", "set", "--path", f"critical[{number}]", name)


def test_from_preview_to_destroy(fleet: Project, coreweave_emulator: Emulator) -> None:
    """A gateway that is added shows in the next preview and up; destroy sends no request."""
    prod = coreweave_emulator.add(name="prod")
    _critical(fleet, "prod")
    shown = fleet.succeed("preview")
    assert 'readme  : "# Inference gateways\\n\\n1 of 1 are ready.' in shown
    outputs = fleet.up()
    assert outputs["gateways"] == {"US-EAST-04A": {"STATUS_READY": ["prod"]}}
    assert f"| prod | US-EAST-04A | STATUS_READY | https://api.{prod}.gw.cwinference.com |" in outputs["readme"]

    coreweave_emulator.add(name="test", zone="US-WEST-01A", ready=False)
    assert "STATUS_CREATING" in fleet.cli("preview").stdout
    assert fleet.up()["gateways"] == {
        "US-EAST-04A": {"STATUS_READY": ["prod"]},
        "US-WEST-01A": {"STATUS_CREATING": ["test"]},
    }
    coreweave_emulator.forget_requests()
    fleet.succeed("destroy", "--yes")
    assert fleet.state() == []
    assert coreweave_emulator.counts().requests == 0


def test_critical_gateway_that_is_not_ready_fails_the_preview(fleet: Project, coreweave_emulator: Emulator) -> None:
    """The preview ends with one line that names every critical gateway that isn't ready or is missing."""
    coreweave_emulator.add(name="prod")
    creating = coreweave_emulator.add(name="batch", ready=False)
    silent = coreweave_emulator.add(name="chat")
    coreweave_emulator.change(silent, status={"endpoints": []})
    _critical(fleet, "prod", "batch", "chat", "gone")
    done = fleet.cli("preview")
    assert done.returncode != 0
    (error,) = errors(done)
    assert error == (
        f"error: critical gateways don't serve: batch ({creating}) is in STATUS_CREATING; "
        f"chat ({silent}) has no endpoint; gone is missing"
    )
    assert "Traceback" not in said(done)


def test_critical_gateway_that_is_updating_passes(fleet: Project, coreweave_emulator: Emulator) -> None:
    """A gateway in UPDATING passes as long as it has an endpoint."""
    prod = coreweave_emulator.add(name="prod")
    coreweave_emulator.change(prod, status={"status": "STATUS_UPDATING"})
    _critical(fleet, "prod")
    fleet.succeed("preview")


def test_failed_check_keeps_the_outputs(fleet: Project, coreweave_emulator: Emulator) -> None:
    """While a critical gateway isn't ready, up fails, and the outputs stay those of the last successful up."""
    prod = coreweave_emulator.add(name="prod")
    _critical(fleet, "prod")
    before = fleet.up()
    coreweave_emulator.change(prod, status={"status": "STATUS_ERROR"})
    done = fleet.cli("up", "--yes", "--skip-preview")
    assert done.returncode != 0
    assert f"prod ({prod}) is in STATUS_ERROR" in said(done)
    assert fleet.outputs() == before
