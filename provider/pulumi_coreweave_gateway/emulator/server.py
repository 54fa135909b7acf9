"""A small HTTP/1.1 server on a thread of its own: keep-alive, one event loop, answers in the order of the requests."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from http import HTTPStatus

from .api import Request
from .scripting import Answer, error_answer

_MAX_HEAD_BYTES = 64 * 1024
_MAX_BODY_BYTES = 1024 * 1024
_BACKLOG = 256
_STOP_TIMEOUT = 5.0
_WITHOUT_BODY = {204, 304}


class _RequestError(Exception):
    """What was sent is not a request that this server can read; the connection is closed after the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = error_answer(status, message)


class HttpServer:
    """Serves requests until it is stopped.

    Args:
        respond: what answers a request.
        host: the address to listen on.
        port: the port; 0 for any that is free.

    """

    def __init__(self, respond: Callable[[Request], Awaitable[Answer]], host: str, port: int) -> None:
        self._respond = respond
        self._host, self._port = host, port
        self._connections = itertools.count()
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Start to listen, and return the URL.

        Raises:
            OSError: it can't listen there.

        """
        family, _, _, _, address = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, started)), name="coreweave-emulator", daemon=True
        )
        self._thread.start()
        self._loop, self._stopping = started.result()
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{listener.getsockname()[1]}"

    def stop(self) -> None:
        """Close all connections and end the thread; requests that wait for their answer get none."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join(_STOP_TIMEOUT)

    async def _serve(
        self, listener: socket.socket, started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]
    ) -> None:
        stopping = asyncio.Event()
        server = await asyncio.start_server(self._serve_connection, sock=listener, limit=_MAX_HEAD_BYTES)
        started.set_result((asyncio.get_running_loop(), stopping))
        await stopping.wait()
        # `asyncio.run` cancels the connections' tasks afterwards, and each closes its connection.
        server.close()

    async def _serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = next(self._connections)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                while await self._serve_request(reader, writer, connection):
                    pass
            finally:
                writer.close()

    async def _serve_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> bool:
        """Answer one request, and return whether the connection stays open."""
        method, keep_alive = "", False
        try:
            request, keep_alive = await _read_request(reader, connection)
        except _RequestError as error:
            answer = error.answer
        else:
            method, answer = request.method, await self._respond(request)
        writer.write(_encode(answer, method, keep_alive))
        await writer.drain()
        return keep_alive


async def _read_request(reader: asyncio.StreamReader, connection: int) -> tuple[Request, bool]:
    """Return a request without its body, and whether the client keeps the connection open.

    Raises:
        _RequestError: it can't be read.
        asyncio.IncompleteReadError: the client has closed the connection.

    """
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError:
        raise _RequestError(431, "request headers too large") from None
    first, *lines = head[:-4].lstrip("\r\n").split("\r\n")
    parts = first.split(" ")
    headers = [(name, value.strip(" \t")) for name, colon, value in (line.partition(":") for line in lines) if colon]
    if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or len(headers) != len(lines):  # noqa: PLR2004
        raise _RequestError(400, "not an HTTP/1.1 request")
    method, target, version = parts
    fields = {name.lower(): value for name, value in headers}
    if "transfer-encoding" in fields:
        raise _RequestError(501, "request bodies of unknown length are not supported")
    length = fields.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()) or int(length) > _MAX_BODY_BYTES:
        raise _RequestError(413, "request body too large")
    await reader.readexactly(int(length))
    wish = fields.get("connection", "").lower()
    keep_alive = wish == "keep-alive" if version == "HTTP/1.0" else wish != "close"
    return Request(method, target, headers, connection), keep_alive


def _encode(answer: Answer, method: str, keep_alive: bool) -> bytes:
    """Return the bytes of a response."""
    phrase = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in answer.headers)]
    body = b"" if answer.status in _WITHOUT_BODY else answer.body
    if answer.status not in _WITHOUT_BODY:
        lines.append(f"Content-Length: {len(body)}")
    if not keep_alive:
        lines.append("Connection: close")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if method == "HEAD" else head + body
