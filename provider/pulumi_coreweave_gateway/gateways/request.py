"""What a fleet asks for: gateways by ID, or all that match some filters."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgumentError
from ..messages import quote_for_message
from ..validation import check_gateway_id

if TYPE_CHECKING:
    from ..client.models import Gateway

FLEET_ARGUMENTS = ("gateway_ids", "missing", "zones", "statuses", "name_pattern")
_FILTERS = FLEET_ARGUMENTS[2:]
_MISSING = ("fail", "skip")
_MAX_IDS = 10_000
_MAX_FILTER = 256
_MAX_LISTED = 10
_STATUS = "STATUS_"


@dataclass(frozen=True)
class FleetRequest:
    """A checked request.

    Attributes:
        gateway_ids: The UUIDs without duplicates, or None for all gateways that match the filters.
        missing: ``fail`` or ``skip``, for IDs that aren't found.
        zones: Only gateways in one of these zones, in upper or lower case; empty for all.
        statuses: Only gateways with one of these statuses; empty for all.
        name_pattern: Only gateways whose name matches, with ``*``, ``?`` and ``[…]``; ``""`` for all.
        profile: The profile, ``""`` for the default one.
        include_timestamps: Whether outputs include the times of the last updates.

    """

    gateway_ids: tuple[str, ...] | None = None
    missing: str = "fail"
    zones: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    name_pattern: str = ""
    profile: str = ""
    include_timestamps: bool = False

    def to_state(self) -> dict[str, Any]:
        """Return the request as both inputs and outputs hold it, because a refresh gets only the previous outputs."""
        timestamps = {"includeTimestamps": True} if self.include_timestamps else {}
        if self.gateway_ids is not None:
            request: dict[str, Any] = {"gatewayIds": list(self.gateway_ids), "missing": self.missing}
        else:
            request = {"zones": list(self.zones), "statuses": list(self.statuses), "namePattern": self.name_pattern}
        return {**request, "profile": self.profile, **timestamps}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FleetRequest:
        """Return the request that inputs or outputs hold.

        Raises:
            InvalidArgumentError: An ID isn't a UUID.

        """
        ids = state.get("gatewayIds")
        return cls(
            gateway_ids=None if ids is None else tuple(check_gateway_id(value, "gateway_ids") for value in ids),
            missing=state.get("missing") or "fail",
            zones=tuple(state.get("zones") or ()),
            statuses=tuple(state.get("statuses") or ()),
            name_pattern=state.get("namePattern") or "",
            profile=state.get("profile") or "",
            include_timestamps=bool(state.get("includeTimestamps")),
        )

    @property
    def resource_id(self) -> str:
        """The ID of the fleet's resource: a short hash of the request."""
        request = asdict(self)
        if not self.include_timestamps:
            # States of v0.1.0 hold the hash without it.
            del request["include_timestamps"]
        return f"gateways-{hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:16]}"

    def is_complete(self, gateways: Sequence[object]) -> bool:
        """Return whether no gateway that the request requires is missing."""
        return self.gateway_ids is None or self.missing == "skip" or len(gateways) == len(self.gateway_ids)

    def matches(self, gateway: Gateway) -> bool:
        """Return whether a gateway matches all filters."""
        return (
            (not self.zones or not _folded(self.zones).isdisjoint(_folded(gateway.spec.zones)))
            and (not self.statuses or gateway.status.status in self.statuses)
            and (not self.name_pattern or fnmatch.fnmatchcase(gateway.spec.name, self.name_pattern))
        )

    def warnings(self, gateways: Sequence[Gateway]) -> list[str]:
        """Return a warning for each filter value that no gateway has."""
        zones = {zone for gateway in gateways for zone in gateway.spec.zones}
        statuses = {gateway.status.status for gateway in gateways}
        names = {gateway.spec.name for gateway in gateways}
        messages = [
            f"no gateway is in the zone {quote_for_message(zone)}; {_listed('zones', zones)}"
            for zone in self.zones
            if zone.casefold() not in _folded(zones)
        ]
        messages += [
            f"no gateway has the status {quote_for_message(status)}; {_listed('statuses', statuses)}"
            for status in self.statuses
            if status not in statuses
        ]
        if self.name_pattern and not any(fnmatch.fnmatchcase(name, self.name_pattern) for name in names):
            messages.append(
                f"no gateway's name matches {quote_for_message(self.name_pattern)}; {_listed('names', names)}"
            )
        return messages


def _folded(texts: Iterable[str]) -> set[str]:
    return {text.casefold() for text in texts}


def _listed(what: str, values: Iterable[str]) -> str:
    first, rest = sorted(values)[:_MAX_LISTED], sorted(values)[_MAX_LISTED:]
    if not first:
        return "the token can't see any gateways"
    return (
        f"{what} of the gateways: {', '.join(map(quote_for_message, first))}{f' and {len(rest)} more' if rest else ''}"
    )


def check_fleet(
    what: str,
    arguments: Mapping[str, Any],
    *,
    spell: Callable[[str], str] = str,
    profile: str = "",
    include_timestamps: bool = False,
) -> FleetRequest:
    """Return the request that a fleet's arguments make.

    Args:
        what: What the lookup is called in messages.
        arguments: The values of :data:`FLEET_ARGUMENTS`; None for one that is not given.
        spell: Returns the name of an argument as the user knows it.
        profile: The checked profile, ``""`` for the default one.
        include_timestamps: Whether outputs include the times of the last updates.

    Raises:
        InvalidArgumentError: An argument is invalid, or two exclude each other.

    """
    check_combination(what, arguments, spell=spell)
    options: dict[str, Any] = {"profile": profile, "include_timestamps": include_timestamps}
    if arguments["gateway_ids"] is not None:
        ids = check_ids(arguments["gateway_ids"], f"{what}: {spell('gateway_ids')}")
        return FleetRequest(ids, arguments["missing"] or "fail", **options)
    pattern = arguments["name_pattern"]
    return FleetRequest(
        zones=check_filter(arguments["zones"], f"{what}: zones"),
        statuses=check_statuses(arguments["statuses"], f"{what}: statuses"),
        name_pattern="" if pattern is None else check_filter_text(pattern, f"{what}: {spell('name_pattern')}"),
        **options,
    )


def check_combination(what: str, arguments: Mapping[str, Any], *, spell: Callable[[str], str] = str) -> None:
    """Check whether a fleet's arguments go together, before their values are known; see :func:`check_fleet`.

    Raises:
        InvalidArgumentError: Two arguments exclude each other, or ``missing`` is invalid.

    """
    by_id, missing = arguments["gateway_ids"] is not None, arguments["missing"]
    if by_id and any(arguments[name] is not None for name in _FILTERS):
        filters = ", ".join(map(spell, _FILTERS))
        raise InvalidArgumentError(f"{what}: pass either {spell('gateway_ids')} or filters ({filters})")
    if missing is not None and not by_id:
        raise InvalidArgumentError(f"{what}: missing applies to {spell('gateway_ids')}, which is not set")
    if missing is not None and missing not in _MISSING:
        raise InvalidArgumentError(f"{what}: missing must be 'fail' or 'skip'")


def refuse_none(what: str, given: Mapping[str, Any]) -> None:
    """Refuse an argument that was given and has no value, such as an output that another stack doesn't have.

    As an argument that is left out, it would match every gateway.

    Args:
        what: The label of the lookup in error messages.
        given: The values of the arguments that were given, by the names that the user knows.

    Raises:
        InvalidArgumentError: A value is None.

    """
    for name, value in given.items():
        if value is None:
            raise InvalidArgumentError(f"{what}: {name} has no value (None); leave the argument out, or pass a value")


def check_ids(values: object, what: str) -> tuple[str, ...]:
    """Return gateway IDs in lower case, without duplicates, in the same order.

    Raises:
        InvalidArgumentError: The value isn't a list of UUIDs, or has more than 10,000.

    """
    ids = _check_list(values, what, check_gateway_id, "gateway UUIDs")
    if len(ids) > _MAX_IDS:
        raise InvalidArgumentError(f"{what}: expected at most {_MAX_IDS:,} IDs, not {len(ids):,}; use several lookups")
    return tuple(dict.fromkeys(ids))


def check_filter(values: object, what: str) -> tuple[str, ...]:
    """Return the values of a filter, sorted and without duplicates; ``()`` if there is no filter.

    Raises:
        InvalidArgumentError: The value isn't a list of str, is empty, or holds an invalid text.

    """
    if values is None:
        return ()
    texts = _check_list(values, what, check_filter_text, "strings")
    if not texts:
        # It was probably computed. As no filter at all, it would match every gateway.
        raise InvalidArgumentError(f"{what}: an empty list matches no gateway; leave the argument out to get all")
    return tuple(sorted(set(texts)))


def check_statuses(values: object, what: str) -> tuple[str, ...]:
    """Return the values of the filter by status, sorted and without duplicates. Unknown statuses are accepted.

    Raises:
        InvalidArgumentError: The value isn't a valid filter, or an item doesn't begin with ``STATUS_``.

    """
    statuses = check_filter(values, what)
    for status in statuses:
        if not status.startswith(_STATUS):
            meant = _STATUS + status.upper().removeprefix(_STATUS)
            raise InvalidArgumentError(
                f"{what}: invalid status {quote_for_message(status)}; did you mean {quote_for_message(meant)}?"
            )
    return statuses


def check_filter_text(value: object, what: str) -> str:
    """Return one text of a filter.

    Raises:
        InvalidArgumentError: The value isn't a str, is blank, has more than 256 characters, or holds control
            characters.

    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{what}: expected a string, not {type(value).__name__}")
    if not value.strip() or len(value) > _MAX_FILTER or not value.isprintable():
        raise InvalidArgumentError(f"{what}: invalid filter {quote_for_message(value)}")
    return value


def _check_list(values: object, what: str, check: Callable[[object, str], str], kind: str) -> list[str]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise InvalidArgumentError(f"{what}: expected a list of {kind}, not {type(values).__name__}")
    return [check(value, f"{what}[{index}]") for index, value in enumerate(values)]
