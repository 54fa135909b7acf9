"""What the SDK waits for at the end of a program.

It keeps a set of all Outputs that are not known yet and that none is derived from, and each time one of them is done
it waits anew for all the others: that takes time by the square of their number. A lookup has some twenty, known all
at once when its read is answered. So its URN, known at the same moment, stands for them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pulumi


def wait_for_the_urn_alone(lookup: pulumi.CustomResource, names: Iterable[str]) -> None:
    """Take a lookup's Outputs out of that set, all but its URN; the read's failure is the URN's too.

    Args:
        lookup: the resource, just made.
        names: its properties.

    """
    for name in ("id", *names):
        # Not public: an SDK without it waits as it does for every other resource.
        untrack = getattr(lookup.__dict__.get(name), "_untrack", None)
        if untrack is not None:
            untrack()
