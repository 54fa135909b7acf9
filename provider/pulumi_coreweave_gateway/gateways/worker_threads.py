"""Threads for requests from the program's process.

Not asyncio's default executor: the SDK registers every resource through it, and a waiting lookup would hold the
others up. And daemon threads, because Python joins all others before it exits, which would delay a Ctrl-C until the
last request is answered.
"""

from __future__ import annotations

import concurrent.futures
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


def start(call: Callable[[], _T]) -> concurrent.futures.Future[_T]:
    """Run a call on a thread of its own: one that waits for calls on a pool must not take a thread of it."""
    future: concurrent.futures.Future[_T] = concurrent.futures.Future()
    threading.Thread(target=_answer, args=(future, call), name="coreweave-fleet", daemon=True).start()
    return future


def _answer(
    future: concurrent.futures.Future[Any], call: Callable[[], Any], finished: Callable[[], None] = lambda: None
) -> None:
    if not future.set_running_or_notify_cancel():
        finished()
        return
    try:
        answer = call()
    except BaseException as error:  # noqa: BLE001 - it belongs to the caller that awaits the future
        finished()
        future.set_exception(error)
    else:
        finished()
        future.set_result(answer)


class DaemonPool:
    """Runs calls on at most so many daemon threads, which start when they are needed.

    Args:
        threads: how many calls may be under way at once.
        name: what the threads are called.

    """

    def __init__(self, threads: int, name: str) -> None:
        self._limit = threads
        self._name = name
        self._calls: queue.SimpleQueue[tuple[concurrent.futures.Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._unfinished = 0

    def submit(self, call: Callable[[], _T]) -> concurrent.futures.Future[_T]:
        """Run a call on a thread of the pool; its future gets the result, or what it raises."""
        future: concurrent.futures.Future[_T] = concurrent.futures.Future()
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
            _answer(future, call, self._finished)
            del future, call  # while it waits, it keeps neither the call nor its answer

    def _finished(self) -> None:
        """Count a call as finished before its result is set: a caller that then submits another needs no new thread."""
        with self._lock:
            self._unfinished -= 1
