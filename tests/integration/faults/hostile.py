"""A server on raw sockets that does to a client whatever it is told: nothing of HTTP is done for it."""

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
"""What is done to one connection; when it returns, the connection is closed in the usual way."""

_CHUNK = 64 * 1024
_LONGEST_HEAD = 64 * 1024


class Visit:
    """One connection of a client.

    Args:
        server: the server that took it.
        connection: its socket.

    """

    def __init__(self, server: HostileServer, connection: socket.socket) -> None:
        self._server = server
        self.connection = connection

    @property
    def port(self) -> int:
        """The server's port."""
        return self._server.port

    def request(self) -> bytes:
        """Read one request to the end of its headers, and note that it came; ``b""`` if the client is gone."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
            piece = self.connection.recv(_CHUNK)
            if not piece:
                return b""
            head += piece
        self._server.note_request(head)
        return head

    def note(self, data: bytes) -> None:
        """Note that bytes came which were read elsewhere."""
        self._server.note_request(data)

    def send(self, data: bytes) -> None:
        """Send bytes, and count those that were taken."""
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
        """Pause, and tell whether the test is over."""
        return self._server.closing.wait(pause)

    def hold(self) -> None:
        """Say nothing more, and keep the connection until the client or the test ends it."""
        with contextlib.suppress(OSError):
            self.connection.settimeout(None)
            while not self._server.closing.is_set() and self.connection.recv(_CHUNK):
                pass

    def reset(self) -> None:
        """Break the connection off with a TCP reset."""
        linger_zero = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
        self.connection.close()

    def over_tls(self, context: ssl.SSLContext) -> None:
        """Make the server's side of a TLS handshake; all that follows is encrypted."""
        plain = self.connection
        self.connection = encrypted = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._server.note_open(encrypted, instead_of=plain)
        encrypted.do_handshake()


class HostileServer:
    """Listens on a free port of this machine; a context manager.

    Args:
        behaviours: what is done to the first connection, the second and so on; the last one to all that follow.
        host: the address that it listens on.

    Attributes:
        port: where it listens.
        closing: set when the test is over.

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
        """The heads of the requests that came."""
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
        """Note that a request came."""
        with self._lock:
            self._requests.append((time.monotonic(), head))

    def note_sent(self, size: int) -> None:
        """Note that so many bytes were sent."""
        with self._lock:
            self._sent += size

    def note_open(self, connection: socket.socket, *, instead_of: socket.socket) -> None:
        """Note that a socket has taken another one's place."""
        with self._lock:
            self._open.discard(instead_of)
            self._open.add(connection)

    def __enter__(self) -> HostileServer:
        """Start to take connections."""
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
        # That the client ends a connection it was treated badly on is what most faults are about.
        with contextlib.suppress(OSError):
            behaviour(visit)
        with self._lock:
            gone = {connection, visit.connection}
            self._open -= gone
        for one in gone:
            one.close()


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """Yield a port on which nobody listens, and which nobody else is given meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
