"""The documentation's transcripts and examples are what the programs print and do."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tests.stack.project import LEFT_BY_RUNS, Project, said
from tests.stack.readmes import assert_printed, transcript


@pytest.fixture
def default_program(engine: Engine, tmp_path: Path) -> Project:
    """Return the default program as a project of its own."""
    project = Project(tmp_path / "project", sandbox_environment(tmp_path / "pulumi", engine.bin, {}), stack="demo")
    definition = yaml.safe_load((CHECKOUT / "Pulumi.yaml").read_text(encoding="utf-8"))
    definition["runtime"]["options"]["virtualenv"] = str(CHECKOUT / ".venv")
    shutil.copytree(CHECKOUT / "programs" / "export_outputs", project.folder, ignore=LEFT_BY_RUNS, dirs_exist_ok=True)
    (project.folder / "Pulumi.yaml").write_text(yaml.safe_dump(definition), encoding="utf-8")
    assert project.cli("stack", "init", "demo").returncode == 0
    return project


def test_readmes_failure(default_program: Project) -> None:
    """README shows what a gateway that isn't found looks like."""
    assert default_program.cli("config", "set", "gatewayId", "00000000-0000-4000-8000-000000000000").returncode == 0
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        default_program.environ.update(emulator.environ)
        done = default_program.cli("preview")
        port = emulator.url.rpartition(":")[2]
    assert done.returncode != 0
    printed = re.sub(r"request [^,)]+", "request REQUEST", said(done)).replace(port, "PORT")
    assert_printed(transcript("not-found"), printed)


def test_examples_of_the_testing_page(tmp_path: Path) -> None:
    """The test module on the page about testing passes as it stands."""
    for name in ("program.py", "test_program.py"):
        shutil.copy(CHECKOUT / "docs" / "examples" / name, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_program.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
