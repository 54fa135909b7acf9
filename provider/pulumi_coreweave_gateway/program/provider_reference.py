"""The provider's reference in the state.

A dynamic resource carries its provider, pickled, as an input. Ours pickles to the name of a module-level
instance: forty bytes that never change and capture nothing. It is written with the standard pickler, once per
process: the SDK's ``serialize_provider`` patches that pickler's internals at every call and never takes the patch
back, so that the more often it is called, the deeper every later pickle of a dictionary recurses.
"""

from __future__ import annotations

import base64
import functools
import pickle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

PROVIDER_KEY = "__provider"
"""The input by which the engine's dynamic provider finds ours."""

_PROTOCOL = 0
"""Fixed, so that states written by different Python versions are equal; the shortest one for a name."""


@functools.cache
def provider_reference(provider: ResourceProvider) -> str:
    """Return what the state holds for a provider of :mod:`pulumi_coreweave_gateway.providers`."""
    return base64.b64encode(pickle.dumps(provider, protocol=_PROTOCOL)).decode("ascii")
