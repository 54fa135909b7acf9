"""Inline programs of the Automation API, which run in the caller's process and see its environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tools.engine import Engine

from pulumi_coreweave_gateway.emulator import Emulator

from . import inline_programs


def run_up(
    environ: dict[str, str], engine: Engine, folder: Path, program: str = "by_name"
) -> subprocess.CompletedProcess[str]:
    """Run ``up`` of an inline program from a process with this one's environment, and ``environ`` as env_vars."""
    script = [sys.executable, inline_programs.__file__, program, str(folder), json.dumps(environ)]
    own = {**os.environ, "PATH": os.pathsep.join([str(engine.bin), os.environ["PATH"]])}
    return subprocess.run(script, env=own, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the workspace's folder."""
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


@pytest.fixture
def coreweave_gateways() -> list[dict[str, Any]]:
    """Return the emulator's gateways."""
    return [inline_programs.GATEWAY]


@pytest.mark.parametrize("program", ["by_name", "by_function"])
def test_other_settings_than_the_provider_are_one_error(
    program: str,
    environ: dict[str, str],
    engine: Engine,
    folder: Path,
    coreweave_emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A lookup fails with the remedy if the program has sent requests to another endpoint than the provider's."""
    with Emulator([inline_programs.GATEWAY], token=coreweave_emulator.token) as other:
        other.setenv(monkeypatch)
        done = run_up(environ, engine, folder, program)
    assert done.returncode == 1
    assert f"the program uses the endpoint {other.url}, but the provider uses {coreweave_emulator.url}" in done.stderr
    assert "as well as in env_vars" in done.stderr


def test_same_settings_work(
    environ: dict[str, str], engine: Engine, folder: Path, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the emulator's variables in both places, the lookup by name succeeds."""
    coreweave_emulator.setenv(monkeypatch)
    assert os.environ["COREWEAVE_API_ENDPOINT"] == coreweave_emulator.url
    outputs = json.loads(run_up(environ, engine, folder).stdout)
    assert outputs["endpoint"].startswith("https://api.")
    assert "__endpoint" not in outputs["gateway"]


def test_settings_only_in_env_vars_are_one_error(environ: dict[str, str], engine: Engine, folder: Path) -> None:
    """Without a token in the caller's environment, the error says where an inline program looks for it."""
    done = run_up(environ, engine, folder)
    assert done.returncode == 1
    assert "an inline program of the Automation API reads os.environ, not env_vars" in done.stderr


def test_environment_that_is_not_activated(environ: dict[str, str], engine: Engine, folder: Path) -> None:
    """With another Python on PATH the provider doesn't start, until its environment is named.

    It then reads the lookup by ID with the settings in ``env_vars``, which the program itself doesn't need.
    """
    other = {**environ, "PATH": os.pathsep.join([f"{sys.base_prefix}/bin", str(engine.bin), "/usr/bin", "/bin"])}
    assert "No module named 'pulumi'" in run_up(other, engine, folder, "by_id").stderr
    named = {**other, "PULUMI_RUNTIME_VIRTUALENV": sys.prefix}
    assert json.loads(run_up(named, engine, folder, "by_id").stdout) == {"status": "STATUS_READY"}
