"""An emulator of CoreWeave's gateway API: for previews without an account, and for tests.

:class:`Emulator` runs in the process that uses it; ``python -m pulumi_coreweave_gateway.emulator`` serves a YAML file.

* :mod:`.emulator` is what tests use; :mod:`.cli` is the command line;
* :mod:`.server` speaks HTTP; :mod:`.api` responds to the API's calls;
* :mod:`.store` holds the gateways and their transitions; :mod:`.scripting` has responses that replace the API's own;
  :mod:`.recorder` has the requests received;
* :mod:`.schema` is the wire format; :mod:`.files` reads the YAML file; :mod:`.samples` makes realistic gateways.

Nothing here imports the package's client: a misreading of the API's description that both shared would pass
every test.
"""

from .emulator import EXAMPLE_GATEWAYS, Emulator
from .recorder import Counts, RecordedRequest
from .samples import sample_gateway
from .schema import EmulatorError

__all__ = ["EXAMPLE_GATEWAYS", "Counts", "Emulator", "EmulatorError", "RecordedRequest", "sample_gateway"]
