"""What lookups of several things ask for, and a fleet: gateways by ID, or all that match some filters."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import InvalidArgumentError
from ..messages import enumerated, quote_for_message
from ..validation import validated_gateway_id

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..client.models import Gateway, Unreadable

FLEET_ARGUMENTS = ("gateway_ids", "missing", "zones", "statuses", "name_pattern")
MAX_GATEWAYS = 10_000
"""How many gateways a fleet may have."""

_FILTERS = FLEET_ARGUMENTS[2:]
_MISSING = ("fail", "skip")
_MAX_FILTER = 256
_STATUS = "STATUS_"


@dataclass(frozen=True)
class Request:
    """Base class of checked requests, which a state contains."""

    kind: ClassVar[str]
    """What the ID of the lookup's resource begins with."""

    def to_state(self) -> dict[str, Any]:
        """Return the request as both inputs and outputs contain it: a refresh gets only the previous outputs."""
        # None would be unknown in a preview.
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value is not None
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the request that inputs or outputs contain; what is missing or None has its default."""
        known = {name: value for name, value in state.items() if value is not None and name in cls.__annotations__}
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in known.items()})

    @property
    def resource_id(self) -> str:
        """The ID of the lookup's resource: a short hash of the request."""
        return f"{self.kind}-{hashlib.sha256(json.dumps(self.to_state(), sort_keys=True).encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class FleetRequest(Request):
    """A checked request for gateways.

    Attributes:
        gateway_ids: The UUIDs without duplicates, or None for all gateways that match the filters.
        missing: ``fail`` or ``skip``, for IDs that aren't found, and filters that no gateway matches.
        zones: Only gateways in one of these zones, in upper or lower case; empty for all.
        statuses: Only gateways with one of these statuses; empty for all.
        name_pattern: Only gateways whose name matches, with ``*``, ``?`` and ``[…]``; ``""`` for all.
        profile: The profile, ``""`` for the default one.
        include_timestamps: Whether outputs include the times of the last updates.

    """

    kind: ClassVar[str] = "gateways"

    gateway_ids: tuple[str, ...] | None = None
    missing: str = "fail"
    zones: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    name_pattern: str = ""
    profile: str = ""
    include_timestamps: bool = False

    def __post_init__(self) -> None:
        """Check the IDs, which a state that was edited may contain: a URL will."""
        for gateway_id in self.gateway_ids or ():
            validated_gateway_id(gateway_id, "gateway_ids")

    def is_complete(self, gateways: Sequence[object]) -> bool:
        """Return whether no gateway that the request requires is missing."""
        return self.missing == "skip" or len(gateways) >= (1 if self.gateway_ids is None else len(self.gateway_ids))

    def matches(self, gateway: Gateway) -> bool:
        """Return whether a gateway matches all filters."""
        return self._may_match(gateway.spec.name, gateway.status.status, gateway.spec.zones)

    def may_match(self, gateway: Unreadable) -> bool:
        """Return whether a gateway that breaks the API's contract could match; what can't be read of it could."""
        return self._may_match(gateway.name or None, gateway.status or None, gateway.zones or None)

    def _may_match(self, name: str | None, status: str | None, zones: Sequence[str] | None) -> bool:
        return (
            (not self.zones or zones is None or not _folded(self.zones).isdisjoint(_folded(zones)))
            and (not self.statuses or status is None or status in self.statuses)
            and (not self.name_pattern or name is None or fnmatch.fnmatchcase(name, self.name_pattern))
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


def _folded(values: Iterable[str]) -> set[str]:
    return {value.casefold() for value in values}


def _listed(kind: str, values: Iterable[str]) -> str:
    names = [quote_for_message(value) for value in sorted(values)]
    return f"{kind} of the gateways: {enumerated(names)}" if names else "the token can't see any gateways"


def validated_fleet(
    label: str,
    arguments: Mapping[str, Any],
    *,
    spell: Callable[[str], str] = str,
    profile: str = "",
    include_timestamps: bool = False,
) -> FleetRequest:
    """Return the request that a fleet's arguments make.

    Args:
        label: The label of the lookup in error messages.
        arguments: The values of :data:`FLEET_ARGUMENTS`; None for one that is not given.
        spell: Returns the name of an argument as the user knows it.
        profile: The checked profile, ``""`` for the default one.
        include_timestamps: Whether outputs include the times of the last updates.

    Raises:
        InvalidArgumentError: An argument is invalid, or two exclude each other.

    """
    check_combination(label, arguments, spell=spell)
    options: dict[str, Any] = {
        "missing": validated_missing(label, arguments["missing"]),
        "profile": profile,
        "include_timestamps": include_timestamps,
    }
    if arguments["gateway_ids"] is not None:
        ids = validated_ids(arguments["gateway_ids"], f"{label}: {spell('gateway_ids')}")
        return FleetRequest(ids, **options)
    pattern = arguments["name_pattern"]
    return FleetRequest(
        zones=_validated_filter(arguments["zones"], f"{label}: zones"),
        statuses=_validated_statuses(arguments["statuses"], f"{label}: statuses"),
        name_pattern="" if pattern is None else _validated_text(pattern, f"{label}: {spell('name_pattern')}"),
        **options,
    )


def check_combination(label: str, arguments: Mapping[str, Any], *, spell: Callable[[str], str] = str) -> None:
    """Check that a fleet's arguments go together, before their values are known; see :func:`validated_fleet`.

    Raises:
        InvalidArgumentError: Two arguments exclude each other, or ``missing`` is invalid.

    """
    validated_missing(label, arguments["missing"])
    if arguments["gateway_ids"] is not None and any(arguments[name] is not None for name in _FILTERS):
        filters = ", ".join(map(spell, _FILTERS))
        raise InvalidArgumentError(f"{label}: pass either {spell('gateway_ids')} or filters ({filters})")


def validated_missing(label: str, missing: object) -> str:
    """Return what to do if nothing is found: ``fail``, which is the default, or ``skip``."""
    if missing not in (None, *_MISSING):
        raise InvalidArgumentError(f"{label}: missing must be 'fail' or 'skip'")
    return str(missing or "fail")


def refuse_none(label: str, given: Mapping[str, Any]) -> None:
    """Refuse an argument that was given as None, such as an output that another stack doesn't have.

    Treated as an argument that is left out, it would match every gateway.

    Args:
        label: The label of the lookup in error messages.
        given: The values of the arguments that were given, by the names that the user knows.

    Raises:
        InvalidArgumentError: One of the values is None.

    """
    for name, value in given.items():
        if value is None:
            raise InvalidArgumentError(f"{label}: {name} has no value (None); leave the argument out, or pass a value")


def validated_ids(values: object, label: str) -> tuple[str, ...]:
    """Return gateway IDs in lower case, without duplicates, in the same order.

    Raises:
        InvalidArgumentError: The value isn't a list of UUIDs, or has more than 10,000.

    """
    ids = _validated_list(values, label, validated_gateway_id, "gateway UUIDs")
    if len(ids) > MAX_GATEWAYS:
        raise InvalidArgumentError(
            f"{label}: expected at most {MAX_GATEWAYS:,} IDs, not {len(ids):,}; use several lookups"
        )
    return tuple(dict.fromkeys(ids))


def _validated_filter(values: object, label: str) -> tuple[str, ...]:
    """Return the values of a filter, sorted and without duplicates; ``()`` if there is no filter."""
    if values is None:
        return ()
    found = _validated_list(values, label, _validated_text, "strings")
    if not found:
        # It was probably computed. As no filter at all, it would match every gateway.
        raise InvalidArgumentError(f"{label}: an empty list matches no gateway; leave the argument out to get all")
    return tuple(sorted(set(found)))


def _validated_statuses(values: object, label: str) -> tuple[str, ...]:
    """Return the values of the filter by status. Unknown statuses are accepted."""
    statuses = _validated_filter(values, label)
    for status in statuses:
        if not status.startswith(_STATUS):
            meant = _STATUS + status.upper().removeprefix(_STATUS)
            raise InvalidArgumentError(
                f"{label}: invalid status {quote_for_message(status)}; did you mean {quote_for_message(meant)}?"
            )
    return statuses


def _validated_text(value: object, label: str) -> str:
    """Return one string of a filter: not blank, of at most 256 printable characters."""
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{label}: expected a string, not {type(value).__name__}")
    if not value.strip() or len(value) > _MAX_FILTER or not value.isprintable():
        raise InvalidArgumentError(f"{label}: invalid filter {quote_for_message(value)}")
    return value


def _validated_list(values: object, label: str, validated: Callable[[object, str], str], kind: str) -> list[str]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise InvalidArgumentError(f"{label}: expected a list of {kind}, not {type(values).__name__}")
    return [validated(value, f"{label}[{index}]") for index, value in enumerate(values)]
