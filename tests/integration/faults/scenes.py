"""Ways to set up a fault."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unittest import mock

from .hostile import Behaviour, HostileServer, free_port
from .model import SHORT, Scene, Start
from .responses import TOKEN, healthy

SLOW = {"COREWEAVE_HTTP_TIMEOUT": str(SHORT), "COREWEAVE_LOOKUP_TIMEOUT": "60"}
"""Settings for faults in which each attempt times out: a short attempt, and enough time for ten."""


def _environ(endpoint: str, extra: Mapping[str, str]) -> dict[str, str]:
    return {"COREWEAVE_API_TOKEN": TOKEN, "COREWEAVE_API_ENDPOINT": endpoint, **extra}


def served(
    *behaviours: Behaviour,
    scheme: str = "http",
    slow: bool = False,
    environ: Mapping[str, str] | None = None,
    **more: Any,
) -> Start:
    """Return a function that sets up a server.

    Args:
        behaviours: What handles the first connection, the second and so on.
        scheme: The endpoint's scheme.
        slow: Whether each attempt takes all its time.
        environ: Further environment variables.
        more: Further attributes of the scene.

    """
    times = SLOW if slow else {}

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        with HostileServer(*behaviours) as server:
            endpoint = f"{scheme}://127.0.0.1:{server.port}"
            yield dataclasses.replace(at(endpoint, {**times, **(environ or {})}), server=server, **more)

    return start


@contextlib.contextmanager
def healthy_on_ipv6() -> Iterator[Scene]:
    """Set up a healthy server that listens on IPv6, if the machine has it."""
    try:
        server = HostileServer(healthy, host="::1")
    except OSError:
        yield Scene(skip_reason="this machine has no IPv6")
        return
    with server:
        yield dataclasses.replace(at(f"http://[::1]:{server.port}"), server=server)


@contextlib.contextmanager
def nothing_listens() -> Iterator[Scene]:
    """Set up an endpoint that nothing listens on."""
    with free_port() as port:
        yield at(f"http://127.0.0.1:{port}")


def at(endpoint: str, environ: Mapping[str, str] | None = None) -> Scene:
    """Return the scene of an endpoint."""
    return Scene(
        environ=_environ(endpoint, environ or {}), placeholders={"endpoint": endpoint, "httpTimeout": f"{SHORT:g}"}
    )


def elsewhere(endpoint: str, environ: Mapping[str, str] | None = None) -> Start:
    """Return a function that sets up an endpoint without a server."""

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        yield at(endpoint, environ)

    return start


@contextlib.contextmanager
def deaf(address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Yield a port that never accepts a connection: its backlog is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((address, port))
        listener.listen(0)
        for _ in range(32):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0.05)
            try:
                waiting.connect(listener.getsockname())
            except TimeoutError:
                break
        yield listener.getsockname()[1]


@contextlib.contextmanager
def names(**addresses: Sequence[str]) -> Iterator[None]:
    """Make hosts resolve to these addresses in this process; without an address, the lookup hangs until the end."""
    real, over = socket.getaddrinfo, threading.Event()

    def look_up(host: str, port: int, *arguments: Any, **more: Any) -> Any:
        known = addresses.get(str(host).partition(".")[0])
        if known is None:
            return real(host, port, *arguments, **more)
        if not known:
            over.wait()
        return [found for address in known for found in real(address, port, *arguments, **more)]

    with mock.patch.object(socket, "getaddrinfo", look_up):
        try:
            yield
        finally:
            over.set()
