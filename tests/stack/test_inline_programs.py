"""Inline programs of the Automation API, which run in the caller's process and see its environment."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi import automation
from tools.engine import Engine
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup, get_gateway, get_gateways_output
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.testing import mock_gateway

GATEWAY = mock_gateway("prod")


def by_name() -> None:
    """Look a gateway up by its name."""
    gateway = GatewayLookup("prod", gateway_name="prod")
    pulumi.export("endpoint", gateway.endpoint)
    pulumi.export("gateway", gateway)


def by_wait() -> None:
    """Wait for a gateway."""
    GatewayLookup("prod", gateway_id=GATEWAY["spec"]["id"], wait_for_ready=True)


def by_function() -> None:
    """Look up a gateway that a function has found."""
    GatewayLookup("prod", gateway_id=get_gateway(gateway_name="prod").gateway_id)


def fleet_by_function() -> None:
    """Look up gateways that a function has found."""
    found = get_gateways_output()
    GatewaysLookup("fleet", gateway_ids=found.apply(lambda gateways: list(gateways.by_id)))


def run_up(
    environ: dict[str, str], engine: Engine, folder: Path, program: Callable[[], None] = by_name
) -> automation.UpResult:
    """Run ``up`` of an inline program."""
    command = automation.PulumiCommand(str(engine.bin.parent), skip_version_check=True)
    options = automation.LocalWorkspaceOptions(
        work_dir=str(folder), pulumi_home=environ["PULUMI_HOME"], env_vars=environ, pulumi_command=command
    )
    stack = automation.create_or_select_stack("dev", project_name="inline", program=program, opts=options)
    return stack.up(color="never")


@pytest.fixture(autouse=True)
def _closed_event_loops(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the event loops of inline programs: the SDK leaves that of a program that fails open."""
    loops: list[asyncio.AbstractEventLoop] = []
    make = asyncio.new_event_loop

    def make_recorded() -> asyncio.AbstractEventLoop:
        loops.append(make())
        return loops[-1]

    monkeypatch.setattr(asyncio, "new_event_loop", make_recorded)
    yield
    for loop in loops:
        loop.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the workspace's folder."""
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


@pytest.fixture
def coreweave_gateways() -> list[dict[str, Any]]:
    """Return the emulator's gateways."""
    return [GATEWAY]


@pytest.mark.parametrize("program", [by_name, by_wait, by_function, fleet_by_function])
def test_other_settings_than_the_provider_are_one_error(
    program: Callable[[], None],
    environ: dict[str, str],
    engine: Engine,
    folder: Path,
    coreweave_emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A lookup fails with the remedy if the program has sent requests to another endpoint than the provider's."""
    with Emulator([GATEWAY], token=coreweave_emulator.token) as other:
        other.setenv(monkeypatch)
        with pytest.raises(automation.CommandError) as raised:
            run_up(environ, engine, folder, program)
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
    result = run_up(environ, engine, folder)
    assert str(result.outputs["endpoint"].value).startswith("https://api.")
    assert "__endpoint" not in result.outputs["gateway"].value


def test_settings_only_in_env_vars_are_one_error(environ: dict[str, str], engine: Engine, folder: Path) -> None:
    """Without a token in the caller's environment, the error says where an inline program looks for it."""
    with pytest.raises(automation.CommandError) as raised:
        run_up(environ, engine, folder)
    assert "an inline program of the Automation API reads os.environ, not env_vars" in str(raised.value)


def by_id() -> None:
    """Look a gateway up by its ID, which only the provider sends a request for."""
    pulumi.export("status", GatewayLookup("prod", gateway_id=GATEWAY["spec"]["id"]).status)


def test_environment_that_is_not_activated(environ: dict[str, str], engine: Engine, folder: Path) -> None:
    """With another Python on PATH the provider doesn't start, until its environment is named.

    It then reads the lookup by ID with the settings in ``env_vars``, which the program itself doesn't need.
    """
    quoted = (
        "Error while finding module specification for 'pulumi.dynamic' (ModuleNotFoundError: No module named 'pulumi')"
    )
    assert f"`{quoted}`" in (CHECKOUT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    other = {**environ, "PATH": os.pathsep.join([f"{sys.base_prefix}/bin", str(engine.bin), "/usr/bin", "/bin"])}
    with pytest.raises(automation.CommandError) as raised:
        run_up(other, engine, folder, by_id)
    assert quoted in str(raised.value)
    named = {**other, "PULUMI_RUNTIME_VIRTUALENV": sys.prefix}
    assert run_up(named, engine, folder, by_id).outputs["status"].value == "STATUS_READY"
