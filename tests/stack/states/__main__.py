"""Write the state of the version under development: ``python -m tests.stack.states``."""

import json
import tempfile
from pathlib import Path

from tools.engine import ensure
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project
from tests.stack.states import HERE, version, write

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, Emulator() as emulator:
        environ = sandbox_environment(Path(name) / "pulumi", ensure().bin, emulator.environ)
        export = write(Project(Path(name) / "project", environ), emulator)
    file = HERE / f"{version()}.json"
    file.write_text(json.dumps(export, indent=1) + "\n")
    print(file)
