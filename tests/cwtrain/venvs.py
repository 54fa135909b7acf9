"""Virtual environments with packages that aren't development dependencies."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tools.sandbox import CHECKOUT

PYTHONS = ("3.12", "3.13")
"""The versions that the pinned packages have wheels for."""


def python_with(venv: Path, *requirements: Path) -> str:
    """Return the interpreter of a new virtual environment with some packages; skip the test if that fails.

    Args:
        venv: where it is created.
        requirements: requirements files with versions and hashes.

    """
    uv = str(CHECKOUT / ".venv" / "bin" / "uv")
    python = str(venv / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--python", _interpreter(), str(venv)], check=True)
    install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
    files = [option for file in requirements for option in ("-r", str(file))]
    done = subprocess.run([*install, *files], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"its packages can't be installed here: {done.stderr[-500:]}")
    return python


def _interpreter() -> str:
    """Return a supported interpreter from PATH or pyenv; skip the test if none is installed."""
    for version in PYTHONS:
        for candidate in (f"python{version}", *map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))):
            found = shutil.which(candidate)
            if found and subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
                return found
    pytest.skip(f"needs Python {' or '.join(PYTHONS)}, and neither is installed")
