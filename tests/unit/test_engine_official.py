"""The official download's own parts: finding out that the server can't be reached, and the SDK's installer."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tools.engine.cache import Cache
from tools.engine.model import Machine, StepError
from tools.engine.steps import official
from tools.engine.steps.official import OfficialDownload

from tests.unit.engine_machine import Ended, FakeMachine, script

INSTALLER = Path(official.__file__).with_name("official_install.py")


def _machine(cache: Path, **environ: str) -> Machine:
    """Return a machine whose Python has the real SDK, with room for an engine."""
    cache.mkdir(exist_ok=True)
    kept = {"PATH": os.environ["PATH"], **environ}
    return Machine(environ=kept, cache=Cache(cache), python=Path(sys.executable), say=lambda _line: None)


@pytest.mark.enable_socket
def test_a_server_that_refuses_is_said_in_one_line(tmp_path: Path) -> None:
    """Where nobody listens, the reason is in one line, and nothing stays in the cache."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        proxy = f"http://user:secret@127.0.0.1:{closed.getsockname()[1]}"

        with pytest.raises(StepError) as failed:
            OfficialDownload().engine(_machine(tmp_path / "cache", https_proxy=proxy))

    assert str(failed.value).startswith("reaching get.pulumi.com failed: URLError: [Errno ")
    assert "refused" in str(failed.value)
    assert "\n" not in str(failed.value)
    assert "secret" not in str(failed.value)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.enable_socket
def test_a_server_that_never_answers_costs_a_bounded_time(tmp_path: Path) -> None:
    """Where a connection is taken and nothing comes back, the next way's turn comes after the limit."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(StepError, match=r"^reaching get\.pulumi\.com didn't end within 1 seconds$"):
            OfficialDownload(reach_seconds=1).engine(_machine(tmp_path / "cache", https_proxy=proxy))


def test_the_sdks_installer_is_asked_for_the_pinned_version(tmp_path: Path) -> None:
    """The folder and the version reach the SDK's installer, which finds a CLI of that version there."""
    log = tmp_path / "log"
    script(tmp_path / "bin" / "pulumi", f"echo \"$@\" >> '{log}'; echo v3.300.0")

    done = subprocess.run([sys.executable, INSTALLER, "install", tmp_path, "3.300.0"], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert log.read_text() == "version\n"


def test_a_python_without_the_sdk_is_one_line(tmp_path: Path) -> None:
    """A Python that lacks the SDK is told by the name of the missing module, without a traceback."""
    command = [sys.executable, "-S", str(INSTALLER), "install", str(tmp_path), "3.300.0"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "ModuleNotFoundError: No module named 'pulumi'\n"


def test_the_users_pulumi_settings_do_not_reach_the_installer(tmp_path: Path) -> None:
    """The download changes nothing in the user's own Pulumi home."""
    machine = FakeMachine(tmp_path)
    seen = tmp_path / "seen"
    machine.official_server(f"env > '{seen}'; exit 1")

    ran = Ended(machine.start(PULUMI_HOME=str(tmp_path / "mine"), PULUMI_ACCESS_TOKEN="pul-secret"))

    assert "pul-secret" not in seen.read_text() + ran.err
    homes = [line for line in seen.read_text().splitlines() if line.startswith("PULUMI_HOME=")]
    assert len(homes) == 1
    assert homes[0].startswith(f"PULUMI_HOME={machine.cache}/.part-")
