"""The program ``export_outputs`` on the real engine."""

import re
from pathlib import Path

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, said
from tests.stack.readmes import PROGRAMS

SOURCE = PROGRAMS / "export_outputs"


@pytest.fixture
def exporting(environ: dict[str, str], tmp_path: Path) -> Project:
    """Return a copy of the program, with a stack."""
    return Project(tmp_path / "export_outputs", environ, source=SOURCE)


def test_from_preview_to_destroy(exporting: Project, coreweave_emulator: Emulator) -> None:
    """The first preview shows live values, every later one what has changed; destroy sends no request."""
    gateway_id = coreweave_emulator.add(name="prod", ready=False)
    exporting.configure(gatewayId=gateway_id)
    done = exporting.cli("preview")
    assert done.returncode == 0, said(done)
    assert re.search(r'^ +status +: "STATUS_CREATING"$', done.stdout, re.MULTILINE), said(done)
    outputs = exporting.up()
    assert (outputs["status"], outputs["ready"], outputs["endpoints"]) == ("STATUS_CREATING", False, [])

    coreweave_emulator.become_ready(gateway_id)
    done = exporting.cli("preview")
    assert '~ status         : "STATUS_CREATING" => "STATUS_READY"' in done.stdout, said(done)
    outputs = exporting.up()
    assert outputs["openai_base_url"] == f"https://api.{gateway_id}.gw.cwinference.com/v1"
    assert outputs["ready"] is True
    coreweave_emulator.forget_requests()
    exporting.succeed("destroy", "--yes")
    assert exporting.state() == []
    assert coreweave_emulator.counts().requests == 0
