"""A gateway API on loopback: HTTP/1.1, without TLS.

The emulator validates and records each request, which takes about ten times as long as the response. This server counts
requests and connections, and responds after a fixed latency. It runs on threads: while a command is measured, this
process does nothing else.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pulumi_coreweave_gateway.emulator import sample_gateway

PATH = "/v1alpha1/inference/gateways"
TOKEN = "benchmark"  # noqa: S105 - made up
_PLACEHOLDER = "ffffffff-0000-4000-8000-000000000000"
_GATEWAY = json.dumps(sample_gateway(_PLACEHOLDER, name="llama-3-70b"))


def gateway_ids(count: int) -> list[str]:
    """Return the IDs of ``count`` gateways, which are those that the programs look up."""
    return [str(uuid.UUID(int=index + 1, version=4)) for index in range(count)]


def _gateway(gateway_id: str) -> str:
    return _GATEWAY.replace(_PLACEHOLDER, gateway_id)


class Server(ThreadingHTTPServer):
    """The server; it returns a gateway for any ID.

    Args:
        latency: seconds before each response.

    """

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, latency: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.latency, self.lock, self.url = latency, threading.Lock(), f"http://127.0.0.1:{self.server_port}"
        self.configure(0)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def configure(self, gateways: int) -> None:
        """Reset the counts, and set the number of gateways in the list."""
        self.requests = self.connections = 0
        self.list = f'{{"items":[{",".join(map(_gateway, gateway_ids(gateways)))}]}}'


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet
    counted = False

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.requests += 1
            self.server.connections += not self.counted
            self.counted = True
        time.sleep(self.server.latency)
        gateway_id = self.path.removeprefix(PATH).lstrip("/")
        body = (f'{{"gateway":{_gateway(gateway_id)}}}' if gateway_id else self.server.list).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""
