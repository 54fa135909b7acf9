"""What the fallback language host runs on: a small virtual environment with the Pulumi SDK alone.

The host is started before it is known which Python a project wants, even before ``pulumi install`` has made that one,
and the cached engine outlives the checkout that made it: so it needs a Python of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from tools.engine import pins
from tools.engine.cache import Stage
from tools.engine.model import Machine, StepError
from tools.engine.run import run

SECONDS = 600
"""How long making it may take; usually it is a few."""

NEEDED_BY_THE_SDK = """
import importlib.metadata, json, re
needed, new = set(), {"pulumi"}
while new:
    name = new.pop()
    needed.add(name)
    try:
        requirements = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:  # not for this platform
        continue
    for line in requirements:
        if "extra ==" not in line:
            new.add(re.sub("[-_.]+", "-", re.match("[A-Za-z0-9._-]+", line).group()).lower())
    new -= needed
print(json.dumps(sorted(needed)))
"""
"""A program that prints the names of the SDK and of all that it depends on, for the Python that runs it."""


def make(machine: Machine, stage: Stage, environ: Mapping[str, str]) -> None:
    """Make the environment in a stage, from the versions and hashes of the lock file."""
    if not os.access(machine.python, os.X_OK):
        raise StepError(f"the fallback host needs a Python with the Pulumi SDK, and there is no {machine.python}")

    def runs(*command: str | Path, what: str) -> str:
        return run(command, environ=environ, cwd=stage.scratch, seconds=SECONDS, what=what)

    asked = "asking for what the Pulumi SDK consists of"
    names = json.loads(runs(machine.python, "-c", NEEDED_BY_THE_SDK, what=asked))
    requirements = stage.scratch / "requirements.txt"
    requirements.write_text(pins.locked_requirements(names), encoding="utf-8")
    venv = stage.entry / pins.HOST_VENV
    runs(machine.python, "-m", "venv", venv, what="making the virtual environment of the fallback host")
    runs(
        *(venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "--requirement", requirements),
        what="installing the Pulumi SDK for the fallback host",
    )
