"""One at a time: a lock among all processes that share a cache folder."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(file: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock on a file; the operating system lets go of it however the process ends.

    Args:
        file: made if it isn't there; it is never deleted, for a lock on a deleted file locks nobody out.
        waiting: called once if somebody else holds it.

    """
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
