"""An HTTP/1.1 server: the standard library's, with a thread for each connection."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import socketserver
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from .api import Api
from .scripting import Response, error_response

_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_POLL_INTERVAL = 0.02
"""Seconds that :meth:`HttpServer.stop` waits at most for the listening thread."""


class HttpServer(socketserver.ThreadingTCPServer):
    """Serves the API until it is stopped.

    Args:
        api: what responds to the requests.
        host: the address to listen on.
        port: the port; 0 for any that is free.

    Raises:
        OSError: it can't listen there.

    """

    allow_reuse_address = os.name == "posix"
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, api: Api, host: str, port: int) -> None:
        self.address_family, _, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        super().__init__((str(address[0]), port), _Handler)
        self.api = api
        self.numbers = itertools.count()
        self.stopping = threading.Event()
        self._sockets: set[Any] = set()
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.server_address[1]}"
        threading.Thread(
            target=self.serve_forever, args=[_POLL_INTERVAL], name="coreweave-emulator", daemon=True
        ).start()

    def stop(self) -> None:
        """Stop listening and close all connections; requests that wait for their response get none."""
        self.shutdown()
        self.server_close()
        for connection in list(self._sockets):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.stopping.set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and remember it while it is open."""
        self._sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error of the server, but not a client that has gone away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Serves the requests of one connection."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"  # an error response to what isn't HTTP has a status line, too
    wbufsize = -1  # head and body are sent together

    def setup(self) -> None:
        """Give the connection a number."""
        super().setup()
        self.number = next(self.server.numbers)

    def __getattr__(self, name: str) -> Any:
        """Return what responds to a method; the base class looks up ``do_METHOD``."""
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def serve(self) -> None:
        """Respond to a request."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.send_error(HTTPStatus.LENGTH_REQUIRED, "request body without a valid Content-Length")
            return
        self.rfile.read(int(length))
        self._send(
            self.server.api.respond(
                self.command, self.path, self.headers.items(), self.number, self.server.stopping.wait
            )
        )

    def send_error(self, code: int, message: str | None = None, _: str | None = None) -> None:
        """Send an error in the API's form, and close the connection."""
        self.close_connection = True
        self._send(error_response(code, message or HTTPStatus(code).phrase))

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status not in _WITHOUT_BODY:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if response.status not in _WITHOUT_BODY and self.command != "HEAD":
            self.wfile.write(response.body)
