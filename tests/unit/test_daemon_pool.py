"""The threads that requests of the program's process run on."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from concurrent.futures import CancelledError, Future, wait
from types import FrameType
from typing import Any

import pytest

from pulumi_coreweave_gateway.gateways import worker_threads as daemon_pool
from pulumi_coreweave_gateway.gateways.worker_threads import DaemonPool

PATIENCE = 20.0


def _threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(f"{name}-")]


def test_result() -> None:
    """What a call returns is its future's result."""
    assert DaemonPool(2, "result").submit(lambda: 6 * 7).result(PATIENCE) == 42


@pytest.mark.parametrize("error", [ValueError("why"), SystemExit(3), KeyboardInterrupt()], ids=repr)
def test_error(error: BaseException) -> None:
    """What a call raises, whatever it is, comes to whoever awaits it, and the thread lives on."""

    def fail() -> None:
        raise error

    pool = DaemonPool(1, "error")
    with pytest.raises(type(error)):
        pool.submit(fail).result(PATIENCE)
    assert pool.submit(lambda: "on").result(PATIENCE) == "on"


def test_at_most_so_many_at_once() -> None:
    """However many calls there are, only so many run at once, and all of those do."""
    pool, lock = DaemonPool(3, "most"), threading.Lock()
    together = threading.Barrier(3)
    under_way, most = 0, 0

    def call() -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        together.wait(PATIENCE)
        with lock:
            under_way -= 1

    for future in [pool.submit(call) for _ in range(30)]:
        future.result(PATIENCE)
    assert most == 3
    assert len(_threads("most")) == 3


def test_threads_start_when_they_are_needed() -> None:
    """A program that asks one thing after another has one thread for it, and one that asks nothing has none."""
    pool = DaemonPool(8, "needed")
    assert _threads("needed") == []
    for number in range(20):
        assert pool.submit(lambda number=number: number).result(PATIENCE) == number  # type: ignore[misc]
    assert len(_threads("needed")) == 1


@pytest.mark.parametrize("steps", range(16))
def test_no_call_waits_for_another_without_need(steps: int) -> None:
    """While another thread may be started, a call begins at once, wherever in its own work the first thread is."""
    paused, armed, left = threading.Event(), threading.Event(), [steps]

    def step(frame: FrameType, event: str, arg: object) -> Any:
        if armed.is_set() and event == "line":
            left[0] -= 1
            if left[0] == 0:
                paused.set()
                time.sleep(0.1)
        return step

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        return step if frame.f_code.co_filename == daemon_pool.__file__ else None

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


def test_first_come_first_served() -> None:
    """Calls begin in the order in which they came."""
    pool, order, go = DaemonPool(1, "order"), list[int](), threading.Event()
    pool.submit(lambda: go.wait(PATIENCE))
    futures = [pool.submit(lambda number=number: order.append(number)) for number in range(50)]  # type: ignore[misc]
    go.set()
    wait(futures, PATIENCE)
    assert order == list(range(50))


def test_cancelled_before_it_began() -> None:
    """A call that is given up before its turn is never made."""
    pool, made, go = DaemonPool(1, "cancelled"), list[str](), threading.Event()
    pool.submit(lambda: go.wait(PATIENCE))
    unwanted, wanted = pool.submit(lambda: made.append("unwanted")), pool.submit(lambda: made.append("wanted"))
    assert unwanted.cancel()
    go.set()
    wanted.result(PATIENCE)
    assert made == ["wanted"]
    with pytest.raises(CancelledError):
        unwanted.result(PATIENCE)


def test_keeps_nothing() -> None:
    """An idle thread keeps neither the last call nor its answer, which may be thousands of gateways."""

    class Answer:
        pass

    pool = DaemonPool(1, "keeps")
    future: Future[Answer] = pool.submit(Answer)
    answer = weakref.ref(future.result(PATIENCE))
    del future
    give_up = time.monotonic() + PATIENCE
    while answer() is not None and time.monotonic() < give_up:
        gc.collect()
        time.sleep(0.01)
    assert answer() is None
