"""A server on raw sockets for hostile responses: a handler is called with each connection.

A handler is a function of a :class:`Connection`, which is closed when it returns. What a test needs is composed of
:func:`http`, which makes the bytes of a response, and the functions that return a handler.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable

_CHUNK = 64 * 1024
_JOIN = 10.0


class Connection:
    """One connection of a client.

    Args:
        server: The server that accepted it.
        sock: Its socket.

    """

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock

    def request(self) -> bytes:
        """Read and record one request up to the end of its headers; return ``b""`` if the client has gone."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.sock.recv(_CHUNK)
            if not piece:
                return b""
            head += piece
        self.server.requests.append(head)
        return head

    def send(self, data: bytes) -> None:
        """Send bytes, and count those that the client accepted."""
        for start in range(0, len(data), _CHUNK):
            piece = data[start : start + _CHUNK]
            self.sock.sendall(piece)
            self.server.sent += len(piece)

    def over(self, seconds: float) -> bool:
        """Pause, and return whether the test has ended."""
        return self.server.closing.wait(seconds)


Handler = Callable[[Connection], None]


class Server:
    """A server on a free port of this machine; a context manager.

    Args:
        handlers: What handles the first connection, the second and so on; the last one handles all others.
        host: The address that it listens on.

    Attributes:
        requests: The request lines and headers that were received.
        connections: How many connections were made.
        sent: How many bytes were sent.
        closing: Set when the test has ended.

    """

    def __init__(self, *handlers: Handler, host: str = "127.0.0.1") -> None:
        self._handlers = handlers
        self._listener = socket.create_server(
            (host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
        )
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        self.requests: list[bytes] = []
        self.connections = 0
        self.sent = 0
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def __enter__(self) -> Server:
        """Start accepting connections."""
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """End all connections, and wait for the threads."""
        self.closing.set()
        for sock in (self._listener, *self._open.copy()):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)  # wakes up what waits for it
        self._listener.close()
        for thread in self._threads:
            thread.join(_JOIN)
        assert not any(thread.is_alive() for thread in self._threads), "a handler didn't end"

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                handler = self._handlers[min(self.connections, len(self._handlers) - 1)]
                self.connections += 1
                self._start(lambda sock=sock, handler=handler: self._serve(sock, handler))  # type: ignore[misc]

    def _serve(self, sock: socket.socket, handler: Handler) -> None:
        connection = Connection(self, sock)
        self._open.add(sock)
        # In most cases it is the client that ends the connection.
        with contextlib.suppress(OSError):
            handler(connection)
        self._open.discard(sock)
        connection.sock.close()
        sock.close()


def http(status: int = 200, content: object = b"", *headers: str, length: int | None = -1) -> bytes:
    """Return the bytes of a response.

    Args:
        status: The status.
        content: The body: bytes, or a JSON value.
        headers: Further header lines.
        length: The value of ``Content-Length``, by default the true one; None for no such header.

    """
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    lines = [f"HTTP/1.1 {status} Whatever", "Connection: close", *headers]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length == -1 else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def sends(data: bytes, then: Handler = lambda _: None) -> Handler:
    """Return a handler that reads a request, sends these bytes, and then does something else."""

    def handle(connection: Connection) -> None:
        if connection.request():
            connection.send(data)
            then(connection)

    return handle


def replies(status: int = 200, content: object = b"", *headers: str) -> Handler:
    """Return a handler that reads a request and sends a response."""
    return sends(http(status, content, *headers))


def keeps(*responses: bytes) -> Handler:
    """Return a handler that responds to every request on the same connection: the last response to all others."""

    def handle(connection: Connection) -> None:
        number = 0
        while connection.request():
            connection.send(responses[min(number, len(responses) - 1)].replace(b"Connection: close\r\n", b""))
            number += 1

    return handle


def drips(data: bytes, pause: float = 0.02) -> Handler:
    """Return a handler that sends single bytes with a pause after each."""

    def handle(connection: Connection) -> None:
        for byte in data:
            connection.send(bytes([byte]))
            if connection.over(pause):
                return

    return handle


def repeats(data: bytes, pause: float = 0.0) -> Handler:
    """Return a handler that sends the same bytes until the client has gone."""

    def handle(connection: Connection) -> None:
        while not connection.over(pause):
            connection.send(data)

    return handle


def silent(connection: Connection) -> None:
    """Send nothing, and keep the connection open until the client or the test ends it."""
    while not connection.server.closing.is_set() and connection.sock.recv(_CHUNK):
        pass


def reset(connection: Connection) -> None:
    """Reset the connection."""
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.sock.close()


def over_tls(context: ssl.SSLContext, handler: Handler) -> Handler:
    """Return a handler that performs the server's side of a TLS handshake before another handler."""

    def handle(connection: Connection) -> None:
        plain = connection.sock
        with context.wrap_socket(plain, server_side=True) as connection.sock:
            handler(connection)

    return handle
