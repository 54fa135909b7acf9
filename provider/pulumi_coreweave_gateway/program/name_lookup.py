"""From a gateway's name to its id: one list call for the whole program, however many names it looks up."""

from __future__ import annotations

import asyncio
import concurrent.futures
import difflib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi.runtime import settings as deployment

from ..errors import AmbiguousNameError, InvalidArgumentError, NameNotFoundError
from ..messages import one_line
from ..validation import shown
from . import clients as program_client

if TYPE_CHECKING:
    from ..client.models import Gateway

    _Gateways = concurrent.futures.Future[tuple[Gateway, ...]]

_CANDIDATES = 10
_LONGEST_NAME = 256
_LONGEST_ZONES = 60


@dataclass(frozen=True)
class _Listing:
    deployment: object
    asked_at: float
    gateways: _Gateways


_listings: dict[str, _Listing] = {}
_lock = threading.Lock()


def check_name(name: object, what: str) -> str:
    """Return a gateway's name.

    Raises:
        InvalidArgumentError: it is no text, blank or too long.

    """
    if not isinstance(name, str):
        raise InvalidArgumentError(f"{what}: expected a gateway's name as a str, not {type(name).__name__}")
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidArgumentError(f"{what}: {shown(name)} can't be a gateway's name")
    return name


async def find_by_name(what: str, name: str, profile: str, *, deferred: bool, max_age: float = 0.0) -> Gateway:
    """Return the one gateway with a name.

    Args:
        what: what to call the lookup in messages.
        name: the name, compared letter for letter.
        profile: the profile to ask with, ``""`` for the default one.
        deferred: whether the lookup had to wait for something. If so, and the name isn't in a list that was asked
            for before, the gateway may have been made since, and the list is asked for once more.
        max_age: seconds that a list may be old then, so that several lookups share it.

    Raises:
        NameNotFoundError: no gateway has the name.
        AmbiguousNameError: several have it.
        GatewayError: the list could not be read.

    """
    due = time.monotonic() - max_age
    gateways = await _awaited(_listed(profile))
    if deferred and not _named(name, gateways):
        gateways = await _awaited(_listed(profile, not_before=due))
    return the_one(what, name, gateways)


def find_by_name_now(what: str, name: str, profile: str) -> Gateway:
    """Return the one gateway with a name, blocking until the list is there; it raises what the coroutine does."""
    return the_one(what, name, _listed(profile).result())


def _listed(profile: str, *, not_before: float | None = None) -> _Gateways:
    """Return the profile's gateways to come, asked for once in this deployment."""
    monitor = deployment.get_monitor()
    with _lock:
        listing = _listings.get(profile)
        if (
            listing is None
            # An inline program of the Automation API runs in a process that runs others too.
            or listing.deployment is not monitor
            or (not_before is not None and listing.asked_at < not_before)
        ):
            listing = _Listing(monitor, time.monotonic(), program_client.list_gateways(profile))
            _listings[profile] = listing
        return listing.gateways


async def _awaited(gateways: _Gateways) -> tuple[Gateway, ...]:
    # Shielded: one lookup that is given up must not take the list from the others.
    return await asyncio.shield(asyncio.wrap_future(gateways))


def the_one(what: str, name: str, gateways: tuple[Gateway, ...]) -> Gateway:
    """Return the one gateway among these that has a name.

    Raises:
        NameNotFoundError: none has it.
        AmbiguousNameError: several have it.

    """
    found = _named(name, gateways)
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousNameError(
            f"{what}: {len(found)} gateways have the name {shown(name)}: {_described(found)}; "
            "pass gateway_id to choose one"
        )
    raise NameNotFoundError(f"{what}: no gateway has the name {shown(name)}; {_hint(name, gateways)}")


def _named(name: str, gateways: Iterable[Gateway]) -> list[Gateway]:
    return sorted((gateway for gateway in gateways if gateway.spec.name == name), key=lambda gateway: gateway.spec.id)


def _hint(name: str, gateways: tuple[Gateway, ...]) -> str:
    if not gateways:
        return "the token sees no gateway at all, it may belong to another organization"
    by_name: dict[str, list[Gateway]] = {}
    for gateway in gateways:
        by_name.setdefault(gateway.spec.name, []).append(gateway)
    near = difflib.get_close_matches(name, list(by_name), n=_CANDIDATES, cutoff=0.5)
    if len(gateways) <= _CANDIDATES or not near:
        near += [other for other in sorted(by_name) if other not in near]
    candidates: list[Any] = [gateway for found in near for gateway in by_name[found]]
    return f"the token sees {len(gateways)}: {_described(candidates, len(gateways))}"


def _described(gateways: list[Gateway], total: int | None = None) -> str:
    """Name gateways so that one can be chosen: name, id, zone, status."""
    listed = [
        f"{shown(gateway.spec.name)} ({gateway.spec.id}, "
        f"{one_line('/'.join(gateway.spec.zones), longest=_LONGEST_ZONES) or 'no zone'}, {gateway.status.status})"
        for gateway in gateways[:_CANDIDATES]
    ]
    left_out = (len(gateways) if total is None else total) - len(listed)
    return ", ".join(listed) + (f" and {left_out} more" if left_out > 0 else "")
