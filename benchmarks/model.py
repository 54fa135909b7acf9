"""What is measured, as ``results.json`` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

PREVIEW, UP, AGAIN = "preview", "up", "second preview"
"""The three commands: on a new stack, then ``up`` without a preview of its own, then a preview of what is there."""
READS = "reads"
"""What a way without a stack does."""
IMPORT = "import"
"""What an interpreter does for an import statement."""
FIRST_READ = "first read"
"""What a provider's process does from its start to the answer of its first read."""


@dataclass(frozen=True)
class Figures:
    """What one command took.

    Attributes:
        wall: seconds.
        cpu: seconds of CPU of the command and all its children.
        requests: that the server counted.
        connections: that they came on.
        server_cpu: seconds of CPU that the server took for them.
        memory: peak bytes of the provider's process; None where there is none.
        alone: seconds that the requests took without the start of their process; None where that isn't known.
        own: seconds of CPU of our own code and the libraries it calls, where it is profiled.
        state: bytes that the stack keeps: of each of our resources, without the engine's stack trace and the
            answers themselves; None without a stack.

    """

    wall: float
    cpu: float
    requests: int = 0
    connections: int = 0
    server_cpu: float = 0.0
    memory: int | None = None
    alone: float | None = None
    own: float | None = None
    state: StateSize | None = None


@dataclass(frozen=True)
class StateSize:
    """How large what a stack keeps is, as compact JSON.

    Attributes:
        lookups: bytes of the looked-up resources together, without the engine's ``stackTrace``.
        traces: bytes of those.
        resources: how many resources that is.
        answers: bytes of what the API answers for the same gateways.

    """

    lookups: int
    traces: int
    resources: int
    answers: int


@dataclass(frozen=True)
class Sample:
    """One run of one command.

    Attributes:
        way: the name of the way to read gateways.
        gateways: how many.
        command: which command.
        repetition: the number of the repetition, from 0.
        figures: what it took; None if it failed.
        failed: what the failed command said at last.

    """

    way: str
    gateways: int
    command: str
    repetition: int
    figures: Figures | None = None
    failed: str = ""

    @property
    def key(self) -> tuple[str, int, str, int]:
        """What tells it from all others of a run."""
        return self.way, self.gateways, self.command, self.repetition

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Sample:
        """Return the sample that plain values describe."""
        figures = values["figures"]
        if figures is None:
            return cls(**values)
        state = figures["state"]
        return cls(**{**values, "figures": Figures(**{**figures, "state": StateSize(**state) if state else None})})
