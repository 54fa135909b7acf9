"""A server on raw sockets, whose behaviour is scripted for each connection."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

Behaviour = Callable[["Visit"], None]
"""Handles one connection, which is closed when it returns."""

_CHUNK = 64 * 1024
_LONGEST_HEAD = 64 * 1024


class Visit:
    """One connection of a client.

    Args:
        server: The server that accepted it.
        connection: Its socket.

    """

    def __init__(self, server: HostileServer, connection: socket.socket) -> None:
        self._server = server
        self.connection = connection

    @property
    def port(self) -> int:
        """The server's port."""
        return self._server.port

    def request(self) -> bytes:
        """Read and record one request up to the end of its headers; return ``b""`` if the client has gone."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
            piece = self.connection.recv(_CHUNK)
            if not piece:
                return b""
            head += piece
        self._server.note_request(head)
        return head

    def note(self, data: bytes) -> None:
        """Record bytes that were read elsewhere."""
        self._server.note_request(data)

    def send(self, data: bytes) -> None:
        """Send bytes, and count those that the client accepted."""
        for start in range(0, len(data), _CHUNK):
            piece = data[start : start + _CHUNK]
            self.connection.sendall(piece)
            self._server.note_sent(len(piece))

    def drip(self, data: bytes, pause: float) -> None:
        """Send single bytes with a pause after each."""
        for byte in data:
            self.send(bytes([byte]))
            if self.over(pause):
                return

    def over(self, pause: float) -> bool:
        """Pause, and return whether the test has ended."""
        return self._server.closing.wait(pause)

    def hold(self) -> None:
        """Send nothing more, and keep the connection open until the client or the test ends it."""
        with contextlib.suppress(OSError):
            self.connection.settimeout(None)
            while not self._server.closing.is_set() and self.connection.recv(_CHUNK):
                pass

    def reset(self) -> None:
        """Reset the connection."""
        linger_zero = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
        self.connection.close()

    def over_tls(self, context: ssl.SSLContext) -> None:
        """Perform the server's side of a TLS handshake; all that follows is encrypted."""
        plain = self.connection
        self.connection = encrypted = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._server.note_open(encrypted, instead_of=plain)
        encrypted.do_handshake()


class HostileServer:
    """A scripted server on a free port of this machine; a context manager.

    Args:
        behaviours: What handles the first connection, the second and so on; the last one handles all others.
        host: The address that it listens on.

    Attributes:
        port: The port that it listens on.
        closing: Set when the test has ended.

    """

    def __init__(self, *behaviours: Behaviour, host: str = "127.0.0.1") -> None:
        self._behaviours = behaviours
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=32)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._requests: list[tuple[float, bytes]] = []
        self._connections = 0
        self._sent = 0
        self.port: int = self._listener.getsockname()[1]
        self.closing = threading.Event()

    @property
    def requests(self) -> list[bytes]:
        """The request lines and headers that were received."""
        with self._lock:
            return [head for _, head in self._requests]

    @property
    def connections(self) -> int:
        """How many connections were made."""
        with self._lock:
            return self._connections

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._open)

    @property
    def sent(self) -> int:
        """How many bytes were sent."""
        with self._lock:
            return self._sent

    def note_request(self, head: bytes) -> None:
        """Record a request."""
        with self._lock:
            self._requests.append((time.monotonic(), head))

    def note_sent(self, size: int) -> None:
        """Count bytes that were sent."""
        with self._lock:
            self._sent += size

    def note_open(self, connection: socket.socket, *, instead_of: socket.socket) -> None:
        """Record that a socket has replaced another one."""
        with self._lock:
            self._open.discard(instead_of)
            self._open.add(connection)

    def __enter__(self) -> HostileServer:
        """Start accepting connections."""
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """End all connections, and wait for the threads."""
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept() up
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        stuck = [thread.name for thread in self._threads if thread.is_alive()]
        assert not stuck, f"threads of the hostile server did not end: {stuck}"

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=f"hostile-{self.port}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                number = self._connections
                self._connections += 1
                self._open.add(connection)
            behaviour = self._behaviours[min(number, len(self._behaviours) - 1)]
            self._start(partial(self._serve, connection, behaviour))

    def _serve(self, connection: socket.socket, behaviour: Behaviour) -> None:
        visit = Visit(self, connection)
        # In most faults it is the client that ends the connection.
        with contextlib.suppress(OSError):
            behaviour(visit)
        with self._lock:
            gone = {connection, visit.connection}
            self._open -= gone
        for one in gone:
            one.close()


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """Yield a port that nothing listens on, and that no other process is given."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
