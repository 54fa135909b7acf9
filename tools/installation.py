"""Build the package, and install it as users do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .sandbox import CHECKOUT


def build(folder: Path) -> Path:
    """Build the source distribution, and from it the wheel, in a folder; return the wheel."""
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(folder: Path, *requirements: str | Path) -> Path:
    """Create a virtual environment with some packages, and with pip, which Pulumi's own language host runs there.

    Args:
        folder: where it is created.
        requirements: wheels, or names with versions.

    Returns:
        its Python.

    """
    python = folder / "bin" / "python"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--seed", "--python", sys.executable, folder], check=True)
    subprocess.run([*uv, "pip", "install", "--compile-bytecode", "--python", python, *requirements], check=True)
    return python
