"""A gateway API in its own process: HTTP/1.1, without TLS.

The emulator validates and records every request, which takes about ten times as long as the response. This server only
counts requests and connections, responds after a fixed latency, and can limit the rate of requests.
"""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection

from pulumi_coreweave_gateway.emulator.samples import sample_gateway

PATH = "/v1alpha1/inference/gateways"
TOKEN = "benchmark"  # noqa: S105 - made up, and only sent to this server
_PLACEHOLDER = "ffffffff-0000-4000-8000-000000000000"
_GATEWAY = json.dumps(sample_gateway(_PLACEHOLDER, name="llama-3-70b"))


class Server:
    """The server's process, which runs until it is closed.

    Args:
        latency: seconds before each response.

    Attributes:
        url: the endpoint.

    """

    def __init__(self, latency: float) -> None:
        self._pipe, far_end = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")
        self._process = spawn.Process(target=_serve, args=(latency, far_end), daemon=True)
        self._process.start()
        self.url = f"http://127.0.0.1:{self._pipe.recv()}"

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that point a program at it."""
        return {"COREWEAVE_API_ENDPOINT": self.url, "COREWEAVE_API_TOKEN": TOKEN}

    def configure(self, gateways: int, rate: float = 0) -> None:
        """Reset the counts, and set the number of gateways and the rate limit (requests a second; 0 for none)."""
        self._pipe.send((gateways, rate))
        self._pipe.recv()

    def counts(self) -> tuple[int, int]:
        """Return the numbers of requests and connections since it was last configured."""
        self._pipe.send(None)
        requests, connections = self._pipe.recv()
        return requests, connections


def gateway_ids(count: int) -> list[str]:
    """Return the IDs of ``count`` gateways, which are those that the programs look up."""
    return [str(uuid.UUID(int=index + 1, version=4)) for index in range(count)]


def _gateway(gateway_id: str) -> str:
    return _GATEWAY.replace(_PLACEHOLDER, gateway_id)


class _State:
    """State that all connections share; used under its lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.configure(0, 0)

    def configure(self, gateways: int, rate: float) -> None:
        self.requests = self.connections = 0
        self.list_body = f'{{"items": [{", ".join(map(_gateway, gateway_ids(gateways)))}]}}'
        self._rate, self._allowance, self._checked_at = rate, rate, time.monotonic()

    def admits(self) -> bool:
        """Count a request, and return whether the rate limit admits it."""
        self.requests += 1
        now = time.monotonic()
        self._allowance = min(self._rate, self._allowance + (now - self._checked_at) * self._rate)
        self._checked_at = now
        admitted = self._rate == 0 or self._allowance >= 1
        self._allowance -= admitted
        return admitted


def _serve(latency: float, pipe: Connection) -> None:
    """Serve until the other end of the pipe is closed."""
    state = _State()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet
        counted = False

        def do_GET(self) -> None:
            with state.lock:
                admitted = state.admits()
                state.connections += not self.counted
            self.counted = True
            gateway_id = self.path.removeprefix(PATH).lstrip("/")
            body = f'{{"gateway": {_gateway(gateway_id)}}}' if gateway_id else state.list_body
            if admitted:
                time.sleep(latency)
            else:
                body = '{"code": 8, "message": "rate limit exceeded"}'
            self.send_response(200 if admitted else 429)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode("ascii"))

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    class HTTPServer(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 1024

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_port)
    while True:
        try:
            order = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        with state.lock:
            if order:
                state.configure(*order)
            pipe.send((state.requests, state.connections))
