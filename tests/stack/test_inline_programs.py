"""Inline programs of the Automation API, which run in the caller's process and see its environment."""

import os
from pathlib import Path

import pulumi
import pytest
from pulumi import automation
from tools.engine import Engine

from pulumi_coreweave_gateway import GatewayLookup
from pulumi_coreweave_gateway.emulator import Emulator


def run_up(environ: dict[str, str], engine: Engine, folder: Path, emulator: Emulator) -> automation.UpResult:
    """Run ``up`` of an inline program that looks a gateway up by its name."""
    emulator.add(name="prod")

    def program() -> None:
        pulumi.export("endpoint", GatewayLookup("prod", gateway_name="prod").endpoint)

    command = automation.PulumiCommand(str(engine.bin.parent), skip_version_check=True)
    options = automation.LocalWorkspaceOptions(
        work_dir=str(folder), pulumi_home=environ["PULUMI_HOME"], env_vars=environ, pulumi_command=command
    )
    return automation.create_stack("dev", project_name="inline", program=program, opts=options).up(color="never")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the workspace's folder."""
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


def test_other_settings_than_the_provider_are_one_error(
    environ: dict[str, str], engine: Engine, folder: Path, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that was resolved at another endpoint than the gateway is read from fails with the remedy."""
    with Emulator(token=coreweave_emulator.token) as other:
        other.add(name="prod")
        other.setenv(monkeypatch)
        with pytest.raises(automation.CommandError) as raised:
            run_up(environ, engine, folder, coreweave_emulator)
    assert f"the program uses the endpoint {other.url}, but the provider uses {coreweave_emulator.url}" in str(
        raised.value
    )
    assert "as well as in env_vars" in str(raised.value)


def test_same_settings_work(
    environ: dict[str, str], engine: Engine, folder: Path, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the emulator's variables in both places, the lookup by name succeeds."""
    coreweave_emulator.setenv(monkeypatch)
    assert os.environ["COREWEAVE_API_ENDPOINT"] == coreweave_emulator.url
    result = run_up(environ, engine, folder, coreweave_emulator)
    assert str(result.outputs["endpoint"].value).startswith("https://api.")
