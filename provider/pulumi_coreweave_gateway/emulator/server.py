"""The API over HTTP: its responses, and the scripted ones that replace them."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import socket
import socketserver
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote

from .resources import DEPLOYMENTS, GATEWAYS, UUID, Resource
from .samples import ORGANIZATION

API = "/v1alpha1/inference"
WHOAMI = "/v1beta1/auth/whoami"

_COLLECTION = re.compile(rf"{API}/({GATEWAYS}|{DEPLOYMENTS})(?:/([^/]+))?")
_GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 409: 10, 429: 8, 500: 13, 501: 12, 502: 14, 503: 14, 504: 4}
_UNKNOWN = 2
_MAX_RECORDED = 10_000
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_POLL_INTERVAL = 0.02
"""Seconds that :meth:`HttpServer.stop` waits at most for the listening thread."""


@dataclass(frozen=True)
class Response:
    """An HTTP response; the names of its headers are in title case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Script:
    """A response, and the requests that get it.

    Attributes:
        response: None for the API's own.
        headers: Replace those of the response.
        delay: Seconds before the response.
        path: The path of the requests, in lower case; None for every path.
        remaining: How many more requests get it; None for all.

    """

    response: Response | None
    headers: Mapping[str, str]
    delay: float
    path: str | None
    remaining: int | None


@dataclass
class RecordedRequest:
    """A request that the emulator has received.

    Attributes:
        port: That of the client, by which its connections differ.
        method: Its method.
        path: Its path as sent, without the query.
        query: Its query as sent, without the ``?``.
        headers: Its headers, with ``***`` for the credentials.
        status: The status of the response; None until it is sent.

    """

    port: int
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    status: int | None = None


def json_response(body: object, status: int = 200) -> Response:
    """Return a response with a JSON body, in UTF-8; half a surrogate pair stays an escape."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(status, text.encode("utf-8", "backslashreplace"), {"Content-Type": "application/json"})


def error_response(status: int, message: str) -> Response:
    """Return an error as the API sends it: a ``google.rpc.Status``."""
    return json_response({"code": _GRPC_CODES.get(status, _UNKNOWN), "message": message}, status)


class Api:
    """The API and its state.

    Args:
        token: The bearer token that it requires.

    Attributes:
        lock: Guards every other attribute.
        resources: What it serves, by ID in lower case.
        scripts: Responses that replace or delay its own.
        requests: The latest requests.

    """

    def __init__(self, token: str) -> None:
        self.lock = threading.RLock()
        self.resources: dict[str, Resource] = {}
        self.scripts: list[Script] = []
        self.requests: deque[RecordedRequest] = deque(maxlen=_MAX_RECORDED)
        self._token = token
        self._numbers = itertools.count(1)

    def respond(
        self, method: str, target: str, headers: Message, port: int, wait: Callable[[float], object]
    ) -> Response:
        """Record a request, and return the response when it is due.

        Args:
            method: Its method.
            target: Its path and query as sent.
            headers: Its headers.
            port: That of the client.
            wait: Waits for a number of seconds.

        """
        path, _, query = target.partition("?")
        with self.lock:
            script = self._take_script(path.lower())
            shown = {name: "***" if name.lower() == "authorization" else value for name, value in headers.items()}
            request = RecordedRequest(port, method, path, query, shown)
            self.requests.append(request)
            more = {"X-Request-Id": f"emulator-{next(self._numbers)}"}
        if script:
            wait(script.delay)
        with self.lock:
            response = script.response if script else None
            response = response or self._own_response(method, path, query, headers)
            request.status = response.status
        more |= {**response.headers, **(script.headers if script else {})}
        return Response(response.status, response.body, more)

    def _take_script(self, path: str) -> Script | None:
        """Return the script for a request to a path, and count the request."""
        scripts = [script for script in self.scripts if script.path in {path, None}]
        # The first of those that are most limited: to this path, then to a number of requests.
        found = min(scripts, key=lambda script: (script.path is None, script.remaining is None), default=None)
        if found is not None and found.remaining is not None:
            found.remaining -= 1
            if not found.remaining:
                self.scripts.remove(found)
        return found

    def _own_response(self, method: str, path: str, query: str, headers: Message) -> Response:
        match = _COLLECTION.fullmatch(path)
        if match is None and path != WHOAMI:
            return error_response(404, "not found")
        if method != "GET":
            return error_response(405, f"method {method} not allowed")
        if headers.get("Authorization") != f"Bearer {self._token}":
            return error_response(401, "missing or invalid bearer token")
        if match is None:
            return json_response({"principal": {"uid": "emulator", "orgUid": ORGANIZATION}})
        kind, name = match.groups()
        return self._list(kind, query) if name is None else self._get(kind, unquote(name))

    def _get(self, kind: str, resource_id: str) -> Response:
        label = kind.removesuffix("s")
        if UUID.fullmatch(resource_id) is None:
            return error_response(400, f"invalid {label} id: must be a UUID")
        resource = self.resources.get(resource_id.lower())
        if resource is None or resource.kind != kind:
            return error_response(404, f"{label} {resource_id.lower()} not found")
        return json_response({label: resource.read()})

    def _list(self, kind: str, query: str) -> Response:
        listed = [resource for resource in self.resources.values() if resource.kind == kind]
        if kind == DEPLOYMENTS and (parent := parse_qs(query).get("parentGatewayId")):
            listed = [resource for resource in listed if parent[0].lower() in _gateway_ids(resource)]
        items = [resource.read() for resource in listed]
        # Fields at their default are left out, an empty list too.
        return json_response({"items": items} if items else {})


def _gateway_ids(deployment: Resource) -> set[str]:
    return {str(gateway_id).lower() for gateway_id in deployment.value["spec"].get("gatewayIds") or []}


class HttpServer(socketserver.ThreadingTCPServer):
    """Serves the API until it is stopped, with a thread for each connection.

    Args:
        api: What responds to the requests.
        host: The address to listen on.
        port: The port; 0 for any that is free.

    Raises:
        OSError: It can't listen there.

    """

    allow_reuse_address = sys.platform != "win32"
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, api: Api, host: str, port: int) -> None:
        super().__init__((host, port), _Handler)
        self.api = api
        self.stopping = threading.Event()
        self._connections: set[Any] = set()
        self.url = f"http://{host}:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=[_POLL_INTERVAL], daemon=True).start()

    def stop(self) -> None:
        """Stop listening and close all connections; requests that wait for their response get none."""
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.stopping.set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and remember it while it is open."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error of the server, but not a client that has gone away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Serves the requests of one connection."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body are sent together

    def do_GET(self) -> None:
        """Respond to a request."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        port = self.client_address[1]
        response = self.server.api.respond(self.command, self.path, self.headers, port, self.server.stopping.wait)
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status not in _WITHOUT_BODY:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if response.status not in _WITHOUT_BODY:
            self.wfile.write(response.body)

    do_DELETE = do_PATCH = do_POST = do_PUT = do_GET  # noqa: N815 - the base class looks up do_METHOD

    def log_message(self, *_: object) -> None:
        """Log nothing."""
