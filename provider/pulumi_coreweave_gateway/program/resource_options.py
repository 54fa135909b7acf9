"""Which resource options a lookup takes.

A lookup is read, not registered, and the engine's read step supports only a parent, dependencies and additional secret
outputs; transformations run in the program before it. The engine would silently drop every other option. An option
whose loss would change the result is refused. An option about creating, replacing or deleting, which never happens to
a lookup, causes a warning.
"""

from __future__ import annotations

import json

import pulumi

from ..errors import InvalidArgumentError
from .output_types import secret_outputs

SUPPORTED = frozenset({"parent", "depends_on", "transformations", "additional_secret_outputs"})
"""Options that work as for every resource."""

REFUSED = {
    "id": "the ID comes from gateway_id or gateway_name",
    "urn": "a lookup reads from the API, not from another stack's state",
    "import_": "a lookup imports nothing into the stack; leave it out",
    "provider": "all lookups have the same dynamic provider; for another organization, pass profile=",
    "providers": "all lookups have the same dynamic provider; for another organization, pass profile=",
    "transforms": "the engine runs no transforms on a read; use transformations, or change the arguments",
    "ignore_changes": "a read always takes the API's values; leave out the output where it isn't wanted",
    "custom_timeouts": "a read takes none; set coreweave-gateway:lookupTimeout (or COREWEAVE_LOOKUP_TIMEOUT)",
    "hooks": "the engine runs no hooks on a read",
    "replacement_trigger": "a lookup is never replaced",
    "replace_on_changes": "a lookup is never replaced",
    "hide_diffs": "the engine hides no diffs of a read",
    "state_migrations": "the engine migrates no state of a read",
}
"""Options that are refused, with the reason."""

WARNED = {
    "aliases": "a renamed lookup is simply read again",
    "protect": "a lookup is never deleted",
    "retain_on_delete": "a lookup is never deleted",
    "deleted_with": "a lookup is never deleted",
    "delete_before_replace": "a lookup is never replaced",
    "replace_with": "a lookup is never replaced",
    "version": "a dynamic provider has no version",
    "plugin_download_url": "a dynamic provider is not downloaded",
    "env_var_mappings": "a dynamic provider has no environment variables to map",
}
"""Options that have no effect, with the reason; each causes a warning."""


def check_options(what: str, opts: object) -> pulumi.ResourceOptions:
    """Return checked resource options.

    Args:
        what: What the lookup is called in messages.
        opts: The user's options, or None.

    Raises:
        InvalidArgumentError: The options aren't ``pulumi.ResourceOptions``, one is in :data:`REFUSED`, or the stack
            disables the provider of lookups.

    """
    _check_default_provider(what)
    if opts is None:
        return pulumi.ResourceOptions()
    if not isinstance(opts, pulumi.ResourceOptions):
        raise InvalidArgumentError(f"{what}: opts must be pulumi.ResourceOptions, not {type(opts).__name__}")
    for option, value in vars(opts).items():
        unset = value is None or value in ([], (), {})
        if option in SUPPORTED or option.startswith("_") or unset:
            continue
        if option in REFUSED:
            raise InvalidArgumentError(f"{what}: the resource option {option} can't be used: {REFUSED[option]}")
        why = WARNED.get(option, "it is not known to work for a read")
        pulumi.log.warn(f"{what}: the resource option {option} has no effect: {why}")
    return opts


def read_options(options: pulumi.ResourceOptions, resource_id: pulumi.Input[str]) -> pulumi.ResourceOptions:
    """Return the options that make the engine read a resource with an ID."""
    # The engine shows the ID in the state, so it can't be a secret.
    shown = pulumi.Output.unsecret(resource_id) if isinstance(resource_id, pulumi.Output) else resource_id
    merged = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(id=shown))
    merged.additional_secret_outputs = secret_outputs(merged.additional_secret_outputs)
    return merged


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
