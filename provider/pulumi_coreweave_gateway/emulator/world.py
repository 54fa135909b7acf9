"""All that a running emulator holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .faults import Faults
from .journal import Journal
from .scripts import ScriptBook
from .store import GatewayStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .switches import Switches


class World:
    """The state that the API's calls read and the controls change.

    Args:
        token: the bearer token that the API asks for.
        gateways: what it starts with, checked.
        switches: how it starts to write its answers.

    """

    def __init__(self, token: str, gateways: Sequence[Mapping[str, Any]], switches: Switches) -> None:
        self.token = token
        self.store = GatewayStore(gateways)
        self.scripts = ScriptBook()
        self.journal = Journal(token)
        self.faults = Faults()
        self.switches = self._first_switches = switches

    def reset(self) -> None:
        """Return to the start: the file's gateways, the command line's switches, no scripts, nothing seen."""
        self.store.reset()
        self.scripts.clear()
        self.journal.reset()
        self.faults = Faults()
        self.switches = self._first_switches


WORLD: web.AppKey[World] = web.AppKey("world", World)
"""Where the application keeps it."""
