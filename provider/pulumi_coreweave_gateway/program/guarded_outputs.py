"""Errors in ``up`` where a read, or what it depends on, failed or was skipped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import pulumi
from pulumi.errors import RunError

from ..pulumi_internals import export_same_keys, is_mocked, stop_tracking
from .arguments import after_dependencies
from .cli_command import tears_down

_T = TypeVar("_T")


def require_known(value: pulumi.Input[_T], label: str) -> pulumi.Input[_T]:
    """Return what a lookup reads with; in ``up`` an unknown value is an error.

    The engine would save the marker of unknown values as a stack output. With an unknown ID of a resource it would
    save a state that it can't load again, because the lookup depends on a resource that isn't in it.

    Args:
        value: The ID or the request.
        label: The label of the lookup in error messages.

    """
    if not isinstance(value, pulumi.Output) or pulumi.runtime.is_dry_run() or is_mocked():
        return value

    def check(resolved: Any) -> Any:
        if isinstance(resolved, pulumi.output.Unknown):
            remedy = "with --target or --exclude, include that resource"
            if tears_down():
                remedy = "run `pulumi destroy` without --run-program"
            raise RunError(
                f"{label}: can't be read, because a resource that it depends on was skipped or failed; {remedy}"
            )
        return resolved

    return value.apply(check, run_with_unknowns=True)


def after_invoke_dependencies(label: str, asked: pulumi.Input[_T], opts: object) -> pulumi.Input[_T]:
    """Return what a function looks up, known once all in its ``depends_on`` exists; see :func:`require_known`."""
    awaited = after_dependencies(asked, getattr(opts, "depends_on", None), lookups=True)
    # A teardown saves no outputs.
    return awaited if tears_down() else require_known(awaited, label)


def unknown_unless(condition: pulumi.Output[Any], value: pulumi.Output[_T]) -> pulumi.Output[_T]:
    """Return an output that is unknown if a condition is false or empty.

    Not with ``Output.all``, which would make plain dictionaries of typed values.

    Args:
        condition: The condition.
        value: The output.

    """
    unknown: Any = pulumi.output.UNKNOWN
    return value.apply(lambda found: condition.apply(lambda met: found if met else unknown))


def guard_outputs(lookup: pulumi.CustomResource, label: str, names: Iterable[str]) -> None:
    """Finish the construction of a lookup: let whatever uses one of its outputs in ``up`` fail if it has no value.

    An engine that continues after a failed read (``--continue-on-error``) resolves the outputs to None or to unknown
    values, depending on its version. So does one that skipped the read, because what it depends on failed or wasn't a
    target. With the guard no ``apply`` sees these, and none of them is saved as a stack output. In a teardown the
    outputs are unknown instead: nothing that uses them is updated.

    Args:
        lookup: The lookup; its ``id`` is an output too.
        label: The label of the lookup in error messages.
        names: The outputs that every successful read sets, as the instance has them.

    """
    outputs = vars(lookup)
    names = tuple(names)

    def check(value: Any) -> Any:
        if value is not None and not isinstance(value, pulumi.output.Unknown):
            return value
        if tears_down():
            return pulumi.output.UNKNOWN
        raise RunError(f"{label}: has no values, because its read failed or was skipped; see the other errors")

    if not (pulumi.runtime.is_dry_run() or is_mocked()):
        for name in names:
            outputs[name] = outputs[name].apply(check, run_with_unknowns=True)
    stop_tracking(lookup, ("id", *names))
    # What is exported, or passed on, as a whole has the attributes of the instance.
    outputs["id"] = lookup.id
    export_same_keys(lookup)
