"""Build the package, and install it as users do."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from .sandbox import CHECKOUT


def build(folder: Path) -> Path:
    """Build the source distribution, and from it the wheel, in a folder; return the wheel."""
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(folder: Path, *requirements: str | Path) -> Path:
    """Create a virtual environment with pip and some packages; return its Python.

    Args:
        folder: where it is created.
        requirements: wheels, or names with versions.

    """
    venv.create(folder, with_pip=True)  # which Pulumi's own language host runs there
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
    return python
