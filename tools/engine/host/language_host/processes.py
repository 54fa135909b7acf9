"""The processes that are under way, and ending them."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_PATIENCE = 5.0
"""Seconds that a process has to end by itself."""


class Processes:
    """Starts processes, and ends whatever is left of them."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[Any]] = set()
        self._lock = threading.Lock()
        self._ended = False

    @contextlib.contextmanager
    def start(
        self, command: Sequence[str], folder: Path, environ: Mapping[str, str], **options: Any
    ) -> Iterator[subprocess.Popen[Any]]:
        """Start a process, and end it if it outlives the block."""
        with self._lock:
            if self._ended:
                raise InterruptedError
            process = subprocess.Popen(command, cwd=folder, env=dict(environ), stdin=subprocess.DEVNULL, **options)
            self._running.add(process)
        try:
            yield process
        finally:
            _end(process)
            with self._lock:
                self._running.discard(process)

    def end(self) -> None:
        """End all that run, and start no more."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        for process in running:
            _end(process)


def _end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
