"""Starts the server, prints its port, and ends with the engine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent import futures
from types import FrameType

import grpc
from pulumi.runtime.proto import language_pb2_grpc

from .orphans import when_orphaned
from .processes import Processes
from .runtime import PythonRuntime

_LARGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes, as the engine has it."""


def main(arguments: list[str]) -> None:
    """Serve until the engine is done.

    Args:
        arguments: what the engine passes: flags, and its address as the last one.

    """
    engine = arguments[-1] if arguments and not arguments[-1].startswith("-") else ""
    processes, over = Processes(), threading.Event()

    def end(_signal: int = 0, _frame: FrameType | None = None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    when_orphaned(end)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=8),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(PythonRuntime(engine, processes, end), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    over.wait()
    processes.end()
    server.stop(grace=1).wait(2)
    # Threads that still serve a call must not keep the process.
    sys.stdout.flush()
    os._exit(0)
