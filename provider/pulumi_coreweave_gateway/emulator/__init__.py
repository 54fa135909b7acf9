"""An emulator of CoreWeave's inference API: for previews without an account, and for tests.

:class:`Emulator` runs in the process that uses it; ``python -m pulumi_coreweave_gateway.emulator`` serves a YAML file.

* :mod:`.emulator` is what tests use; :mod:`.cli` is the command line;
* :mod:`.server` responds to requests; :mod:`.resources` is what it serves;
* :mod:`.files` reads the YAML file; :mod:`.samples` makes realistic ones.

Nothing here imports the package's client: a misreading of the API's description that both shared would pass
every test.
"""

from .emulator import EXAMPLE_GATEWAYS, Emulator
from .resources import EmulatorError
from .samples import sample_deployment, sample_gateway
from .server import RecordedRequest

__all__ = ["EXAMPLE_GATEWAYS", "Emulator", "EmulatorError", "RecordedRequest", "sample_deployment", "sample_gateway"]
