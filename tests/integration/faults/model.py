"""A row of the fault catalogue. It knows neither the client nor the engine, so that tests of both can use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pulumi_coreweave_gateway.errors import GatewayError

from .hostile import HostileServer
from .responses import ID, TOKEN, WANDB_KEY

SHORT = 0.1
"""Seconds of an attempt, in faults in which each attempt takes all its time."""
ALL_ATTEMPTS = 10


@dataclass
class Scene:
    """A fault that has been set up.

    Attributes:
        environ: Environment variables, the settings among them.
        list_all: Whether the list of gateways is requested instead of one gateway.
        placeholders: The values of the placeholders in the expected message.
        server: The server that is configured, if there is one.
        untouched: Servers that must never be connected to.
        proxies: Proxies, which must not see the token.
        secrets: What must be shown nowhere.
        most_sent: Bytes that the server may send, or None for any number.
        most_memory: Bytes that may be allocated, or None for any number.
        pauses: Seconds that the pauses between attempts must at least add up to.
        skip_reason: Why this machine can't run it, or ``""``.

    """

    environ: dict[str, str] = field(default_factory=dict)
    list_all: bool = False
    placeholders: dict[str, str] = field(default_factory=dict)
    server: HostileServer | None = None
    untouched: tuple[HostileServer, ...] = ()
    proxies: tuple[HostileServer, ...] = ()
    secrets: tuple[str, ...] = (TOKEN, WANDB_KEY)
    most_sent: int | None = None
    most_memory: int | None = None
    pauses: float = 0.0
    skip_reason: str = ""


Start = Callable[[], AbstractContextManager[Scene]]


@dataclass(frozen=True)
class Fault:
    """A row of the catalogue.

    Attributes:
        id: Its name, unique in the catalogue.
        starts: Ways to set it up, by name, all with the same outcome.
        error: The class of the error, or None if the lookup succeeds.
        message: The error's message; names in braces are placeholders.
        outputs: The outputs that differ from the usual gateway's, if the lookup succeeds.
        requests: How many requests reach the server.
        attempts: How many attempts there are.
        cause: For docs/troubleshooting.md, what usually causes the error.

    """

    id: str
    starts: Mapping[str, Start]
    error: type[GatewayError] | None = None
    message: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    requests: int = 1
    attempts: int = 1
    cause: str = ""

    def pattern(self, placeholders: Mapping[str, str]) -> re.Pattern[str]:
        """Return the pattern of the whole message, the placeholders filled."""
        parts = re.split(r"\{([a-zA-Z]+)\}", self.message)
        known = {
            "id": re.escape(ID),
            "attempts": str(self.attempts),
            "seconds": r"\d+\.\d",
            **{name: re.escape(word) for name, word in placeholders.items()},
        }
        return re.compile("".join(known[part] if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def passes(row: str, starts: Start | Mapping[str, Start], /, requests: int = 1, **outputs: Any) -> Fault:
    """Return a row whose lookup succeeds."""
    return Fault(row, _named(starts), outputs=outputs, requests=requests, attempts=requests)


def fails(
    name: str,
    error: type[GatewayError],
    message: str,
    starts: Start | Mapping[str, Start],
    *,
    requests: int = 1,
    cause: str = "",
) -> Fault:
    """Return a row that fails at its first attempt."""
    return Fault(name, _named(starts), error, message, requests=requests, cause=cause)


def keeps_failing(
    name: str,
    error: type[GatewayError],
    message: str,
    starts: Start | Mapping[str, Start],
    *,
    requests: int = ALL_ATTEMPTS,
    attempts: int = ALL_ATTEMPTS,
    cause: str = "",
) -> Fault:
    """Return a row that fails after all attempts."""
    message = f"{message} ({{attempts}} attempts in {{seconds}} s)"
    return Fault(name, _named(starts), error, message, requests=requests, attempts=attempts, cause=cause)


def _named(starts: Start | Mapping[str, Start]) -> Mapping[str, Start]:
    return starts if isinstance(starts, Mapping) else {"": starts}
