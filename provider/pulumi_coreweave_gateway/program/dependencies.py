"""Deferral of a read until everything that it depends on exists.

The engine runs a read whose id is known in the first preview even if the read ``depends_on`` a resource that is
still to be created. An id that is itself unknown until then defers the read to ``up``, so the ids of those
resources are joined into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import pulumi

from ..pulumi_internals import children

_T = TypeVar("_T")


def after_dependencies(value: pulumi.Input[_T], depends_on: Any) -> pulumi.Input[_T]:
    """Return a value as an Output that is known once everything in ``depends_on`` exists.

    Without dependencies, the value is returned unchanged.

    Args:
        value: The value.
        depends_on: A resource, a list of resources, or an Output of these, as in ``pulumi.ResourceOptions``.

    """
    if depends_on is None or (isinstance(depends_on, (list, tuple)) and not depends_on):
        return value
    ids: pulumi.Output[Any] = pulumi.Output.from_input(depends_on).apply(
        lambda resources: pulumi.Output.all(*_ids(resources))
    )
    return pulumi.Output.all(value, ids).apply(lambda pair: pair[0])


def _ids(resources: Any) -> Iterable[pulumi.Output[str]]:
    """Yield the IDs of custom resources, including those inside components."""
    for resource in resources if isinstance(resources, (list, tuple)) else [resources]:
        if getattr(resource, "is_lookup", False):
            # It exists already, and a lookup inside the component that it depends on would wait for itself.
            continue
        if isinstance(resource, pulumi.CustomResource):
            yield resource.id
        elif isinstance(resource, pulumi.Resource):
            yield from _ids(children(resource))
