"""An API that limits the rate of requests."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pulumi_coreweave_gateway.emulator import sample_gateway

_GATEWAYS = "/v1alpha1/inference/gateways"


class LimitedApi(ThreadingHTTPServer):
    """An API with some gateways that responds 429, without Retry-After, to requests beyond a rate.

    Args:
        count: the number of gateways, named ``gw-0`` and so on.
        rate: requests a second; as many may come at once.
        list_allowed: whether the token may list gateways.

    Attributes:
        ids: the gateways' IDs.
        statuses: the status of each response.
        connections: how many connections were made.

    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, count: int, rate: float, *, list_allowed: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ids = [str(uuid.UUID(int=number + 1, version=4)) for number in range(count)]
        self.statuses: list[int] = []
        self.connections = 0
        self._gateways = {one: sample_gateway(one, name=f"gw-{number}") for number, one in enumerate(self.ids)}
        self._rate, self._tokens, self._filled = rate, rate, time.monotonic()
        self._list_allowed = list_allowed
        self._lock = threading.Lock()

    def __enter__(self) -> LimitedApi:
        """Start it."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.shutdown()
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection."""
        self.connections += 1
        return super().get_request()

    @property
    def environ(self) -> dict[str, str]:
        """The settings of its users."""
        return {"COREWEAVE_API_ENDPOINT": f"http://127.0.0.1:{self.server_port}", "COREWEAVE_API_TOKEN": "tok-limited"}

    def respond(self, path: str) -> tuple[int, Any]:
        """Return the status and the body of a response."""
        path = path.partition("?")[0]
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._rate, self._tokens + (now - self._filled) * self._rate)
            self._filled = now
            if self._tokens < 1:
                status, body = 429, {"code": 8, "message": "too many requests"}
            else:
                self._tokens -= 1
                status, body = self._found(path)
            self.statuses.append(status)
        return status, body

    def _found(self, path: str) -> tuple[int, Any]:
        if path == _GATEWAYS and self._list_allowed:
            return 200, {"items": list(self._gateways.values())}
        if path == _GATEWAYS:
            return 403, {"code": 7, "message": "no permission to list"}
        return 200, {"gateway": self._gateways[path.rpartition("/")[2]]}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LimitedApi

    def do_GET(self) -> None:
        """Respond."""
        status, body = self.server.respond(self.path)
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print nothing."""
