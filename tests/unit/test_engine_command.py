"""``python3 -m tools.engine``: what it prints, and that shells can use it."""

import subprocess
from pathlib import Path

import pytest

from tests.unit.engine_machine import FakeMachine, script


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    """Return a machine that has Go and nothing else."""
    machine = FakeMachine(tmp_path)
    machine.go()
    return machine


@pytest.mark.parametrize("command", [[], ["ensure"]])
def test_getting_the_engine_leaves_standard_output_alone(machine: FakeMachine, command: list[str]) -> None:
    """All that is said while an engine is made goes to standard error."""
    ran = machine.run(*command, "--python", str(machine.python))

    assert ran.code == 0
    assert ran.out == ""


@pytest.mark.parametrize("cached", [False, True])
def test_env_prints_exports_and_nothing_else(machine: FakeMachine, *, cached: bool) -> None:
    """On standard output there is one export, also while the engine is still to be built."""
    if cached:
        machine.run()

    ran = machine.run("env", "--python", str(machine.python))

    assert len(ran.out.splitlines()) == 1
    assert ran.out.startswith("export PATH=")
    assert "Engine: pulumi " in ran.err


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_shell_can_evaluate_env(machine: FakeMachine, shell: str) -> None:
    """After ``eval``, both ``pulumi`` and the environment's Python are found, whatever is in their folders' names."""
    venv = machine.checkout / "it's a $venv" / "bin"
    script(venv / "python", machine.python.read_text())
    exports = machine.run("env", "--python", str(venv / "python")).out
    (engine,) = machine.entries()

    asked = [shell, "-c", 'eval "$1" && command -v pulumi && command -v python && command -v ls', shell, exports]
    found = subprocess.run(asked, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)

    assert found.stdout.splitlines()[:2] == [str(engine / "bin" / "pulumi"), str(venv / "python")]
    assert len(found.stdout.splitlines()) == 3


def test_env_keeps_a_relative_python_usable_from_other_folders(machine: FakeMachine) -> None:
    """The Makefile names the virtual environment relative to the checkout; the export is absolute."""
    script(machine.checkout / ".venv" / "bin" / "python", machine.python.read_text())

    ran = machine.run("env", "--python", ".venv/bin/python")

    assert f"'{machine.checkout}/.venv/bin':" in ran.out


def test_env_prints_nothing_when_there_is_no_engine(machine: FakeMachine) -> None:
    """A failure leaves nothing for the shell to evaluate, and is an exit code."""
    (machine.tools / "go").unlink()

    ran = machine.run("env", "--python", str(machine.python))

    assert ran.out == ""
    assert ran.code == 1


def test_print_bin_prints_the_folder(machine: FakeMachine) -> None:
    """Scripts get the folder that holds ``pulumi``, alone on standard output."""
    ran = machine.run("--print-bin", "--python", str(machine.python))

    (engine,) = machine.entries()
    assert ran.out == f"{engine / 'bin'}\n"


def test_without_a_python_the_checkouts_environment_is_taken(machine: FakeMachine) -> None:
    """Without ``--python`` it is the checkout's ``.venv``, when the Python that runs this has no SDK."""
    script(machine.checkout / ".venv" / "bin" / "python", machine.python.read_text())
    machine.python.unlink()

    assert "built from source" in machine.run("ensure").engine
