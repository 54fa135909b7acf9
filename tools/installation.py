"""Build the package, and install it into a virtual environment."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from .sandbox import CHECKOUT

_TIMEOUT = 300.0
"""Timeout of each step, in seconds."""


def build(folder: Path) -> Path:
    """Build the source distribution, and from it the wheel, in a folder; return the wheel.

    Raises:
        subprocess.CalledProcessError: the package can't be built.

    """
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(folder: Path, *requirements: str | Path) -> Path:
    """Create a virtual environment with some packages and their dependencies; return its Python.

    Args:
        folder: where it is created.
        requirements: wheels, or names with versions.

    Raises:
        subprocess.CalledProcessError: a package can't be installed.

    """
    uv = Path(sys.executable).with_name("uv")
    python = folder / "bin" / "python"
    try:
        _run(uv, "venv", "--clear", "--python", sys.executable, folder)
        _run(uv, "pip", "install", "--compile-bytecode", "--python", python, *requirements)
    except subprocess.CalledProcessError:
        # Slower, but it works where an index is configured for pip alone.
        venv.create(folder, clear=True, with_pip=True)
        _run(python, "-m", "pip", "install", *requirements)
    return python


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TIMEOUT)
