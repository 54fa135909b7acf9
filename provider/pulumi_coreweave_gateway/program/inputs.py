"""Checks of a lookup's arguments.

They run in the constructor for what is known there, because the engine calls neither ``check`` nor ``diff`` for a
read, and otherwise as soon as the value is known.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

import pulumi

from ..config import refuse_plaintext_token, unknown_keys
from ..errors import InvalidArgumentError, naming
from ..gateways.request import FleetRequest, check_combination, check_fleet, refuse_none
from ..pulumi_internals import config_keys, is_known_plaintext
from ..validation import check_gateway_id, check_gateway_name, check_profile

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


class SequenceNotStr(Protocol[_T_co]):
    """A list or a tuple. A str, which is a sequence of str too, isn't one: its ``in`` accepts nothing but str."""

    def __contains__(self, value: object, /) -> bool: ...
    def __getitem__(self, index: int, /) -> _T_co: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    def __len__(self) -> int: ...


def checked_gateway(
    what: str, gateway_id: pulumi.Input[str] | None, gateway_name: pulumi.Input[str] | None
) -> pulumi.Input[str]:
    """Return a gateway's ID in lower case, or its name.

    Args:
        what: What the lookup is called in messages.
        gateway_id: A UUID, or an Output of one, which is checked once it is known.
        gateway_name: A name, or an Output of one.

    Raises:
        InvalidArgumentError: Neither is given, or both, or it is malformed.

    """
    if gateway_id is not None and gateway_name is not None:
        raise InvalidArgumentError(f"{what}: pass either gateway_id or gateway_name, not both")
    if gateway_id is not None:
        return _checked(
            gateway_id, lambda value: check_gateway_id(value, f"{what}: gateway_id", name_argument="gateway_name")
        )
    if gateway_name is not None:
        return _checked(gateway_name, lambda value: check_gateway_name(value, f"{what}: gateway_name"))
    raise InvalidArgumentError(
        f"{what}: pass gateway_id, the gateway's UUID as the CoreWeave console or API shows it, or gateway_name"
    )


def checked_fleet(
    what: str,
    gateway_ids: object,
    missing: object,
    zones: object,
    statuses: object,
    name_pattern: object,
    profile: object,
    *,
    include_timestamps: bool = True,
) -> pulumi.Input[FleetRequest]:
    """Return the request that a fleet's arguments make: an Output of it if any of them is, or contains, an Output.

    The arguments are those of :class:`GatewaysLookup`, None for one that is not given; ``what`` is what the lookup is
    called in messages.

    Raises:
        InvalidArgumentError: An argument that is known is invalid, or two exclude each other.
        SettingsError: The profile's token is stored in plaintext in the stack configuration.

    """
    arguments = {
        "gateway_ids": gateway_ids,
        "missing": missing,
        "zones": zones,
        "statuses": statuses,
        "name_pattern": name_pattern,
    }
    checked = checked_profile(what, profile)
    check_combination(what, arguments)

    def build(known: Mapping[str, Any]) -> FleetRequest:
        refuse_none(what, {name: known[name] for name, given in arguments.items() if given is not None})
        return check_fleet(what, known, profile=checked, include_timestamps=include_timestamps)

    if any(map(has_deferred, arguments.values())):
        return pulumi.Output.all(**arguments).apply(build)
    return build(arguments)


def checked_profile(what: str, profile: object) -> str:
    """Return a profile's name, ``""`` for the default one.

    Raises:
        InvalidArgumentError: The name is invalid.
        SettingsError: The profile's token is stored in plaintext in the stack configuration.

    """
    checked = check_profile(profile, f"{what}: profile") if profile is not None else ""
    _warn_of_unknown_keys(config_keys(), checked)
    with naming(what):
        refuse_plaintext_token(pulumi.runtime.get_config, is_known_plaintext, profile=checked or None)
    return checked


@functools.cache
def _warn_of_unknown_keys(keys: frozenset[str], profile: str) -> None:
    """Log a warning for each misspelled key, once however many lookups there are."""
    for warning in unknown_keys(keys, profile=profile or None):
        pulumi.log.warn(warning)


def is_deferred(value: object) -> bool:
    """Return whether an argument's value comes later: an Output, or something to await."""
    return isinstance(value, pulumi.Output) or hasattr(value, "__await__")


def has_deferred(value: object) -> bool:
    """Return whether an argument's value, or one of its items, comes later."""
    return is_deferred(value) or (isinstance(value, (list, tuple)) and any(map(is_deferred, value)))


def _checked(value: pulumi.Input[_T], check: Callable[[Any], _T]) -> pulumi.Input[_T]:
    return pulumi.Output.from_input(value).apply(check) if is_deferred(value) else check(value)
