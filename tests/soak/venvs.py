"""Virtual environments for what development itself does not install."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tools.sandbox import CHECKOUT

PYTHONS = ("3.12", "3.13")
"""Those that the pinned packages have wheels for."""


def python_with(venv: Path, *requirements: Path) -> str:
    """Return the Python of a new virtual environment that has these; skip the test where that can't be had.

    Args:
        venv: where it is made.
        requirements: files with versions and hashes.

    """
    uv = str(CHECKOUT / ".venv" / "bin" / "uv")
    python = str(venv / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--python", _interpreter(), str(venv)], check=True)
    install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes"]
    files = [option for file in requirements for option in ("-r", str(file))]
    done = subprocess.run([*install, *files], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"what it needs can't be installed here: {done.stderr[-500:]}")
    return python


def _interpreter() -> str:
    """Return a Python to make one with: of those on PATH, and of those that pyenv has, one that answers."""
    for version in PYTHONS:
        for candidate in (f"python{version}", *map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))):
            found = shutil.which(candidate)
            if found and subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
                return found
    pytest.skip(f"it needs Python {' or '.join(PYTHONS)}, and neither is installed")
