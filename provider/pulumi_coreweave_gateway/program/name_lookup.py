"""Lookup of gateways by their names: one request for the list of gateways, however many names a program looks up."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import naming
from ..gateways.names import in_use, resolve_unique
from ..pulumi_internals import current_monitor
from . import clients

if TYPE_CHECKING:
    from ..client.models import Gateway

    _Gateways = concurrent.futures.Future[tuple[Gateway, ...]]


@dataclass(frozen=True)
class _Listing:
    deployment: object
    requested_at: float
    gateways: _Gateways


_listings: dict[str, _Listing] = {}
_lock = threading.Lock()


async def find_by_name(what: str, name: str, profile: str, *, deferred: bool, max_age: float = 0.0) -> Gateway:
    """Return the only gateway with a name.

    Args:
        what: What the lookup is called in messages.
        name: The name; case matters.
        profile: The profile to look up with, ``""`` for the default one.
        deferred: Whether the lookup had to wait for something. The gateway may have been created since the list was
            requested, so if it isn't in the list, or is being deleted, the list is requested once more.
        max_age: The age in seconds that a list may have then, so that several lookups share it.

    Raises:
        NotFoundError: No gateway has the name.
        AmbiguousNameError: Several gateways have the name.
        GatewayError: The list of gateways could not be read.

    """
    due = time.monotonic() - max_age
    with naming(what):
        gateways = await _awaited(_listed(profile))
        if deferred and not in_use(name, gateways):
            gateways = await _awaited(_listed(profile, not_before=due))
    return resolve_unique(what, name, gateways)


def find_by_name_now(what: str, name: str, profile: str) -> Gateway:
    """Return the only gateway with a name, as :func:`find_by_name` does, blocking until the list has been read."""
    with naming(what):
        gateways = _listed(profile).result()
    return resolve_unique(what, name, gateways)


def _listed(profile: str, *, not_before: float | None = None) -> _Gateways:
    """Return the list of a profile's gateways, requested once in this deployment unless the request fails.

    Args:
        profile: The profile.
        not_before: The earliest time, by ``time.monotonic()``, at which the list may have been requested; by default
            any.

    """
    monitor = current_monitor()
    with _lock:
        listing = _listings.get(profile)
        if (
            listing is None
            # Inline programs of the Automation API may share a process.
            or listing.deployment is not monitor
            or (not_before is not None and listing.requested_at < not_before)
            or (listing.gateways.done() and listing.gateways.exception() is not None)
        ):
            listing = _Listing(monitor, time.monotonic(), clients.list_gateways(profile))
            _listings[profile] = listing
        return listing.gateways


async def _awaited(gateways: _Gateways) -> tuple[Gateway, ...]:
    # Shielded: a lookup that is cancelled must not cancel the list of the others.
    return await asyncio.shield(asyncio.wrap_future(gateways))
