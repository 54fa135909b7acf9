"""A wait as ``up`` runs it: polls from the program's own process, and progress in Pulumi's display."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ..errors import GatewayError, NameNotFoundError
from . import clients as program_client
from .cli_command import command
from .name_lookup import find_by_name
from .program_failure import check_program
from .progress import reporter
from .wait_for_ready import APPEAR, NOT_FOUND, Progress, WaitForReady, spent_of, wait_until_ready

if TYPE_CHECKING:
    from ..client.models import Gateway

_T = TypeVar("_T")

# With --run-program these run the program too, and to it they look like an up.
_NEVER_WAIT = frozenset({"refresh", "destroy", "down", "dn"})


@dataclass(frozen=True)
class WaitInUp:
    """What one lookup waits for.

    Attributes:
        what: what to call the lookup in messages.
        profile: the profile to ask with, ``""`` for the default one.
        wait: how long, and how often to look.
        urn: gives the lookup's URN, for its row in the display.

    """

    what: str
    profile: str
    wait: WaitForReady
    urn: Callable[[], Awaitable[str]]

    async def find(self, name: str) -> str:
        """Return the id of the gateway with a name; right after its creation it may not be listed yet.

        Raises:
            GatewayError: it isn't found in time, or can't be looked for.
            pulumi.RunError: the program has failed meanwhile.

        """
        clock = asyncio.get_running_loop().time
        start, report = clock(), reporter(await self.urn())
        allowed = 0.0 if command() in _NEVER_WAIT else min(APPEAR, self.wait.timeout)
        while True:
            try:
                # Names that are looked for at the same time share their lists.
                interval = self.wait.poll_interval
                found = await find_by_name(self.what, name, self.profile, deferred=True, max_age=interval / 2)
            except NameNotFoundError:
                if clock() - start >= allowed:
                    raise
            else:
                return found.spec.id
            report(Progress(NOT_FOUND, NOT_FOUND, spent=spent_of(clock() - start, allowed)))
            await asyncio.sleep(min(interval, max(allowed - (clock() - start), 0.0)))
            check_program()

    async def until_ready(self, gateway_id: str) -> None:
        """Return when a gateway is ready; at once where the command is another one than ``up``.

        Raises:
            GatewayError: it isn't ready in time, never will be, or can't be read.
            pulumi.RunError: the program has failed meanwhile.

        """
        if command() in _NEVER_WAIT:
            return

        async def read() -> Gateway:
            return await asyncio.wrap_future(program_client.get_gateway(gateway_id, self.profile))

        try:
            await wait_until_ready(gateway_id, self.wait, read, reporter(await self.urn()), check_program)
        except GatewayError as error:
            # It is shown in the row of the stack, where no lookup is named.
            raise error.about(self.what) from None
