"""The watchdog that ends a try whose time has run out."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from pulumi_coreweave_gateway.client.watchdog import Watch, Watchdog

# Pairs of connected sockets within this process.
pytestmark = pytest.mark.enable_socket

SOON = 0.05
LONG = 60.0
PATIENCE = 10.0


class Connection:
    """A connection as a try has one, with a server that only listens."""

    def __init__(self) -> None:
        self._client, self._server = socket.socketpair()
        self._server.settimeout(PATIENCE)
        self.handle = self._client.dup()

    def wait_for_end(self) -> bool:
        """Wait until the server sees the connection end, and tell whether it does."""
        try:
            return self._server.recv(1) == b""
        except TimeoutError:
            return False

    def is_open(self) -> bool:
        """Tell whether data still gets through."""
        try:
            self._client.sendall(b"x")
        except OSError:
            return False
        return self._server.recv(1) == b"x"

    def close(self) -> None:
        """Close all that is left of it."""
        for end in (self._client, self._server, self.handle):
            end.close()


@pytest.fixture(name="watchdog")
def _watchdog() -> Iterator[Watchdog]:
    watchdog = Watchdog()
    yield watchdog
    watchdog.close()


@pytest.fixture(name="connections")
def _connections() -> Iterator[list[Connection]]:
    """Return two connections."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(contextlib.closing(Connection())) for _ in range(2)]


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "coreweave-watchdog"}


def _wait_until_fired(watch: Watch) -> None:
    give_up = time.monotonic() + PATIENCE
    while not watch.fired and time.monotonic() < give_up:
        time.sleep(SOON / 10)


@pytest.mark.parametrize("seconds", [SOON, 0.0, -1.0])
def test_ends_a_try_that_takes_too_long(watchdog: Watchdog, connections: list[Connection], seconds: float) -> None:
    """A try is ended once its time has run out, at once if it had none, and says so."""
    with watchdog.watch(seconds) as watch:
        watch.attach(connections[0].handle)
        assert connections[0].wait_for_end()
        assert watch.fired


def test_not_before_its_time(watchdog: Watchdog, connections: list[Connection]) -> None:
    """A try has all the time that it was given."""
    start = time.monotonic()
    with watchdog.watch(4 * SOON) as watch:
        watch.attach(connections[0].handle)
        assert connections[0].wait_for_end()
    assert time.monotonic() - start >= 4 * SOON


def test_a_try_that_is_over_is_left_alone(watchdog: Watchdog, connections: list[Connection]) -> None:
    """A connection that has gone back to the pool is never closed by the watch of the try before."""
    kept, other = connections
    with watchdog.watch(SOON) as watch:
        watch.attach(kept.handle)
    with watchdog.watch(2 * SOON) as later:
        later.attach(other.handle)
        assert other.wait_for_end()
    assert kept.is_open()
    assert not watch.fired


def test_connection_that_comes_after_the_time(watchdog: Watchdog, connections: list[Connection]) -> None:
    """A connection that is made only after the time ran out is ended at once."""
    with watchdog.watch(SOON) as watch:
        _wait_until_fired(watch)
        watch.attach(connections[0].handle)
        assert not connections[0].is_open()


def test_the_connection_in_use_is_the_one_ended(watchdog: Watchdog, connections: list[Connection]) -> None:
    """Where a try goes on over another connection, that one is ended."""
    first, second = connections
    with watchdog.watch(SOON) as watch:
        watch.attach(first.handle)
        watch.attach(second.handle)
        assert second.wait_for_end()
        assert first.is_open()


def test_connection_that_ended_by_itself(watchdog: Watchdog, connections: list[Connection]) -> None:
    """A connection that is gone by then harms neither the watchdog nor the tries after it."""
    gone, other = connections
    with watchdog.watch(SOON) as watch:
        watch.attach(gone.handle)
        gone.close()
        _wait_until_fired(watch)
    with watchdog.watch(SOON) as later:
        later.attach(other.handle)
        assert other.wait_for_end()


def test_no_socket_is_left(watchdog: Watchdog, connections: list[Connection]) -> None:
    """Of however many tries, no socket stays open."""
    with watchdog.watch(LONG) as watch:
        for connection in connections:
            watch.attach(connection.handle)
    assert [connection.handle.fileno() for connection in connections] == [-1, -1]


def test_a_shorter_watch_goes_first(watchdog: Watchdog, connections: list[Connection]) -> None:
    """A try with little time isn't kept waiting behind one with much."""
    slow, fast = connections
    with watchdog.watch(LONG) as long, watchdog.watch(SOON) as short:
        long.attach(slow.handle)
        short.attach(fast.handle)
        assert fast.wait_for_end()
        assert slow.is_open()


def test_many_tries_on_one_thread(watchdog: Watchdog) -> None:
    """However many tries are watched, there is one thread for them, which delays no exit."""
    before = _threads()
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(contextlib.closing(Connection())) for _ in range(50)]
        for connection in connections:
            stack.enter_context(watchdog.watch(SOON)).attach(connection.handle)
        (thread,) = _threads() - before
        assert thread.daemon
        assert all(connection.wait_for_end() for connection in connections)


def test_no_thread_before_the_first_try() -> None:
    """A client that asks nothing starts no thread."""
    before = _threads()
    Watchdog().watch(SOON)
    assert _threads() <= before


def test_closed_with_its_client() -> None:
    """A client that is closed leaves no thread behind."""
    watchdog = Watchdog()
    before = _threads()
    with watchdog.watch(LONG):
        (thread,) = _threads() - before
    watchdog.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()
