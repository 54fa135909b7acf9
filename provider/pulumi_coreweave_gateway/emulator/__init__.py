"""A stand-in for CoreWeave's gateway API on this machine: for previews without an account, and for tests.

The server, ``python -m pulumi_coreweave_gateway.emulator`` (needs the extra ``[emulator]``):

* :mod:`.cli` is the command line, and what ends it with one line; :mod:`.serving` listens, says so, and ends
  quietly;
* :mod:`.app` puts the routes together: :mod:`.routes` are the API's calls, :mod:`.controls` what lives under
  ``/_emulator/``, :mod:`.observing` what every call passes on its way;
* :mod:`.world` is all that a running emulator holds: :mod:`.store` the gateways, :mod:`.transitions` how they
  change by themselves, :mod:`.scripts` and :mod:`.faults` answers that replace the real one, :mod:`.switches`
  how the rest is written, :mod:`.journal` the requests seen;
* :mod:`.gateways_file` reads the YAML file, :mod:`.fields` knows the fields of a gateway and checks them,
  :mod:`.inputs` does the same for what the controls are sent, :mod:`.times` reads and writes times;
* :mod:`.wire` writes a gateway as the API would, :mod:`.errors` an error.

For programs and tests (standard library only): :class:`EmulatorProcess` starts the server and ends it,
:class:`Emulator` talks to one that runs, :func:`sample_gateway` makes a gateway.

Nothing here imports the package's client: a misreading of the API's description that both shared would pass
every test.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .process import EXAMPLE_GATEWAYS, EmulatorProcess
    from .remote import Counts, Emulator, EmulatorError, SeenRequest
    from .samples import sample_gateway

__all__ = [
    "EXAMPLE_GATEWAYS",
    "Counts",
    "Emulator",
    "EmulatorError",
    "EmulatorProcess",
    "SeenRequest",
    "sample_gateway",
]

_HOMES = {
    "Counts": "remote",
    "EXAMPLE_GATEWAYS": "process",
    "Emulator": "remote",
    "EmulatorError": "remote",
    "EmulatorProcess": "process",
    "SeenRequest": "remote",
    "sample_gateway": "samples",
}

if not TYPE_CHECKING:  # a type checker would take every name for one that there is

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first asked for: the server needs none of them."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
