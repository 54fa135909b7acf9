"""Resolution of a gateway's name in a list of gateways."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import AmbiguousNameError, NotFoundError
from ..messages import one_line, quote_for_message

if TYPE_CHECKING:
    from ..client.models import Gateway

DELETING = "STATUS_DELETING"

_CANDIDATES = 10
_LONGEST_ZONES = 60


def resolve_unique(what: str, name: str, gateways: tuple[Gateway, ...]) -> Gateway:
    """Return the only gateway with a name.

    Args:
        what: What the lookup is called in messages.
        name: The name; case matters.
        gateways: All gateways that the token may see.

    Raises:
        NotFoundError: No gateway has the name; the message lists similar names.
        AmbiguousNameError: Several gateways have the name; the message lists them.

    """
    # One that is being deleted counts only if there is no other, and then any of them will do.
    found = in_use(name, gateways) or _named(name, gateways)[:1]
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousNameError(
            f"{what}: {len(found)} gateways have the name {quote_for_message(name)}: {_described(found)}; "
            "look one of them up by its ID"
        )
    raise NotFoundError(f"{what}: no gateway has the name {quote_for_message(name)}; {_hint(name, gateways)}")


def in_use(name: str, gateways: Iterable[Gateway]) -> list[Gateway]:
    """Return the gateways with a name, sorted by ID, without those that are being deleted."""
    return [gateway for gateway in _named(name, gateways) if gateway.status.status != DELETING]


def _named(name: str, gateways: Iterable[Gateway]) -> list[Gateway]:
    return sorted((gateway for gateway in gateways if gateway.spec.name == name), key=lambda gateway: gateway.spec.id)


def _hint(name: str, gateways: tuple[Gateway, ...]) -> str:
    if not gateways:
        return "the token can't see any gateways; it may belong to another organization"
    by_name: dict[str, list[Gateway]] = {}
    for gateway in gateways:
        by_name.setdefault(gateway.spec.name, []).append(gateway)
    near = difflib.get_close_matches(name, list(by_name), n=_CANDIDATES, cutoff=0.5)
    if len(gateways) <= _CANDIDATES or not near:
        near += [other for other in sorted(by_name) if other not in near]
    candidates: list[Any] = [gateway for found in near for gateway in by_name[found]]
    return f"gateways visible to the token: {_described(candidates, len(gateways))}"


def _described(gateways: list[Gateway], total: int | None = None) -> str:
    """Return a list of gateways for a message: the name, ID, zone and status of each."""
    listed = [
        f"{quote_for_message(gateway.spec.name)} ({gateway.spec.id}, "
        f"{one_line('/'.join(gateway.spec.zones), _LONGEST_ZONES) or 'no zone'}, {gateway.status.status})"
        for gateway in gateways[:_CANDIDATES]
    ]
    left_out = (len(gateways) if total is None else total) - len(listed)
    return ", ".join(listed) + (f" and {left_out} more" if left_out > 0 else "")
