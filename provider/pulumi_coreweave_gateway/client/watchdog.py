"""Closes the connection of a try that has run out of time.

The time-outs of requests are for one wait each: a server that sends one byte a second outlives any of them.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import socket
import threading
import time
from types import TracebackType


class Watch:
    """One try that is watched: a context manager.

    Attributes:
        fired: whether its time ran out.

    """

    def __init__(self, watchdog: Watchdog, deadline: float) -> None:
        self.fired = False
        self._watchdog = watchdog
        self._deadline = deadline
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._over = False

    def left(self) -> float:
        """Return the seconds that the try has left."""
        return self._deadline - time.monotonic()

    def attach(self, handle: socket.socket) -> None:
        """Take a handle of the try's socket, to be closed here; if its time has run out already, it ends at once."""
        with self._lock:
            self._drop()
            self._handle = handle
            if self.fired:
                self._abort()

    def fire(self) -> None:
        """End the try, unless it is over."""
        with self._lock:
            if not self._over:
                self.fired = True
                # Under the lock, so that it can't hit a connection that has gone back to the pool.
                self._abort()

    def _abort(self) -> None:
        if self._handle is not None:
            with contextlib.suppress(OSError):  # ended by itself
                self._handle.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def __enter__(self) -> Watch:
        """Start the watch."""
        self._watchdog.add(self._deadline, self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        with self._lock:
            self._over = True
            self._drop()


class Watchdog:
    """Watches any number of tries from one daemon thread, which starts with the first of them."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._watches: list[tuple[float, int, Watch]] = []
        self._numbers = itertools.count()
        self._running = False
        self._closed = False

    def watch(self, seconds: float) -> Watch:
        """Return a watch that fires in so many seconds, unless it is over by then."""
        return Watch(self, time.monotonic() + seconds)

    def add(self, deadline: float, watch: Watch) -> None:
        """Take a watch in."""
        with self._condition:
            heapq.heappush(self._watches, (deadline, next(self._numbers), watch))
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="coreweave-watchdog", daemon=True).start()
            elif self._watches[0][2] is watch:
                self._condition.notify()

    def close(self) -> None:
        """End the thread."""
        with self._condition:
            self._closed = True
            self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                if self._closed:
                    return
                left = self._watches[0][0] - time.monotonic() if self._watches else None
                if left is None or left > 0:
                    self._condition.wait(left)
                    continue
                watch = heapq.heappop(self._watches)[2]
            watch.fire()
