"""Errors in ``up`` where a read, or what it depends on, failed or was skipped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pulumi
from pulumi.errors import RunError

from ..pulumi_internals import export_same_keys, is_mocked, stop_tracking
from .cli_command import tears_down


def require_known(resource_id: pulumi.Input[str], what: str) -> pulumi.Input[str]:
    """Return the ID of a lookup; in ``up`` an unknown one is an error.

    With an unknown ID the engine would save a state that it can't load again, because the lookup depends on a resource
    that isn't in it.

    Args:
        resource_id: The ID that the engine is to read with.
        what: What the lookup is called in messages.

    """
    if not isinstance(resource_id, pulumi.Output) or pulumi.runtime.is_dry_run() or is_mocked():
        return resource_id

    def check(value: Any) -> Any:
        if isinstance(value, pulumi.output.Unknown):
            raise RunError(
                f"{what}: can't be read, because a resource that it depends on was skipped or failed; "
                "with --target, target that resource too"
            )
        return value

    return resource_id.apply(check, run_with_unknowns=True)


def guard_outputs(lookup: pulumi.CustomResource, what: str, names: Iterable[str]) -> None:
    """Finish the construction of a lookup: let whatever uses one of its outputs in ``up`` fail if it has no value.

    An engine that continues after a failed read (``--continue-on-error``) resolves the outputs to None or to unknown
    values, depending on its version. So does one that skipped the read, because what it depends on failed or wasn't a
    target. With the guard no ``apply`` sees these, and none of them is saved as a stack output. In a teardown the
    outputs are unknown instead: nothing that uses them is updated.

    Args:
        lookup: The lookup; its ``id`` is an output too.
        what: What it is called in messages.
        names: The outputs that every successful read sets, as the instance holds them.

    """
    outputs = vars(lookup)
    names = tuple(names)

    def check(value: Any) -> Any:
        if value is not None and not isinstance(value, pulumi.output.Unknown):
            return value
        if tears_down():
            return pulumi.output.UNKNOWN
        raise RunError(f"{what}: has no values, because its read failed or was skipped; see the other errors")

    if not (pulumi.runtime.is_dry_run() or is_mocked()):
        for name in names:
            outputs[name] = outputs[name].apply(check, run_with_unknowns=True)
    stop_tracking(lookup, ("id", *names))
    # What is exported, or passed on, as a whole has the attributes of the instance.
    outputs["id"] = lookup.id
    export_same_keys(lookup)
