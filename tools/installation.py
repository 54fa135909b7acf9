"""The package as users have it: built, and installed into an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from .sandbox import CHECKOUT

_PATIENCE = 300.0
"""Seconds that any of the steps may take."""


def build(folder: Path) -> Path:
    """Build the package.

    Args:
        folder: where the source distribution is made, and the wheel from it.

    Returns:
        The wheel.

    Raises:
        subprocess.CalledProcessError: the package can't be built.

    """
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(folder: Path, *requirements: str | Path) -> Path:
    """Make a virtual environment with these and what they ask for, compiled as pip does, and nothing else.

    Args:
        folder: where it is made.
        requirements: wheels, or names with versions.

    Returns:
        Its Python.

    Raises:
        subprocess.CalledProcessError: something can't be installed.

    """
    uv = Path(sys.executable).with_name("uv")
    python = folder / "bin" / "python"
    try:
        _run(uv, "venv", "--clear", "--python", sys.executable, folder)
        _run(uv, "pip", "install", "--compile-bytecode", "--python", python, *requirements)
    except subprocess.CalledProcessError:
        # Slower, but where only pip is told which index to use, it is the one that works.
        venv.create(folder, clear=True, with_pip=True)
        _run(python, "-m", "pip", "install", *requirements)
    return python


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE)
