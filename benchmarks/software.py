"""What the ways run on: the engine, and the package installed as users have it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tools.installation import build, install

_SAME = ("pulumi", "requests", "pydantic", "pyyaml")
"""What development pins, and is measured in the same versions."""


@dataclass(frozen=True)
class Software:
    """What is run.

    Attributes:
        engine: the folder of the Pulumi CLI.
        python: the interpreter of a virtual environment with the package and what it asks for: no more packages
            than users have, and all of them compiled.

    """

    engine: Path
    python: Path

    @property
    def virtualenv(self) -> Path:
        """The virtual environment."""
        return self.python.parent.parent


def installed(engine: Path, folder: Path) -> Software:
    """Install the package anew, and return it with the engine.

    Args:
        engine: the folder of the Pulumi CLI.
        folder: where wheel and virtual environment are made; what is there is replaced.

    Raises:
        subprocess.CalledProcessError: the package can't be built or installed.

    """
    for old in folder.glob("dist/*"):
        old.unlink()
    wheel = build(folder / "dist")
    return Software(engine, install(folder / "venv", wheel, *[f"{name}=={version(name)}" for name in _SAME]))
