"""The threads that send the requests of the program's process."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from concurrent.futures import CancelledError, Future, wait
from types import FrameType
from typing import Any

import pytest

from pulumi_coreweave_gateway.gateways import worker_threads
from pulumi_coreweave_gateway.gateways.worker_threads import DaemonPool

PATIENCE = 20.0


def _threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(f"{name}-")]


@pytest.mark.parametrize("error", [ValueError("why"), SystemExit(3), KeyboardInterrupt()], ids=repr)
def test_exception_is_raised_by_the_future(error: BaseException) -> None:
    """Any exception of a call is raised by its future, and the thread continues."""

    def fail() -> None:
        raise error

    pool = DaemonPool(1, "error")
    with pytest.raises(type(error)):
        pool.submit(fail).result(PATIENCE)
    assert pool.submit(lambda: "on").result(PATIENCE) == "on"


def test_calls_are_limited_to_the_number_of_threads() -> None:
    """No more calls run concurrently than there are threads."""
    pool, together = DaemonPool(3, "most"), threading.Barrier(3)
    for future in [pool.submit(lambda: together.wait(PATIENCE)) for _ in range(30)]:
        future.result(PATIENCE)
    assert len(_threads("most")) == 3


def test_threads_start_on_demand() -> None:
    """The first call starts a thread, which sequential calls share."""
    pool = DaemonPool(8, "needed")
    assert _threads("needed") == []
    for number in range(20):
        assert pool.submit(lambda number=number: number).result(PATIENCE) == number  # type: ignore[misc]
    assert len(_threads("needed")) == 1


@pytest.mark.parametrize("steps", range(16))
def test_call_does_not_wait_while_a_thread_may_be_started(steps: int) -> None:
    """A second call starts at once, at whatever line of the pool's code the first thread is paused."""
    paused, armed, left = threading.Event(), threading.Event(), [steps]

    def step(frame: FrameType, event: str, arg: object) -> Any:
        if armed.is_set() and event == "line":
            left[0] -= 1
            if left[0] == 0:
                paused.set()
                time.sleep(0.1)
        return step

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        return step if frame.f_code.co_filename == worker_threads.__file__ else None

    pool, release = DaemonPool(2, "free"), threading.Event()
    threading.settrace(trace)
    try:
        pool.submit(int).result(PATIENCE)
    finally:
        threading.settrace(None)
    time.sleep(0.02)  # until the thread waits for its next call
    armed.set()
    first = pool.submit(lambda: release.wait(1))
    paused.wait(0.05)
    second = pool.submit(release.set)
    second.result(PATIENCE)
    assert first.result(PATIENCE) is True


def test_calls_run_in_order() -> None:
    """Calls start in the order of their submission."""
    pool, order, go = DaemonPool(1, "order"), list[int](), threading.Event()
    pool.submit(lambda: go.wait(PATIENCE))
    futures = [pool.submit(lambda number=number: order.append(number)) for number in range(50)]  # type: ignore[misc]
    go.set()
    wait(futures, PATIENCE)
    assert order == list(range(50))


def test_cancelled_call_is_not_made() -> None:
    """A call whose future is cancelled before it starts is not made."""
    pool, made, go = DaemonPool(1, "cancelled"), list[str](), threading.Event()
    pool.submit(lambda: go.wait(PATIENCE))
    unwanted, wanted = pool.submit(lambda: made.append("unwanted")), pool.submit(lambda: made.append("wanted"))
    assert unwanted.cancel()
    go.set()
    wanted.result(PATIENCE)
    assert made == ["wanted"]
    with pytest.raises(CancelledError):
        unwanted.result(PATIENCE)


def test_idle_thread_keeps_no_result() -> None:
    """An idle thread frees the result of its last call, which may be thousands of gateways."""

    class Result:
        pass

    pool = DaemonPool(1, "keeps")
    future: Future[Result] = pool.submit(Result)
    result = weakref.ref(future.result(PATIENCE))
    del future
    give_up = time.monotonic() + PATIENCE
    while result() is not None and time.monotonic() < give_up:
        gc.collect()
        time.sleep(0.01)
    assert result() is None
