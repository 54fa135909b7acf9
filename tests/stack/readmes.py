"""Run the commands of a program's README."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.sandbox import CHECKOUT

from tests.stack.project import LEFT_BY_RUNS

PROGRAMS = CHECKOUT / "programs"

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A command of a README, and the output that the README shows."""

    command: str
    shown: str


def steps(readme: Path) -> list[Step]:
    """Return the commands after each ``$`` of a README's console blocks, each with the lines that follow it."""
    found = []
    for block in _CONSOLE.findall(readme.read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append(Step(command, shown.rstrip()))
    return found


def run_readme(readme: Path, checkout: Path, environ: Mapping[str, str], only: Sequence[str] = ("",)) -> None:
    """Run a README's commands in a copy of the checkout's programs, and check that they print what it shows.

    Commands that export variables are skipped: ``environ`` has the emulator's.
    """
    shutil.copytree(PROGRAMS, checkout / "programs", ignore=LEFT_BY_RUNS)
    (checkout / ".venv").symlink_to(sys.prefix)
    wanted = [step for step in steps(readme) if any(part in step.command for part in only)]
    commands = [step for step in wanted if not step.command.startswith("export ")]
    assert any(step.shown for step in commands), f"{readme} shows no output"
    for step in commands:
        done = subprocess.run(
            ["bash", "-c", step.command],
            cwd=checkout,
            env={**environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        printed = done.stdout + done.stderr
        fails = "error:" in step.shown
        assert bool(done.returncode) == fails, f"$ {step.command}\n{printed}"
        assert step.shown in printed, f"$ {step.command}\n{printed}"
        assert "warning" not in printed.lower(), f"$ {step.command}\n{printed}"
