"""Ending the provider's process once its engine is gone.

A killed engine ends none of the processes that it has started, and the one for dynamic providers, with the token in
its environment, would stay for good.
"""

from __future__ import annotations

import os
import select
import stat
import threading
import time

_STDOUT = 1
_GRACE = 5.0
"""Seconds for what is under way, of other providers too."""


def end_with_the_engine() -> None:
    """Watch for the engine's end, from a daemon thread: the engine reads this process's stdout as long as it lives.

    Not the parent: between the two there may be a shell that only waits. Where stdout is no pipe, or the system can't
    tell, nothing is watched.
    """
    if hasattr(select, "poll") and stat.S_ISFIFO(os.fstat(_STDOUT).st_mode):
        threading.Thread(target=_watch, name="coreweave-engine", daemon=True).start()


def _watch() -> None:
    reader = select.poll()
    # That nobody reads it is told whether asked for or not.
    reader.register(_STDOUT, 0)
    reader.poll()
    time.sleep(_GRACE)
    os._exit(1)
