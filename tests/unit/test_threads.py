"""The threads that send requests."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, wait

import pytest

from pulumi_coreweave_gateway.errors import TransportError
from pulumi_coreweave_gateway.threads import DaemonPool, run_on_thread

PATIENCE = 20.0


@pytest.mark.parametrize("error", [ValueError("why"), SystemExit(3), KeyboardInterrupt()], ids=repr)
def test_exception_is_raised_by_the_future(error: BaseException) -> None:
    """Any exception of a call is raised by its future, and the pool continues."""

    def fail() -> None:
        raise error

    pool = DaemonPool(1, "error")
    for start in (pool.submit, lambda call: run_on_thread(call, "error")):
        with pytest.raises(type(error)):
            start(fail).result(PATIENCE)
    assert pool.submit(lambda: "on").result(PATIENCE) == "on"


def test_calls_are_limited_and_all_run() -> None:
    """No more calls run at the same time than the limit, and each of them runs, on daemon threads that end."""
    pool, together, running = DaemonPool(3, "limited"), threading.Barrier(3), threading.Semaphore(3)

    def call() -> bool:
        assert running.acquire(blocking=False)
        together.wait(PATIENCE)
        running.release()
        return threading.current_thread().daemon

    futures = [pool.submit(call) for _ in range(12)]
    assert not wait(futures, PATIENCE).not_done
    assert all(future.result() for future in futures)
    deadline = time.monotonic() + PATIENCE
    while any(thread.name == "limited" for thread in threading.enumerate()):
        assert time.monotonic() < deadline


def test_cancelled_call_is_not_made() -> None:
    """A call that is cancelled before its turn isn't made."""
    pool, go, made = DaemonPool(1, "cancelled"), threading.Event(), []
    first = pool.submit(lambda: go.wait(PATIENCE))
    second = pool.submit(lambda: made.append("second"))
    assert second.cancel()
    go.set()
    assert first.result(PATIENCE)
    assert pool.submit(lambda: "third").result(PATIENCE) == "third"
    assert made == []
    with pytest.raises(CancelledError):
        second.result()


def test_no_thread_left_is_an_error_of_that_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a container's limit of processes is reached, a call fails with one line, and the next one works."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    pool, busy, go = DaemonPool(2, "refused"), DaemonPool(2, "busy"), threading.Event()
    waiting = busy.submit(lambda: go.wait(PATIENCE))
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(TransportError, match=r"no thread can be started: .*; raise it"):
            pool.submit(lambda: "first")
        queued = busy.submit(lambda: "queued")  # a thread that runs already takes it
    go.set()
    assert waiting.result(PATIENCE)
    assert queued.result(PATIENCE) == "queued"
    assert pool.submit(lambda: "next").result(PATIENCE) == "next"
