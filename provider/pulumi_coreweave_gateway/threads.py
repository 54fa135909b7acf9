"""Daemon threads for requests.

Not asyncio's default executor: the SDK registers every resource through it, and a waiting lookup would delay
the others. The threads are daemons, because Python joins all others before it exits, which would delay a Ctrl-C until
the last request is answered.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from .errors import TransportError

_T = TypeVar("_T")


def start_thread(target: Callable[[], object], name: str) -> None:
    """Start a daemon thread.

    Raises:
        TransportError: This process can't have another thread.

    """
    try:
        threading.Thread(target=target, name=name, daemon=True).start()
    except RuntimeError:
        raise TransportError(
            "no thread can be started: the limit of processes or memory is reached; raise it, or run fewer at once",
            retryable=True,
        ) from None


def run_on_thread(call: Callable[[], _T], name: str) -> Future[_T]:
    """Run a call on a thread of its own: one that waits for a pool's calls must not occupy a thread of the pool.

    Raises:
        TransportError: This process can't have another thread.

    """
    future: Future[_T] = Future()
    start_thread(lambda: _complete(future, call), name)
    return future


class DaemonPool:
    """Runs calls on a limited number of daemon threads, which end when there is nothing left to do.

    Args:
        threads: The largest number of calls that run at the same time.
        name: The name of the threads.

    """

    def __init__(self, threads: int, name: str) -> None:
        self._limit = threads
        self._name = name
        self._lock = threading.Lock()
        self._calls: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._running = 0

    def submit(self, call: Callable[[], _T]) -> Future[_T]:
        """Run a call on a thread of the pool; the future gets its result or its exception.

        Raises:
            TransportError: The pool has no thread, and this process can't have another one.

        """
        future: Future[_T] = Future()
        with self._lock:
            if self._running < self._limit:
                try:
                    start_thread(self._work, self._name)
                    self._running += 1
                except TransportError:
                    if not self._running:
                        raise
            self._calls.append((future, call))
        return future

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._calls:
                    self._running -= 1
                    return
                future, call = self._calls.popleft()
            _complete(future, call)
            del future, call  # the next call may take long, and this one's result with it


def _complete(future: Future[Any], call: Callable[[], Any]) -> None:
    """Set a future to what a call returns or raises; a cancelled future's call isn't made."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - it belongs to the caller that awaits the future
        future.set_exception(error)
    else:
        future.set_result(result)
