"""What a dynamic provider's process runs: the SDK's own server, until the engine is gone or asks it to end."""

from __future__ import annotations

import os
import runpy
import signal
import sys
from pathlib import Path
from types import FrameType

if __name__ == "__main__":
    _here = str(Path(__file__).resolve().parent)
    sys.path[:] = [place for place in sys.path if place != _here]
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from language_host.orphans import when_orphaned

    # The program's own folder, as the engine sets it, comes first: a provider is unpickled by its module's name.
    sys.path[0] = str(Path.cwd())

    def _end(_signal: int, _frame: FrameType | None) -> None:
        os._exit(0)

    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    when_orphaned(lambda: os._exit(1))
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
