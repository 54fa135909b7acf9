"""One command, measured: wall, CPU of it and all its children, what the server counted, the provider's memory."""

from __future__ import annotations

import itertools
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.memory import ProviderMemory
from benchmarks.model import Figures
from benchmarks.server import Server

_numbers = itertools.count(1)
_LAST_WORDS = 2000


class CommandFailedError(Exception):
    """A command that is measured has failed: what it said at last."""


def measure(command: Sequence[str], folder: Path, environ: Mapping[str, str], server: Server) -> tuple[Figures, str]:
    """Run a command to its end, and return its figures and what it printed.

    Args:
        command: the command.
        folder: where it runs.
        environ: its whole environment.
        server: what it asks.

    Raises:
        CommandFailedError: it ended with another status than 0.

    """
    marker = f"BENCHMARK_RUN={os.getpid()}.{next(_numbers)}"
    server.reset()
    before = server.counts()
    with tempfile.TemporaryFile() as said, ProviderMemory(marker) as memory:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environ, **dict([marker.split("=")])},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        # Not Popen.wait, which doesn't tell what the process and its children have used.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    if process.returncode:
        raise CommandFailedError(
            f"`{' '.join(command[:2])} …` ended with {process.returncode}: {output[-_LAST_WORDS:]}"
        )
    after = server.counts()
    return (
        Figures(
            wall=wall,
            cpu=used.ru_utime + used.ru_stime,
            requests=after.requests,
            connections=after.connections,
            server_cpu=after.cpu - before.cpu,
            memory=memory.peak,
        ),
        output,
    )
