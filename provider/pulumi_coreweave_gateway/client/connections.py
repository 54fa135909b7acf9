"""Connections that end when the try they are for has run out of time, wherever they are by then."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from .dialing import dial
from .watchdog import Watch

_current = threading.local()


@contextlib.contextmanager
def watched_by(watch: Watch) -> Iterator[None]:
    """Have a watch end the connections that this thread uses meanwhile."""
    _current.watch = watch
    try:
        yield
    finally:
        _current.watch = None


class _NotOfOurs(logging.Filter):
    """Drops what urllib3 warns of during a request of ours: it quotes the server, which may echo the token.

    What is wrong with an answer is told by our error; a program's own requests are warned of as ever.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.WARNING or _watch() is None


# A filter is asked by the logger that a record was made with, and by none above it.
for _module in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_module}").addFilter(_NotOfOurs())


class Abortable:
    """A connection that a watch can end at any moment: within a TLS handshake, and while an answer is read.

    The watch gets a second handle of the socket for that. The first one moves into the TLS layer on connecting, and
    from the connection into the answer where the server announces that it will close.
    """

    sock: socket.socket | None

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        watch = _watch()
        try:
            # A try may have spent its time waiting for its turn in the pool.
            return self._reach(watch.left() if watch else connection.timeout)
        # Under urllib3's own names, since it passes over some of the system's.
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, "timed out") from error
        except OSError as error:
            raise NewConnectionError(connection, "no connection") from error

    def _reach(self, seconds: float) -> socket.socket:
        """Return a socket that leads to the server."""
        connection: Any = self
        return self._dial(connection.host, connection.port, seconds)

    def _dial(self, host: str, port: int, seconds: float) -> socket.socket:
        """Return a socket that leads to a host, and that the watch can end."""
        connection: Any = self
        connected = dial(
            host,
            port,
            seconds,
            source_address=connection.source_address,
            socket_options=connection.socket_options,
        )
        _attach(connected)
        return connected

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request, also over a connection that was kept."""
        if self.sock is not None:  # it does not connect anew
            _attach(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


def _watch() -> Watch | None:
    watch: Watch | None = getattr(_current, "watch", None)
    return watch


def _attach(connected: socket.socket) -> None:
    watch = _watch()
    if watch is not None:
        watch.attach(socket.socket(fileno=socket.dup(connected.fileno())))


class _Connection(Abortable, HTTPConnection):
    pass


class _TLSConnection(Abortable, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TLSPool}
"""By scheme, as urllib3's managers take them."""
