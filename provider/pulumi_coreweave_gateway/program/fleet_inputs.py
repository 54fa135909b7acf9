"""Checks of a fleet's arguments: in the constructor where they are known, otherwise as soon as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from ..errors import InvalidArgumentError
from ..gateways.request import MISSING, FleetRequest, check_filter, check_filter_text, check_ids, check_statuses
from .inputs import is_deferred

Ids = pulumi.Input[Sequence[pulumi.Input[str]]]
"""Gateway ids as a program may pass them."""
Texts = pulumi.Input[Sequence[pulumi.Input[str]]]
"""The values of a filter as a program may pass them."""


@dataclass(frozen=True)
class DeferredRequest:
    """A fleet's request, known now or later.

    Attributes:
        request: the request, or an Output of it.
        names: what it is made of, under the names of the state.

    """

    request: FleetRequest | pulumi.Output[FleetRequest]
    names: tuple[str, ...]

    @property
    def resource_id(self) -> pulumi.Input[str]:
        """The id of the fleet's resource."""
        if isinstance(self.request, FleetRequest):
            return self.request.resource_id
        return self.request.apply(lambda request: request.resource_id)

    def properties(self) -> dict[str, Any]:
        """Return the inputs, under the names of the state."""
        if isinstance(self.request, FleetRequest):
            return self.request.to_state()
        request = self.request
        return {name: request.apply(lambda request, name=name: request.to_state()[name]) for name in self.names}  # type: ignore[misc]


def fleet_request(
    what: str,
    *,
    gateway_ids: Ids | None,
    missing: str | None,
    zones: Texts | None,
    statuses: Texts | None,
    name_pattern: pulumi.Input[str] | None,
    profile: str,
    include_timestamps: bool = True,
) -> DeferredRequest:
    """Return the request that a fleet's arguments make.

    Args:
        what: what to call the lookup in messages.
        gateway_ids: as the resource takes them, and so are the rest.
        missing: what to do about an id that isn't found.
        zones: a filter.
        statuses: a filter.
        name_pattern: a filter.
        profile: the checked profile, ``""`` for the default one.
        include_timestamps: whether outputs include the times of the last updates.

    Raises:
        InvalidArgumentError: one that is known can't be used, or they can't be used together.

    """
    filters = {"zones": zones, "statuses": statuses, "name_pattern": name_pattern}
    if gateway_ids is not None and any(value is not None for value in filters.values()):
        raise InvalidArgumentError(f"{what}: pass either gateway_ids or filters (zones, statuses, name_pattern)")
    if missing is not None and gateway_ids is None:
        raise InvalidArgumentError(f"{what}: missing= is about gateway_ids, and there are none")
    if missing is not None and missing not in MISSING:
        raise InvalidArgumentError(f"{what}: missing must be 'fail' or 'skip'")
    by_id = gateway_ids is not None

    def build(values: dict[str, Any]) -> FleetRequest:
        if by_id:
            return FleetRequest(
                gateway_ids=check_ids(values["gateway_ids"], f"{what}: gateway_ids"),
                missing=missing or "fail",
                profile=profile,
                include_timestamps=include_timestamps,
            )
        pattern = values["name_pattern"]
        return FleetRequest(
            zones=check_filter(values["zones"], f"{what}: zones"),
            statuses=check_statuses(values["statuses"], f"{what}: statuses"),
            name_pattern="" if pattern is None else check_filter_text(pattern, f"{what}: name_pattern"),
            profile=profile,
            include_timestamps=include_timestamps,
        )

    arguments = {"gateway_ids": gateway_ids} if by_id else filters
    if not any(_deferred(value) for value in arguments.values()):
        request = build(arguments)
        return DeferredRequest(request, tuple(request.to_state()))
    names = tuple(FleetRequest(() if by_id else None, include_timestamps=include_timestamps).to_state())
    return DeferredRequest(pulumi.Output.all(**arguments).apply(build), names)


def _deferred(value: object) -> bool:
    return is_deferred(value) or (isinstance(value, (list, tuple)) and any(is_deferred(item) for item in value))
