"""A wait as ``up`` runs it: polls from the program's own process, and progress in Pulumi's display."""

from __future__ import annotations

import asyncio

from ..client.models import Gateway
from . import program_client
from .program_failure import check_program
from .progress import reporter
from .waiting import WaitForReady, wait_until_ready


async def wait_in_up(gateway_id: str, profile: str, wait: WaitForReady, urn: str) -> None:
    """Return when a gateway is ready.

    Args:
        gateway_id: its UUID.
        profile: the profile to ask with, ``""`` for the default one.
        wait: how long, and how often to look.
        urn: the lookup's, for its row in the display.

    Raises:
        GatewayError: it isn't ready in time, never will be, or can't be read.
        pulumi.RunError: the program has failed meanwhile.

    """

    async def read() -> Gateway:
        return await asyncio.wrap_future(program_client.get_gateway(gateway_id, profile))

    await wait_until_ready(gateway_id, wait, read, reporter(urn), check_program)
