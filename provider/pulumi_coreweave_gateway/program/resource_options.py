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

SUPPORTED = frozenset({"parent", "depends_on", "transformations", "additional_secret_outputs"})
"""Options that work as for every resource."""

REFUSED = {
    "id": "a lookup finds its id itself: pass gateway_id",
    "urn": "a lookup is read from the API, not from another stack's state",
    "import_": "a lookup adopts nothing into the stack; leave it out",
    "provider": "the dynamic provider is the same for all lookups; for a second organization pass profile=",
    "providers": "the dynamic provider is the same for all lookups; for a second organization pass profile=",
    "transforms": "the engine runs no transforms on a read; use transformations, or change the arguments",
    "ignore_changes": "a read takes over what the API answers; leave out the output where it isn't wanted",
    "custom_timeouts": "a read knows no timeouts; set coreweave-gateway:lookupTimeout (or COREWEAVE_LOOKUP_TIMEOUT)",
    "hooks": "the engine runs no hooks on a read",
    "replacement_trigger": "a lookup is never replaced",
    "replace_on_changes": "a lookup is never replaced",
    "hide_diffs": "the engine hides no differences of a read",
    "state_migrations": "the engine migrates no state of a read",
}
"""Options that are refused, with the reason."""

WARNED = {
    "aliases": "a renamed lookup is simply read anew",
    "protect": "a lookup is never deleted",
    "retain_on_delete": "a lookup is never deleted",
    "deleted_with": "a lookup is never deleted",
    "delete_before_replace": "a lookup is never replaced",
    "replace_with": "a lookup is never replaced",
    "version": "a dynamic provider has no version to choose",
    "plugin_download_url": "a dynamic provider is not downloaded",
    "env_var_mappings": "a dynamic provider has no variables to map",
}
"""Options that have no effect, which a warning says, with the reason."""


def check_options(resource: str, opts: object) -> pulumi.ResourceOptions:
    """Return checked resource options.

    Args:
        resource: The lookup's name in the program, for messages.
        opts: The user's options, or None.

    Raises:
        InvalidArgumentError: The options aren't ``pulumi.ResourceOptions``, one is in :data:`REFUSED`, or the stack
            disables the provider of lookups.

    """
    _check_default_provider(resource)
    if opts is None:
        return pulumi.ResourceOptions()
    if not isinstance(opts, pulumi.ResourceOptions):
        raise InvalidArgumentError(
            f"lookup {resource!r}: opts must be pulumi.ResourceOptions, not {type(opts).__name__}"
        )
    for option, value in vars(opts).items():
        if option in SUPPORTED or option.startswith("_") or _unset(value):
            continue
        if option in REFUSED:
            raise InvalidArgumentError(
                f"lookup {resource!r}: the resource option {option} can't be used: {REFUSED[option]}"
            )
        why = WARNED.get(option, "the engine knows no such option for a read")
        pulumi.log.warn(f"lookup {resource!r}: the resource option {option} has no effect: {why}")
    return opts


def _check_default_provider(resource: str) -> None:
    """Check that the stack configuration allows the default provider of dynamic resources, which reads all lookups."""
    key = "pulumi:disable-default-providers"
    disabled = {"*", "pulumi-python"}.intersection(json.loads(pulumi.runtime.get_config(key) or "[]"))
    if disabled:
        raise InvalidArgumentError(
            f"lookup {resource!r}: the provider of lookups is disabled by {key}: remove {min(disabled)!r} from it, "
            "and list the packages to disable by name"
        )


def _unset(value: object) -> bool:
    return value is None or (isinstance(value, (list, tuple, dict)) and not value)
