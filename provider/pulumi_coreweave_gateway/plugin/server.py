"""The process ``pulumi-resource-coreweave-gateway``: a gRPC server until the engine ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from ..about import VERSION
from .servicer import ProviderServicer

_UNLIMITED = ("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)
_GRACE = 5.0
"""Seconds for cancelled calls to answer."""
_CANCEL_INTERVAL = 0.1
"""Seconds between two attempts to cancel the calls in flight."""
_PARENT_CHECK_INTERVAL = 5.0
"""Seconds between two checks that the engine is still running."""


def main() -> None:
    """Serve until a signal arrives or the engine is gone."""
    if "--version" in sys.argv[1:]:
        print(VERSION)
    else:
        asyncio.run(_serve())


async def _serve() -> None:
    stopped, parent = asyncio.Event(), os.getppid()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
    server = grpc.aio.server(options=_UNLIMITED)
    servicer = ProviderServicer()
    add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    # The engine reads the port from the first line.
    print(port, flush=True)
    signalled = asyncio.ensure_future(stopped.wait())
    # An engine that was killed sends no signal.
    while not signalled.done() and os.getppid() == parent:
        await asyncio.wait([signalled], timeout=_PARENT_CHECK_INTERVAL)
    stopping = asyncio.ensure_future(server.stop(grace=_GRACE))
    # gRPC prints a traceback for each call that it has to cancel itself. Calls may still start for a moment.
    while not stopping.done():
        servicer.cancel()
        await asyncio.wait([stopping], timeout=_CANCEL_INTERVAL)


if __name__ == "__main__":
    main()
