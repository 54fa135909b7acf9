"""A token in the stack configuration: stored as ciphertext alone, and replaced in time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, said

KEY = "coreweave-gateway:token"
RECIPES = CHECKOUT / "docs" / "recipes"


@pytest.fixture
def project(engine: Engine, tmp_path: Path, coreweave_emulator: Emulator) -> Project:
    """Return a project whose environment has the endpoint, but no token."""
    settings = {"COREWEAVE_API_ENDPOINT": coreweave_emulator.url}
    project = Project(tmp_path / "project", sandbox_environment(tmp_path / "pulumi", engine.bin, settings))
    project.configure(gatewayId=coreweave_emulator.add(name="prod"))
    project.program((RECIPES / "by_id.py").read_text())
    return project


def test_token_is_stored_as_ciphertext(project: Project, tmp_path: Path, coreweave_emulator: Emulator) -> None:
    """The recipe's token from a file works in up and refresh, and no file has it in plaintext."""
    secret = project.folder / "token.txt"
    secret.write_text(coreweave_emulator.token)
    script = ["sh", str(RECIPES / "token_in_config.sh")]
    subprocess.run(script, cwd=project.folder, env=project.environ, check=True, timeout=300)
    secret.unlink()
    assert project.up()["zones"] == ["US-EAST-04A"]
    project.succeed("refresh", *YES)
    (provider,) = [entry for entry in project.state() if entry["type"] == "pulumi:providers:pulumi-python"]
    assert "[secret]" in str(provider)
    token = coreweave_emulator.token.encode()
    assert [file for file in tmp_path.rglob("*") if file.is_file() and token in file.read_bytes()] == []


def test_refresh_after_a_token_rotation(project: Project, coreweave_emulator: Emulator) -> None:
    """A refresh uses the old token, and names the command that brings in the new one."""
    project.succeed("config", "set", "--secret", KEY, coreweave_emulator.token)
    project.up()
    gateways = [coreweave_emulator.get(project.lookups()[0]["id"])]
    with Emulator(gateways, token="new-token") as rotated:
        project.environ["COREWEAVE_API_ENDPOINT"] = rotated.url
        project.succeed("config", "set", "--secret", KEY, rotated.token)
        done = project.cli("refresh", *YES)
        assert done.returncode != 0
        assert "run `pulumi up --refresh=false` once" in said(done)
        project.succeed("up", *YES, "--refresh=false")
        project.succeed("refresh", *YES)
