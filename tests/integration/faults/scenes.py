"""Ways to set a fault up."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unittest import mock

from .answers import TOKEN, healthy
from .hostile import Behaviour, HostileServer, free_port
from .model import SHORT, Scene, Start

SLOW = {"COREWEAVE_HTTP_TIMEOUT": str(SHORT), "COREWEAVE_LOOKUP_TIMEOUT": "60"}
"""Settings for faults in which each attempt takes all the time it has: little for each, and enough for ten."""


def _environ(endpoint: str, extra: Mapping[str, str]) -> dict[str, str]:
    return {"COREWEAVE_API_TOKEN": TOKEN, "COREWEAVE_API_ENDPOINT": endpoint, **extra}


def served(
    *behaviours: Behaviour,
    scheme: str = "http",
    slow: bool = False,
    environ: Mapping[str, str] | None = None,
    **more: Any,
) -> Start:
    """Return what sets a server up that behaves so.

    Args:
        behaviours: what it does to the first connection, the second and so on.
        scheme: the endpoint's scheme.
        slow: Whether each attempt takes all the time it has.
        environ: further environment variables.
        more: further attributes of the scene.

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
    """Set a server up that is well, and listens on IPv6, where the machine has that."""
    try:
        server = HostileServer(healthy, host="::1")
    except OSError:
        yield Scene(impossible="this machine has no IPv6")
        return
    with server:
        yield dataclasses.replace(at(f"http://[::1]:{server.port}"), server=server)


@contextlib.contextmanager
def nobody() -> Iterator[Scene]:
    """Set up an endpoint at which nobody listens."""
    with free_port() as port:
        yield at(f"http://127.0.0.1:{port}")


def at(endpoint: str, environ: Mapping[str, str] | None = None) -> Scene:
    """Return the scene of an endpoint."""
    return Scene(environ=_environ(endpoint, environ or {}), words={"endpoint": endpoint, "httpTimeout": f"{SHORT:g}"})


def elsewhere(endpoint: str, environ: Mapping[str, str] | None = None) -> Start:
    """Return what sets an endpoint up that isn't ours."""

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        yield at(endpoint, environ)

    return start


@contextlib.contextmanager
def deaf(address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Yield a port that answers no attempt to connect: whoever may wait there is there already."""
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
    """Give hosts these addresses, in this process; a host without any is looked up until the end of the scene."""
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
