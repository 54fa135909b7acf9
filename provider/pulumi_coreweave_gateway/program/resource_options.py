"""Which resource options a lookup takes.

A lookup is read, not registered, and the engine's read step supports only a parent, dependencies and additional secret
outputs; transformations run in the program before it. An option whose loss would change the result is refused. What
loses nothing on a read is accepted, because components hand their own options on to everything that they contain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from ..errors import InvalidArgumentError
from .output_types import secret_outputs

SUPPORTED = frozenset({"parent", "depends_on", "transformations", "additional_secret_outputs"})
"""Options that work as for every resource."""

REFUSED = {
    "id": "the ID comes from gateway_id or gateway_name",
    "urn": "a lookup reads from the API, not from another stack's state",
    "import_": "a lookup imports nothing into the stack; leave it out",
    "transforms": "the engine runs no transforms on a read; use transformations, or change the arguments",
    "ignore_changes": "a read always takes the API's values; leave out the output where it isn't wanted",
    "hooks": "the engine runs no hooks on a read",
}
"""Options that are refused, with the reason."""

_PROVIDER = "all lookups have the same dynamic provider; for another organization, pass profile="
_PACKAGE = "pulumi-python"
"""The package of all dynamic resources."""


def check_options(what: str, opts: object) -> pulumi.ResourceOptions:
    """Return checked resource options.

    Args:
        what: The label of the lookup in error messages.
        opts: The user's options, or None.

    Raises:
        InvalidArgumentError: The options aren't ``pulumi.ResourceOptions``, one is in :data:`REFUSED`, a provider is
            one of dynamic resources, or the stack disables the provider of lookups.

    """
    _check_default_provider(what)
    if opts is None:
        return pulumi.ResourceOptions()
    if not isinstance(opts, pulumi.ResourceOptions):
        raise InvalidArgumentError(f"{what}: opts must be pulumi.ResourceOptions, not {type(opts).__name__}")
    for option, reason in REFUSED.items():
        if _is_set(getattr(opts, option, None)):
            raise InvalidArgumentError(f"{what}: the resource option {option} can't be used: {reason}")
    for option in ("provider", "providers"):
        # Providers of other packages are for a component's other resources.
        if any(getattr(provider, "package", None) == _PACKAGE for provider in _providers(getattr(opts, option))):
            raise InvalidArgumentError(f"{what}: the resource option {option} can't be used: {_PROVIDER}")
    return opts


def read_options(options: pulumi.ResourceOptions, resource_id: pulumi.Input[str]) -> pulumi.ResourceOptions:
    """Return the options that make the engine read a resource with an ID."""
    return pulumi.ResourceOptions(
        **{option: getattr(options, option) for option in SUPPORTED - {"additional_secret_outputs"}},
        additional_secret_outputs=secret_outputs(options.additional_secret_outputs),
        # The engine shows the ID in the state, so it can't be a secret.
        id=pulumi.Output.unsecret(resource_id) if isinstance(resource_id, pulumi.Output) else resource_id,
    )


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


def _check_default_provider(what: str) -> None:
    """Check that the stack configuration allows the default provider of dynamic resources, which reads all lookups."""
    key = "pulumi:disable-default-providers"
    try:
        packages = json.loads(pulumi.runtime.get_config(key) or "[]")
    except ValueError:
        packages = None
    if not isinstance(packages, list) or not all(isinstance(package, str) for package in packages):
        raise InvalidArgumentError(
            f"{what}: {key} is not a list of packages; set it with `pulumi config set --path '{key}[0]'`"
        )
    disabled = [repr(package) for package in ("*", "pulumi-python") if package in packages]
    if disabled:
        rest = ", and name the packages to disable" if "*" in packages else ""
        raise InvalidArgumentError(
            f"{what}: the provider of lookups is disabled by {key}; remove {' and '.join(disabled)}{rest}"
        )
