"""Noticing that the engine is gone: a killed one ends none of the processes it started."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

_INTERVAL = 1.0
"""Seconds between two looks."""


def when_orphaned(end: Callable[[], None]) -> None:
    """Call ``end`` once the process that started this one is gone; a daemon thread looks for it."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_INTERVAL)
        end()

    threading.Thread(target=watch, name="orphan-watch", daemon=True).start()
