"""Resolution of a gateway's name in a list of gateways."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import AmbiguousNameError, NotFoundError
from ..messages import MAX_LISTED, enumerated, one_line, quote_for_message

if TYPE_CHECKING:
    from ..client.models import Gateway, Listing

DELETING = "STATUS_DELETING"

_LONGEST_ZONES = 60


def resolve_unique(label: str, name: str, listing: Listing[Gateway]) -> Gateway:
    """Return the only gateway with a name.

    Args:
        label: The label of the lookup in error messages.
        name: The name; case matters.
        listing: All gateways that the token may see.

    Raises:
        NotFoundError: No gateway has the name; the message lists similar names.
        AmbiguousNameError: Several gateways have the name; the message lists them.
        InvalidResponseError: The gateway with the name can't be read.

    """
    for unreadable in listing.unreadable:
        if unreadable.name == name and unreadable.status != DELETING:
            raise unreadable.error.about(label)
    # One that is being deleted counts only if there is no other, and then any of them will do.
    found = in_use(name, listing) or _named(name, listing)[:1]
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousNameError(
            f"{label}: {len(found)} gateways have the name {quote_for_message(name)}: {described_gateways(found)}; "
            "look one of them up by its ID"
        )
    raise NotFoundError(f"{label}: no gateway has the name {quote_for_message(name)}; {_hint(name, listing)}")


def in_use(name: str, listing: Listing[Gateway]) -> list[Gateway]:
    """Return the gateways with a name, sorted by ID, without those that are being deleted."""
    return [gateway for gateway in _named(name, listing) if gateway.status.status != DELETING]


def _named(name: str, listing: Listing[Gateway]) -> list[Gateway]:
    return [gateway for gateway in listing.items if gateway.spec.name == name]


def _hint(name: str, listing: Listing[Gateway]) -> str:
    gateways = listing.items
    if not gateways:
        return "the token can't see any gateways; it may belong to another organization"
    by_name: dict[str, list[Gateway]] = {}
    for gateway in gateways:
        by_name.setdefault(gateway.spec.name, []).append(gateway)
    near = difflib.get_close_matches(name, list(by_name), n=MAX_LISTED, cutoff=0.5)
    if len(gateways) <= MAX_LISTED or not near:
        near += [other for other in sorted(by_name) if other not in near]
    candidates = [gateway for found in near for gateway in by_name[found]]
    return f"gateways visible to the token: {described_gateways(candidates, len(gateways))}"


def described_gateways(gateways: Sequence[Gateway], total: int | None = None) -> str:
    """Return a list of gateways for a message: the name, ID, zone and status of each.

    Args:
        gateways: The gateways, of which ten are listed.
        total: How many there are, by default those given.

    """
    if not gateways:
        return "none; it may belong to another organization"
    listed = [
        f"{quote_for_message(gateway.spec.name)} ({gateway.spec.id}, "
        f"{one_line('/'.join(gateway.spec.zones), _LONGEST_ZONES) or 'no zone'}, {gateway.status.status})"
        for gateway in gateways[:MAX_LISTED]
    ]
    return enumerated(listed, len(gateways) if total is None else total)
