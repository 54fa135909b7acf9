"""What a fleet asks for: gateways by id, or all that pass some filters."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgumentError
from ..validation import check_gateway_id, shown

if TYPE_CHECKING:
    from ..client.models import Gateway

MISSING = ("fail", "skip")
_MOST_IDS = 10_000
_LONGEST_FILTER = 256
_STATUS = "STATUS_"


@dataclass(frozen=True)
class FleetRequest:
    """A checked request.

    Attributes:
        gateway_ids: the UUIDs asked for, each once; None to take all gateways that pass the filters.
        missing: ``fail`` or ``skip`` where one of the ids isn't found.
        zones: only gateways in one of these zones; empty for all.
        statuses: only gateways in one of these statuses; empty for all.
        name_pattern: only gateways whose name matches, with ``*``, ``?`` and ``[…]``; ``""`` for all.
        profile: the profile to ask with, ``""`` for the default one.

    """

    gateway_ids: tuple[str, ...] | None = None
    missing: str = "fail"
    zones: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    name_pattern: str = ""
    profile: str = ""

    def to_state(self) -> dict[str, Any]:
        """Return it as the state holds it, inputs and outputs alike: a refresh knows the old outputs alone."""
        if self.gateway_ids is not None:
            return {"gatewayIds": list(self.gateway_ids), "missing": self.missing, "profile": self.profile}
        return {
            "zones": list(self.zones),
            "statuses": list(self.statuses),
            "namePattern": self.name_pattern,
            "profile": self.profile,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> FleetRequest:
        """Return the request that a state holds."""
        ids = state.get("gatewayIds")
        return cls(
            gateway_ids=None if ids is None else tuple(check_gateway_id(value, "gateway_ids") for value in ids),
            missing=state.get("missing") or "fail",
            zones=tuple(state.get("zones") or ()),
            statuses=tuple(state.get("statuses") or ()),
            name_pattern=state.get("namePattern") or "",
            profile=state.get("profile") or "",
        )

    @property
    def resource_id(self) -> str:
        """The id of the fleet's resource: short, and the same for the same request."""
        text = json.dumps(asdict(self), sort_keys=True)
        return f"gateways-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def matches(self, gateway: Gateway) -> bool:
        """Tell whether a gateway passes the filters."""
        return (
            (not self.zones or bool(set(self.zones) & set(gateway.spec.zones)))
            and (not self.statuses or gateway.status.status in self.statuses)
            and (not self.name_pattern or fnmatch.fnmatchcase(gateway.spec.name, self.name_pattern))
        )


def check_ids(values: object, what: str) -> tuple[str, ...]:
    """Return gateway ids in their one spelling, each once, in the order given.

    Raises:
        InvalidArgumentError: it is no list of UUIDs, or a very long one.

    """
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise InvalidArgumentError(f"{what}: expected a list of gateway UUIDs, not {type(values).__name__}")
    if len(values) > _MOST_IDS:
        raise InvalidArgumentError(f"{what}: {len(values)} ids are more than one fleet takes ({_MOST_IDS})")
    return tuple(dict.fromkeys(check_gateway_id(value, f"{what}[{index}]") for index, value in enumerate(values)))


def check_filter(values: object, what: str) -> tuple[str, ...]:
    """Return the values of a filter, sorted, each once; ``()``, which a state holds as ``[]``, is no filter.

    Raises:
        InvalidArgumentError: it is no list of texts, holds a blank one, or none at all.

    """
    if values is None:
        return ()
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise InvalidArgumentError(f"{what}: expected a list of texts, not {type(values).__name__}")
    if not values:
        # Mostly one that was computed. As no filter at all it would let every gateway in.
        raise InvalidArgumentError(f"{what}: an empty list would pass no gateway; leave it out to get all")
    return tuple(sorted({check_filter_text(value, f"{what}[{index}]") for index, value in enumerate(values)}))


def check_statuses(values: object, what: str) -> tuple[str, ...]:
    """Return the values of the filter by status, likewise; one that isn't known yet passes.

    Raises:
        InvalidArgumentError: it can't be a filter, or one can't be a status.

    """
    statuses = check_filter(values, what)
    for status in statuses:
        if not status.startswith(_STATUS):
            meant = _STATUS + status.upper().removeprefix(_STATUS)
            raise InvalidArgumentError(f"{what}: {shown(status)} is no gateway's status; did you mean {shown(meant)}?")
    return statuses


def check_filter_text(value: object, what: str) -> str:
    """Return one text of a filter.

    Raises:
        InvalidArgumentError: it is no text, blank or too long.

    """
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{what}: expected a text, not {type(value).__name__}")
    if not value.strip() or len(value) > _LONGEST_FILTER or not value.isprintable():
        raise InvalidArgumentError(f"{what}: {shown(value)} can't be filtered by")
    return value
