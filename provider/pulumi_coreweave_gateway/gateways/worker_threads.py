"""Threads for requests from the program's process.

Not asyncio's default executor: the SDK registers every resource through it, and a waiting lookup would hold the
others up. The threads are daemons, because Python joins all others before it exits, which would delay a Ctrl-C until
the last request is answered.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")


def complete(future: Future[Any], call: Callable[[], Any], finished: Callable[[], None] = lambda: None) -> None:
    """Set a future to what a call returns or raises; a cancelled future's call isn't made.

    Args:
        future: The future.
        call: The call, made on this thread.
        finished: Called before the future is set.

    """
    if not future.set_running_or_notify_cancel():
        finished()
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - it belongs to the caller that awaits the future
        finished()
        future.set_exception(error)
    else:
        finished()
        future.set_result(result)


def start(call: Callable[[], _T]) -> Future[_T]:
    """Run a call on a thread of its own: one that waits for calls on a pool must not occupy a thread of the pool."""
    future: Future[_T] = Future()
    threading.Thread(target=complete, args=(future, call), name="coreweave-fleet", daemon=True).start()
    return future


class DaemonPool:
    """Runs calls on a limited number of daemon threads, which start when they are needed.

    Args:
        threads: The largest number of calls that run at the same time.
        name: The prefix of the threads' names.

    """

    def __init__(self, threads: int, name: str) -> None:
        self._limit = threads
        self._name = name
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._unfinished = 0

    def submit(self, call: Callable[[], _T]) -> Future[_T]:
        """Run a call on a thread of the pool; the future gets its result or its exception."""
        future: Future[_T] = Future()
        with self._lock:
            if self._unfinished >= self._started and self._started < self._limit:
                name = f"{self._name}-{self._started + 1}"
                threading.Thread(target=self._work, name=name, daemon=True).start()
                self._started += 1
            self._unfinished += 1
            self._calls.put((future, call))
        return future

    def _work(self) -> None:
        while True:
            future, call = self._calls.get()
            complete(future, call, self._finished)
            del future, call  # an idle thread must keep neither the call nor its result

    def _finished(self) -> None:
        """Count a call as finished before its result is set, so that the next one can use this thread."""
        with self._lock:
            self._unfinished -= 1
