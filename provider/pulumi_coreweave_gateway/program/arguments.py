"""A lookup's arguments: checks of their values, resource options, and dependencies.

The checks run in the constructor for what is known there, because the engine calls neither ``check`` nor ``diff`` for a
read, and otherwise as soon as the value is known.

A lookup is read, not registered, and the engine's read step supports only a parent, dependencies and additional secret
outputs; transformations run in the program before it. An option whose loss would change the result is refused. What
loses nothing on a read is accepted, because components hand their own options on to everything that they contain.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

import pulumi

from ..config import SettingNames, find_sources, refuse_plaintext_token, unknown_keys
from ..errors import InvalidArgumentError, naming
from ..gateways.request import (
    FLEET_ARGUMENTS,
    FleetRequest,
    check_combination,
    refuse_none,
    validated_fleet,
)
from ..messages import quote_for_message
from ..pulumi_internals import children, config_keys, is_known_plaintext
from ..validation import validated_gateway_id, validated_gateway_name, validated_profile

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)

_REFUSED = {
    "id": "the ID comes from the lookup's arguments",
    "urn": "a lookup reads from the API, not from another stack's state",
    "import_": "a lookup imports nothing into the stack; leave it out",
    "transforms": "the engine runs no transforms on a read; use transformations, or change the arguments",
    "ignore_changes": "a read always takes the API's values; leave out the output where it isn't wanted",
    "hooks": "the engine runs no hooks on a read",
}
"""Resource options that would change the result, with the reason why they can't."""
_PROVIDER = "all lookups have the same dynamic provider; for another organization, pass profile="
_PACKAGE = "pulumi-python"
"""The package of all dynamic resources."""
_WITH_ENDPOINT = frozenset({"endpoint", "endpoints", "host", "openai_base_url"})
"""Outputs that reveal one another."""


class SequenceNotStr(Protocol[_T_co]):
    """A list or a tuple. A str, which is a sequence of str too, isn't one: its ``in`` accepts nothing but str."""

    def __contains__(self, value: object, /) -> bool: ...
    def __getitem__(self, index: int, /) -> _T_co: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    def __len__(self) -> int: ...


def validated_gateway(
    label: str, gateway_id: pulumi.Input[str] | None, gateway_name: pulumi.Input[str] | None
) -> pulumi.Input[str]:
    """Return a gateway's ID in lower case, or its name.

    Args:
        label: The label of the lookup in error messages.
        gateway_id: A UUID, or an Output of one, which is checked once it is known.
        gateway_name: A name, or an Output of one.

    Raises:
        InvalidArgumentError: Neither is given, or both, or it is malformed.

    """
    if gateway_id is not None and gateway_name is not None:
        raise InvalidArgumentError(f"{label}: pass either gateway_id or gateway_name, not both")
    if gateway_id is not None:
        return _validated(
            gateway_id, lambda value: validated_gateway_id(value, f"{label}: gateway_id", name_argument="gateway_name")
        )
    if gateway_name is not None:
        return _validated(gateway_name, lambda value: validated_gateway_name(value, f"{label}: gateway_name"))
    raise InvalidArgumentError(
        f"{label}: pass gateway_id, the gateway's UUID as the CoreWeave console or API shows it, or gateway_name"
    )


def validated_fleet_input(
    label: str, *values: object, profile: object, include_timestamps: object = True
) -> pulumi.Input[FleetRequest]:
    """Return the request that a fleet's arguments make: an Output of it if any of them is, or contains, an Output.

    Args:
        label: The label of the lookup in error messages.
        values: Those of :data:`FLEET_ARGUMENTS`, None for one that is not given.
        profile: The profile, or None.
        include_timestamps: Whether outputs include the times of the last updates.

    Raises:
        InvalidArgumentError: An argument that is known is invalid, or two exclude each other.
        SettingsError: The profile's token is stored in plaintext in the stack configuration.

    """
    arguments = dict(zip(FLEET_ARGUMENTS, values, strict=True))
    check_combination(label, arguments)
    return validated_request(label, validated_fleet, arguments, profile, include_timestamps)


def validated_request(
    label: str,
    validate: Callable[..., _T],
    arguments: Mapping[str, object],
    profile: object,
    include_timestamps: object = True,
) -> pulumi.Input[_T]:
    """Return the request that arguments make: an Output of it if any of them is, or contains, an Output.

    Args:
        label: The label of the lookup in error messages.
        validate: Returns the request, from the label, the values of all arguments, the profile and the flag.
        arguments: The arguments by name, None for one that is not given.
        profile: The profile, or None.
        include_timestamps: Whether outputs include the times of the last updates.

    Raises:
        InvalidArgumentError: An argument that is known is invalid.
        SettingsError: The profile's token is stored in plaintext in the stack configuration.

    """
    options = {
        "profile": validated_profile_input(label, profile),
        "include_timestamps": validated_flag(label, "include_timestamps", include_timestamps),
    }

    def build(known: Mapping[str, Any]) -> _T:
        refuse_none(label, {name: known[name] for name, given in arguments.items() if given is not None})
        return validate(label, known, **options)

    if any(map(has_deferred, arguments.values())):
        return pulumi.Output.all(**arguments).apply(build)
    return build(arguments)


def refuse_outputs(label: str, *values: object) -> None:
    """Refuse arguments that are, or contain, an Output: a function that returns a plain value can't await them."""
    if any(map(has_deferred, values)):
        raise InvalidArgumentError(f"{label}: an Output is not known yet; use {label}_output, which accepts Outputs")


def check_invoke_options(label: str, opts: object) -> None:
    """Check the options of a function: that they are ``pulumi.InvokeOptions``, and that each of them can work."""
    if opts is None:
        return
    if not isinstance(opts, pulumi.InvokeOptions):
        raise InvalidArgumentError(f"{label}: opts must be pulumi.InvokeOptions, not {type(opts).__name__}")
    for option in ("provider", "version", "plugin_download_url"):
        if getattr(opts, option, None):
            raise InvalidArgumentError(
                f"{label}: the option {option} can't be used, because functions use no provider; for another "
                "organization, pass profile="
            )


def validated_profile_input(label: str, profile: object) -> str:
    """Return a profile's name, ``""`` for the default one.

    Raises:
        InvalidArgumentError: The name is invalid.
        SettingsError: The profile's token is stored in plaintext in the stack configuration.

    """
    name = validated_profile(profile, f"{label}: profile") if profile is not None else ""
    _warn_of_unknown_keys(config_keys(), name)
    with naming(label):
        refuse_plaintext_token(pulumi.runtime.get_config, is_known_plaintext, profile=name or None)
    return name


def validated_flag(label: str, name: str, value: object) -> bool:
    """Return a flag.

    Raises:
        InvalidArgumentError: The value isn't a bool.

    """
    if not isinstance(value, bool):
        raise InvalidArgumentError(f"{label}: {name} must be True or False, not {type(value).__name__}")
    return value


@functools.cache
def _warn_of_unknown_keys(keys: frozenset[str], profile: str) -> None:
    """Log a warning for each misspelled key, once however many lookups there are."""
    for warning in unknown_keys(keys, profile=profile or None):
        pulumi.log.warn(warning)
    own, sources = f"{pulumi.get_project()}:token", find_sources(pulumi.runtime.get_config, os.environ, profile=profile)
    if own in keys and sources["token"] is None:
        key = SettingNames(profile or None).key("token")
        pulumi.log.warn(f"{own} in the stack configuration is the project's own; did you mean {key}?")


def is_deferred(value: object) -> bool:
    """Return whether an argument's value comes later: an Output, or something to await."""
    return isinstance(value, pulumi.Output) or hasattr(value, "__await__")


def has_deferred(value: object) -> bool:
    """Return whether an argument's value, or one of its items, comes later."""
    return is_deferred(value) or (isinstance(value, (list, tuple)) and any(map(is_deferred, value)))


def _validated(value: pulumi.Input[_T], validate: Callable[[Any], _T]) -> pulumi.Input[_T]:
    return pulumi.Output.from_input(value).apply(validate) if is_deferred(value) else validate(value)


def validated_options(label: str, opts: object) -> pulumi.ResourceOptions:
    """Return a user's resource options.

    Args:
        label: The label of the lookup in error messages.
        opts: The options, or None.

    Raises:
        InvalidArgumentError: The options aren't ``pulumi.ResourceOptions``, one of them would change the result, or
            the stack disables the provider of lookups.

    """
    _check_default_provider(label)
    if opts is None:
        return pulumi.ResourceOptions()
    if not isinstance(opts, pulumi.ResourceOptions):
        raise InvalidArgumentError(f"{label}: opts must be pulumi.ResourceOptions, not {type(opts).__name__}")
    for option, reason in _REFUSED.items():
        if _is_set(getattr(opts, option, None)):
            raise InvalidArgumentError(f"{label}: the resource option {option} can't be used: {reason}")
    for option in ("provider", "providers"):
        # Providers of other packages are for a component's other resources.
        if any(getattr(provider, "package", None) == _PACKAGE for provider in _providers(getattr(opts, option))):
            raise InvalidArgumentError(f"{label}: the resource option {option} can't be used: {_PROVIDER}")
    return opts


def read_options(
    label: str, options: pulumi.ResourceOptions, resource_id: pulumi.Input[str], outputs: Mapping[str, Collection[str]]
) -> pulumi.ResourceOptions:
    """Return the options that make the engine read a resource with an ID.

    Args:
        label: The label of the lookup in error messages.
        options: The user's options.
        resource_id: The ID.
        outputs: For each output that can be secret, the outputs in the state that reveal it.

    Raises:
        InvalidArgumentError: An additional secret output doesn't exist.

    """
    secret = options.additional_secret_outputs
    return pulumi.ResourceOptions(
        parent=options.parent,
        depends_on=options.depends_on,
        transformations=options.transformations,
        additional_secret_outputs=None if secret is None else _secret_outputs(label, secret, outputs),
        # The engine shows the ID in the state, so it can't be a secret.
        id=pulumi.Output.unsecret(resource_id) if isinstance(resource_id, pulumi.Output) else resource_id,
    )


def revealing(outputs: Iterable[str]) -> dict[str, Collection[str]]:
    """Return, for each output of a gateway, the outputs that reveal it."""
    return {name: _WITH_ENDPOINT if name in _WITH_ENDPOINT else (name,) for name in outputs}


def _secret_outputs(label: str, names: Iterable[str], outputs: Mapping[str, Collection[str]]) -> list[str]:
    secret: set[str] = set()
    for name in names:
        if name not in outputs:
            raise InvalidArgumentError(
                f"{label}: additional_secret_outputs: there is no output {quote_for_message(str(name))}; "
                f"the outputs are {', '.join(outputs)}"
            )
        secret.update(outputs[name])
    return sorted(secret)


def _is_set(value: object) -> bool:
    """Return whether an option contains something; merging leaves empty lists and bindings of hooks."""
    if isinstance(value, pulumi.ResourceHookBinding):
        return any(vars(value).values())
    return value is not None and value not in ([], (), {})


def _providers(value: Any) -> list[object]:
    """Return the providers of an option: one, a list, or a dictionary by package."""
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _check_default_provider(label: str) -> None:
    """Check that the stack configuration allows the default provider of dynamic resources, which reads all lookups."""
    key = "pulumi:disable-default-providers"
    try:
        packages = json.loads(pulumi.runtime.get_config(key) or "[]")
    except ValueError:
        packages = None
    if not isinstance(packages, list) or not all(isinstance(package, str) for package in packages):
        raise InvalidArgumentError(
            f"{label}: {key} is not a list of packages; set it with `pulumi config set --path '{key}[0]'`"
        )
    disabled = [repr(package) for package in ("*", _PACKAGE) if package in packages]
    if disabled:
        rest = ", and name the packages to disable" if "*" in packages else ""
        raise InvalidArgumentError(
            f"{label}: the provider of lookups is disabled by {key}; remove {' and '.join(disabled)}{rest}"
        )


def after_dependencies(value: pulumi.Input[_T], depends_on: Any, *, lookups: bool = False) -> pulumi.Input[_T]:
    """Return a value as an Output that is known once everything in ``depends_on`` exists.

    The engine runs a read whose ID is known in the first preview even if the read depends on a resource that is still
    to be created. An ID that is itself unknown until then defers the read to ``up``, so the IDs of those resources are
    joined into it. Without dependencies, the value is returned unchanged.

    Args:
        value: The value.
        depends_on: A resource, a list of resources, or an Output of these, as in ``pulumi.ResourceOptions``.
        lookups: Whether to wait for lookups too. The engine reads a lookup after those that it depends on.

    """
    if depends_on is None or (isinstance(depends_on, (list, tuple)) and not depends_on):
        return value
    ids: pulumi.Output[Any] = pulumi.Output.from_input(depends_on).apply(
        lambda resources: pulumi.Output.all(*_ids(resources, lookups=lookups))
    )
    return pulumi.Output.all(value, ids).apply(lambda pair: pair[0])


def _ids(resources: Any, *, lookups: bool) -> Iterable[pulumi.Output[str]]:
    """Yield the IDs of custom resources, including those inside components."""
    for resource in resources if isinstance(resources, (list, tuple)) else [resources]:
        if getattr(resource, "is_lookup", False) and not lookups:
            # It exists already, and a lookup inside the component that it depends on would wait for itself.
            continue
        if isinstance(resource, pulumi.CustomResource):
            yield resource.id
        elif isinstance(resource, pulumi.Resource):
            yield from _ids(children(resource), lookups=lookups)
