"""The default program, ``programs/export_outputs``, run from the root of the checkout.

The root's Pulumi.yaml has no ``main``: Pulumi's plugin for dynamic providers looks for a relative virtual environment
in the folder of ``main``, and ``pulumi install`` for requirements.txt.
"""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parent / "programs" / "export_outputs"), run_name="__main__")
