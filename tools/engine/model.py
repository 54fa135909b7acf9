"""What the parts of this package hand each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from tools.engine.cache import Cache

CLI = "pulumi"
HOST = "pulumi-language-python"
"""The executable by which the engine runs Python programs; without it a CLI is of no use here."""


class Engine(NamedTuple):
    """A Pulumi CLI that can run Python programs."""

    bin: Path
    """The folder to put on PATH: it holds ``pulumi``."""
    version: str
    """As ``pulumi version`` says it, for instance ``v3.250.0``."""
    official_host: bool
    """Whether Pulumi's own Python language host runs the programs, or the fallback in ``tools/engine/host``."""
    origin: str
    """How it came to this machine, in a few words."""

    def __str__(self) -> str:
        host = "official" if self.official_host else "fallback"
        return f"pulumi {self.version} ({self.origin}, {host} Python host)"


class EngineError(Exception):
    """No Pulumi CLI can be had on this machine: what was tried, and what to install."""


class StepError(Exception):
    """One way to an engine doesn't work on this machine, and why, in one line."""

    def __init__(self, why: str, *, expected: bool = False) -> None:
        super().__init__(why)
        self.expected = expected
        """Nothing is wrong, there just is no engine there: not worth a word if the next way has one."""


@dataclass(frozen=True)
class Machine:
    """Where an engine is looked for, and what there is to make one with."""

    environ: Mapping[str, str]
    cache: Cache
    python: Path
    """A Python that has the Pulumi SDK, usually that of the virtual environment."""
    say: Callable[[str], None]
    """Takes one line for the user."""


class Step(Protocol):
    """One way to an engine."""

    @property
    def name(self) -> str:
        """The way's name, as it stands before what went wrong with it."""

    def engine(self, machine: Machine) -> Engine:
        """Return the engine, or raise `StepError`."""
