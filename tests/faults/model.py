"""What a row of the fault table is made of. It knows neither client nor engine, so that both can be put to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pulumi_coreweave_gateway.errors import GatewayError

from .answers import ID, TOKEN, WANDB_KEY
from .hostile import HostileServer

SHORT = 0.1
"""Seconds that one try may take in those faults where it is bound to take all of them."""
PAUSES = 27.0
"""Seconds of pauses between ten tries, with all the jitter there may be."""
_NUMBERS = {"tries": r"(?P<tries>\d+)", "seconds": r"(?P<seconds>\d+\.\d)", "left": r"\d+\.\d"}


@dataclass(frozen=True)
class Longest:
    """How long a fault may take.

    Attributes:
        words: in terms of the settings.
        seconds: the same as a figure, from ``httpTimeout`` and ``lookupTimeout``.

    """

    words: str
    seconds: Callable[[float, float], float]


AT_ONCE = Longest("no time: nothing is sent", lambda _try, _all: 0.0)
ONE_TRY = Longest("`httpTimeout`", min)
TEN_TRIES = Longest(
    "27 s and 10 `httpTimeout`, within `lookupTimeout`",
    lambda one, everything: min(10 * one + PAUSES, everything),
)
DEADLINE = Longest("`lookupTimeout`", lambda _try, everything: everything)


@dataclass
class Scene:
    """A fault that waits to be run into.

    Attributes:
        environ: environment variables, the settings among them.
        config: the stack's configuration.
        secret_keys: its keys that are encrypted.
        gateway_id: the id to ask for.
        every: whether all gateways are asked for instead of one.
        profile: the profile to ask with.
        words: what stands for the placeholders in the expected words.
        server: the server that is asked, if there is one.
        strangers: servers that must never be asked.
        onlookers: servers, such as proxies, that must not see the token.
        secrets: what must be shown nowhere.
        most_sent: bytes that the server may get rid of at most, None for any number.
        most_memory: bytes that may be allocated on the way, None for any number.
        most_time: seconds that it may take on any machine, None for what the settings allow.
        pauses: seconds that the pauses between tries must at least add up to.
        impossible: why this machine can't have it, ``""`` where it can.

    """

    environ: dict[str, str] = field(default_factory=dict)
    config: dict[str, object] = field(default_factory=dict)
    secret_keys: frozenset[str] = frozenset()
    gateway_id: Any = ID
    every: bool = False
    profile: str | None = None
    words: dict[str, str] = field(default_factory=dict)
    server: HostileServer | None = None
    strangers: tuple[HostileServer, ...] = ()
    onlookers: tuple[HostileServer, ...] = ()
    secrets: tuple[str, ...] = (TOKEN, WANDB_KEY)
    most_sent: int | None = None
    most_memory: int | None = None
    most_time: float | None = None
    pauses: float = 0.0
    impossible: str = ""


Start = Callable[[], AbstractContextManager[Scene]]


@dataclass(frozen=True)
class Fault:
    """One row.

    Attributes:
        id: its name, unique in the table.
        what: what happens, in plain words.
        start: sets it up; several ways to do so where they all end in the same words.
        error: the class of the error, None where it ends well.
        sees: the error's message; ``{endpoint}`` and other names in braces stand for what varies.
        outputs: where it ends well, the outputs that differ from the usual gateway's.
        requests: how many requests reach the server.
        in_process: whether it is set up within this process alone, as the addresses of made-up hosts are.
        tries: how often it is tried, where that isn't the number of requests.
        longest: how long it may take.

    """

    id: str
    what: str
    start: Mapping[str, Start]
    longest: Longest
    error: type[GatewayError] | None = None
    sees: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    requests: int = 0
    tries: int | None = None
    in_process: bool = False

    def __post_init__(self) -> None:
        assert bool(self.sees) == (self.error is not None), f"{self.id}: words and an error, or neither"
        assert self.start, f"{self.id}: nothing to run"

    def expected(self, words: Mapping[str, str]) -> re.Pattern[str]:
        """Return the pattern of the whole message, the placeholders filled."""
        parts = re.split(r"\{([a-zA-Z]+)\}", self.sees)
        known = {"id": re.escape(ID), **_NUMBERS, **{name: re.escape(word) for name, word in words.items()}}
        return re.compile("".join(known[part] if index % 2 else re.escape(part) for index, part in enumerate(parts)))
