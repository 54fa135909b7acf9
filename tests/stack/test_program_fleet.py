"""The program ``fleet`` on the real engine."""

from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tests.stack.project import Project, errors, said
from tests.stack.readmes import PROGRAMS, run_readme

SOURCE = PROGRAMS / "fleet"


@pytest.fixture
def fleet(environ: dict[str, str], tmp_path: Path) -> Project:
    """Return a copy of the program, with a stack."""
    return Project(tmp_path / "fleet", environ, source=SOURCE)


def _critical(fleet: Project, *names: str) -> None:
    for number, name in enumerate(names):
        assert fleet.cli("config", "set", "--path", f"critical[{number}]", name).returncode == 0


def test_from_preview_to_destroy(fleet: Project, coreweave_emulator: Emulator) -> None:
    """A gateway that changes or is added shows in the next preview and up; destroy asks for nothing."""
    prod = coreweave_emulator.add(name="prod")
    _critical(fleet, "prod")
    done = fleet.cli("preview")
    assert done.returncode == 0, said(done)
    assert 'readme  : "# Inference gateways\\n\\n1 of 1 serve.' in done.stdout
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
    assert fleet.cli("destroy", "--yes").returncode == 0
    assert fleet.state() == []
    assert coreweave_emulator.counts().requests == 0


def test_a_critical_gateway_that_can_not_serve_fails_the_preview(fleet: Project, coreweave_emulator: Emulator) -> None:
    """The preview ends with one line that names every critical gateway that isn't ready or isn't there."""
    coreweave_emulator.add(name="prod")
    creating = coreweave_emulator.add(name="batch", ready=False)
    silent = coreweave_emulator.add(name="chat")
    coreweave_emulator.change(silent, status={"endpoints": []})
    _critical(fleet, "prod", "batch", "chat", "gone")
    done = fleet.cli("preview")
    assert done.returncode != 0
    (error,) = errors(done)
    assert error == (
        f"error: 3 of 4 critical gateways can't serve: batch ({creating}) is in STATUS_CREATING; "
        f"chat ({silent}) has no endpoint yet; gone is missing"
    )
    assert "Traceback" not in said(done)


def test_critical_is_a_list(fleet: Project) -> None:
    """One name is not taken for the list of its letters: the engine itself refuses it, as Pulumi.yaml describes it."""
    fleet.configure(critical="prod")
    done = fleet.cli("preview")
    assert done.returncode != 0
    assert "with configuration key 'critical' must be of type 'array<string>'" in said(done)
    assert "Traceback" not in said(done)


def test_a_fleet_that_fails_the_check_leaves_the_outputs(fleet: Project, coreweave_emulator: Emulator) -> None:
    """While a critical gateway can't serve, up fails too, and the outputs stay those of the last good one."""
    prod = coreweave_emulator.add(name="prod")
    _critical(fleet, "prod")
    before = fleet.up()
    coreweave_emulator.change(prod, status={"status": "STATUS_ERROR"})
    done = fleet.cli("up", "--yes", "--skip-preview")
    assert done.returncode != 0
    assert f"prod ({prod}) is in STATUS_ERROR" in said(done)
    assert {name: output.value for name, output in fleet.stack.outputs().items()} == before


def test_the_readme(engine: Engine, tmp_path: Path) -> None:
    """The README's commands print what it shows."""
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        run_readme(
            SOURCE / "README.md", tmp_path, sandbox_environment(tmp_path / "pulumi", engine.bin, emulator.environ)
        )
