"""The gateway API, fast enough not to be what is measured.

The emulator checks, records and scripts what it is asked, which costs it about ten times as much as the answer does.
This one answers any gateway, counts, and takes the same time for each answer. Its own process, HTTP/1.1, no TLS.

=================  ===================================================
``GET /counts``    what has been asked since the last reset
``GET /reset``     forget that
``GET …/ID``       the gateway with this id
=================  ===================================================
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Any, cast

from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway.emulator.samples import sample_gateway

GATEWAYS = "/v1alpha1/inference/gateways"
TOKEN = "benchmark"  # noqa: S105 - made up, and only ever sent to this server
_ID = "ID"


@dataclass
class Counts:
    """What a server has been asked.

    Attributes:
        requests: for gateways, answered or not.
        connections: that were used for them.
        cpu: seconds of CPU that this process took.

    """

    requests: int = 0
    connections: int = 0
    cpu: float = 0.0


class _Connection(asyncio.Protocol):
    """One connection of a client, which sends one request after another."""

    def __init__(self, latency: float, counts: Counts, body: str) -> None:
        self._latency = latency
        self._counts = counts
        self._body = body
        self._read = b""
        self._counted = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, self._read = self._read.split(b"\r\n\r\n", 1)
            self._take(head.split(b" ", 2)[1].decode("ascii", "replace"))

    def _take(self, path: str) -> None:
        if path == "/counts":
            used = resource.getrusage(resource.RUSAGE_SELF)
            self._counts.cpu = used.ru_utime + used.ru_stime
            self._answer(json.dumps(vars(self._counts)))
        elif path == "/reset":
            self._counts.requests = self._counts.connections = 0
            self._answer("{}")
        else:
            self._counts.requests += 1
            self._counts.connections += not self._counted
            self._counted = True
            answer = self._body.replace(_ID, path.rpartition("/")[2])
            asyncio.get_running_loop().call_later(self._latency, self._answer, answer)

    def _answer(self, body: str) -> None:
        transport = self._transport
        if transport is not None and not transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            transport.write((head + body).encode("ascii"))


def wire_body(gateway_id: str) -> str:
    """Return what the API answers for a gateway."""
    return json.dumps({"gateway": sample_gateway(gateway_id, name="llama-3-70b")})


async def _serve(latency: float) -> None:
    counts = Counts()
    body = wire_body(_ID)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(latency, counts, body), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    await server.serve_forever()


def _end_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


class Server:
    """A server in a process of its own, as a context manager; it ends with the block, or with this process.

    Args:
        latency: the seconds that each answer takes.

    """

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Server:
        """Start it, and return when it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", "--latency", str(self.latency)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    @property
    def environ(self) -> dict[str, str]:
        """The settings that make a program ask it."""
        return {"COREWEAVE_API_ENDPOINT": self.url, "COREWEAVE_API_TOKEN": TOKEN}

    def counts(self) -> Counts:
        """Return what it has been asked since the last reset."""
        return Counts(**self._get("/counts"))

    def reset(self) -> None:
        """Forget what it has been asked."""
        self._get("/reset")

    def _get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310 - the server's own URL
            values: dict[str, Any] = json.load(answer)
            return values


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description="Serve the gateway API to the benchmarks.")
    _parser.add_argument("--latency", type=float, required=True)
    asyncio.run(_serve(_parser.parse_args().latency))
