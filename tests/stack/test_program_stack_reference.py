"""The program ``stack_reference``, two stacks on the real engine."""

from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, said
from tests.stack.readmes import PROGRAMS

SOURCE = PROGRAMS / "stack_reference"


@pytest.fixture
def platform(environ: dict[str, str], tmp_path: Path) -> Project:
    """Return the platform team's stack, which exports two gateways."""
    project = Project(tmp_path / "platform", environ, source=SOURCE / "platform")
    for number, name in enumerate(("prod", "batch")):
        project.succeed("config", "set", "--path", f"gateways[{number}]", name)
    return project


@pytest.fixture
def application(engine: Engine, tmp_path: Path) -> Project:
    """Return the application team's stack on the same backend, without any setting for the API."""
    environ = sandbox_environment(tmp_path / "pulumi", engine.bin, {})
    project = Project(tmp_path / "application", environ, source=SOURCE / "application")
    project.configure(gateway="prod")
    return project


def test_from_preview_to_destroy(platform: Project, application: Project, coreweave_emulator: Emulator) -> None:
    """A gateway's change reaches the application, which has no token, with the platform's next up."""
    prod = coreweave_emulator.add(name="prod")
    coreweave_emulator.add(name="batch", ready=False)
    platform.succeed("preview")
    assert platform.up()["gateways"]["batch"]["status"] == "STATUS_CREATING"
    coreweave_emulator.forget_requests()
    assert application.up() == {
        "environment": {"OPENAI_BASE_URL": f"https://api.{prod}.gw.cwinference.com/v1"},
        "zones": ["US-EAST-04A"],
    }
    assert coreweave_emulator.counts().requests == 0

    coreweave_emulator.change(prod, status={"endpoints": ["llm.example.com"]})
    platform.up()
    done = application.cli("preview", "--diff")
    assert f'"https://api.{prod}.gw.cwinference.com/v1" => "https://llm.example.com/v1"' in done.stdout, said(done)
    assert application.up()["environment"] == {"OPENAI_BASE_URL": "https://llm.example.com/v1"}
    for project in (application, platform):
        project.succeed("destroy", "--yes")
        assert project.state() == []


def test_unusable_gateway_fails_the_preview(
    platform: Project, application: Project, coreweave_emulator: Emulator
) -> None:
    """A gateway that isn't exported, or isn't ready yet, ends the application's preview with a one-line error."""
    coreweave_emulator.add(name="prod")
    coreweave_emulator.add(name="batch", ready=False)
    platform.up()
    sentences = {
        "chat": "organization/coreweave-platform/dev exports no gateway 'chat'; it exports: batch, prod\n",
        "batch": "gateway 'batch' of stack organization/coreweave-platform/dev had no OpenAI base URL at that stack's "
        "last `pulumi up` (STATUS_CREATING): use another gateway, or run `pulumi up` there once it has one\n",
    }
    for name, sentence in sentences.items():
        application.configure(gateway=name)
        done = application.cli("preview")
        assert done.returncode != 0
        assert sentence in said(done)
        assert "Traceback" not in said(done)
