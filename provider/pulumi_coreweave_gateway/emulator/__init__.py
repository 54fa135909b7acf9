"""A stand-in for CoreWeave's gateway API on this machine: for previews without an account, and for tests.

:class:`Emulator` runs in the process that uses it; ``python -m pulumi_coreweave_gateway.emulator`` serves a YAML file.

* :mod:`.emulator` is what tests use; :mod:`.cli` is the command line;
* :mod:`.server` speaks HTTP; :mod:`.api` answers the API's calls;
* :mod:`.store` has the gateways and their transitions; :mod:`.scripting` has answers that replace the API's own;
  :mod:`.recorder` has the requests seen;
* :mod:`.schema` is the wire format; :mod:`.times` reads and writes times; :mod:`.files` reads the YAML file;
  :mod:`.samples` makes realistic gateways.

Nothing here imports the package's client: a misreading of the API's description that both shared would pass
every test.
"""

from .emulator import EXAMPLE_GATEWAYS, Emulator, EmulatorError
from .recorder import Counts, SeenRequest
from .samples import sample_gateway

__all__ = ["EXAMPLE_GATEWAYS", "Counts", "Emulator", "EmulatorError", "SeenRequest", "sample_gateway"]
