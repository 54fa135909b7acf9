"""Each recipe of ``docs/recipes`` does what ``docs/recipes.md`` says, on the real engine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, said

RECIPES = CHECKOUT / "docs" / "recipes"
MISSING = "99999999-9999-4999-8999-999999999999"


def _use(project: Project, recipe: str) -> Project:
    """Make a recipe the project's program."""
    project.program((RECIPES / recipe).read_text())
    return project


def _run(project: Project, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a recipe that is a shell script in the project's folder."""
    return subprocess.run(
        ["sh", str(RECIPES / script)],
        cwd=project.folder,
        env={**project.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _base(gateway_id: str) -> str:
    return f"https://api.{gateway_id}.gw.cwinference.com"


def test_each_recipe_is_shown_and_run() -> None:
    """The page shows each recipe as it is, and these tests run each."""
    page = (CHECKOUT / "docs" / "recipes.md").read_text()
    shown = dict(re.findall(r"<!-- file: recipes/(\S+) -->\n```\w+\n(.*?)```\n", page, re.DOTALL))
    helpers = {"inference_gateway.py"}
    recipes = {file.name for file in RECIPES.iterdir() if file.is_file()} - helpers
    assert shown == {name: (RECIPES / name).read_text() for name in recipes}
    tests = Path(__file__).read_text()
    assert [name for name in recipes if f'"{name}"' not in tests] == []


def test_by_id(project: Project, coreweave_emulator: Emulator) -> None:
    """A lookup by id exports the gateway's values."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.configure(gatewayId=gateway_id)
    assert _use(project, "by_id.py").up() == {"base_url": f"{_base(gateway_id)}/v1", "ready": True}


def test_by_name(project: Project, coreweave_emulator: Emulator) -> None:
    """A lookup by name finds the id; a missing name is an error that lists the candidates."""
    ids = [coreweave_emulator.add(name=name) for name in ("prod", "staging")]
    assert _use(project, "by_name.py").up() == {"ids": ids}
    coreweave_emulator.remove(ids[1])
    done = project.cli("preview")
    assert done.returncode != 0
    assert f"no gateway has the name 'staging'; gateways visible to the token: 'prod' ({ids[0]}, " in said(done)


def test_wait_for_ready(project: Project, coreweave_emulator: Emulator) -> None:
    """A preview doesn't wait; up waits until the gateway is READY."""
    gateway_id = coreweave_emulator.add(name="prod", ready=False)
    assert _use(project, "wait_for_ready.py").cli("preview").returncode == 0
    coreweave_emulator.become_ready(gateway_id, after_reads=3)
    assert project.up() == {"endpoint": _base(gateway_id)}


def test_fleet_by_filter(project: Project, coreweave_emulator: Emulator) -> None:
    """Only gateways that match all filters are in the fleet."""
    ids = [coreweave_emulator.add(name=name) for name in ("prod-a", "prod-b", "test")]
    coreweave_emulator.add(name="prod-c", ready=False)
    coreweave_emulator.add(name="prod-d", zone="US-WEST-01A")
    assert _use(project, "fleet_by_filter.py").up() == {"endpoints": {"prod-a": _base(ids[0]), "prod-b": _base(ids[1])}}


def test_in_a_component(project: Project, coreweave_emulator: Emulator) -> None:
    """A component has the gateway's values, and the state has no lookup."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.configure(gatewayId=gateway_id)
    assert _use(project, "in_a_component.py").up() == {"base_url": f"{_base(gateway_id)}/v1"}
    (component,) = [entry for entry in project.state() if entry["type"] == "shop:index:Chat"]
    assert component["outputs"]["zones"] == ["US-EAST-04A"]
    assert project.lookups() == []


def test_fallback(project: Project, coreweave_emulator: Emulator) -> None:
    """The fallback is used until the first gateway exists."""
    coreweave_emulator.add(name="prod")
    assert _use(project, "fallback.py").up() == {"used": "prod"}
    coreweave_emulator.add(name="canary")
    assert project.up() == {"used": "canary"}


def test_two_organizations(project: Project, coreweave_emulator: Emulator) -> None:
    """Two gateways of the same name, each from its own organization, with its own token."""
    with Emulator(token="tok-europe-only") as europe:
        here, there = coreweave_emulator.add(name="chat"), europe.add(name="chat")
        project.succeed("config", "set", "--secret", "coreweave-eu:token", europe.token)
        project.succeed("config", "set", "coreweave-eu:endpoint", europe.url)
        outputs = _use(project, "two_organizations.py").up()
    assert outputs == {"base_urls": {"here": f"{_base(here)}/v1", "europe": f"{_base(there)}/v1"}}


def test_created_here(project: Project, coreweave_emulator: Emulator) -> None:
    """A preview sends no request; up creates the gateway, waits for it and reads it."""
    gateway_id = coreweave_emulator.add(name="prod", ready=False)
    coreweave_emulator.become_ready(gateway_id, after_reads=1)
    project.configure(gatewayId=gateway_id)
    shutil.copy(RECIPES / "inference_gateway.py", project.folder)
    assert _use(project, "created_here.py").cli("preview").returncode == 0
    assert coreweave_emulator.counts().requests == 0
    assert project.up() == {"base_url": f"{_base(gateway_id)}/v1"}


def test_token_in_config(engine: Engine, tmp_path: Path, coreweave_emulator: Emulator) -> None:
    """A lookup works with the token from the stack's configuration alone, and no file holds the token in plaintext."""
    settings = {"COREWEAVE_API_ENDPOINT": coreweave_emulator.url}
    project = Project(tmp_path / "project", sandbox_environment(tmp_path / "pulumi", engine.bin, settings))
    project.configure(gatewayId=coreweave_emulator.add(name="prod"))
    secret = tmp_path / "project" / "token.txt"
    secret.write_text(coreweave_emulator.token)
    done = _run(project, "token_in_config.sh")
    assert done.returncode == 0, said(done)
    secret.unlink()
    assert _use(project, "by_id.py").up()["ready"] is True
    readable = [file for file in tmp_path.rglob("*") if file.is_file() and coreweave_emulator.token in _text(file)]
    assert readable == []


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def test_drift_check(project: Project, coreweave_emulator: Emulator) -> None:
    """The command succeeds without drift, fails for a changed and a deleted gateway, and doesn't change the state."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.configure(gatewayId=gateway_id)
    _use(project, "by_id.py").up()
    before = project.lookups()
    done = _run(project, "drift_check.sh")
    assert done.returncode == 0, said(done)
    coreweave_emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
    done = _run(project, "drift_check.sh")
    assert done.returncode != 0
    assert '"STATUS_READY" => "STATUS_UPDATING"' in said(done)
    coreweave_emulator.remove(gateway_id)
    assert _run(project, "drift_check.sh").returncode != 0
    assert project.lookups() == before


def test_preview_does_not_detect_drift(project: Project, coreweave_emulator: Emulator) -> None:
    """A preview that expects no changes succeeds although the gateway has changed."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.configure(gatewayId=gateway_id)
    _use(project, "by_id.py").up()
    coreweave_emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
    project.succeed("preview", "--expect-no-changes")


@pytest.mark.parametrize(("filters", "outcome"), [('name_pattern="prod-*"', 0), ('name_pattern="*"', 1)])
def test_unit_test(tmp_path: Path, filters: str, outcome: int) -> None:
    """The unit test passes without settings, and fails if the program is wrong."""
    for name in ("fleet_by_filter.py", "test_fleet_by_filter.py"):
        shutil.copy(RECIPES / name, tmp_path)
    program = tmp_path / "fleet_by_filter.py"
    text = program.read_text()
    assert text.count('name_pattern="prod-*"') == 1
    program.write_text(text.replace('name_pattern="prod-*"', filters))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == outcome, done.stdout
    assert "1 passed" in done.stdout or outcome, done.stdout
