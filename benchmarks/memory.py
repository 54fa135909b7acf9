"""The peak memory of the process that runs a program's dynamic providers, as Linux keeps it for each process."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

_PROC = Path("/proc")
_EVERY = 0.02  # seconds; the peak is the kernel's, so only what grew since the last look can be missed


class ProviderMemory:
    """Watches for the provider's process of one command, as a context manager.

    Args:
        marker: an entry of the command's environment, such as ``RUN=7``, that tells its processes from others.

    Attributes:
        peak: bytes; None where there was no such process, or no ``/proc`` to look into.

    """

    def __init__(self, marker: str) -> None:
        self.peak: int | None = None
        self._marker = marker.encode()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._others: set[int] = set()
        self._providers: set[int] = set()

    def __enter__(self) -> ProviderMemory:
        """Start to watch."""
        if _PROC.joinpath("self/status").exists():
            self._others = _numbers()
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            for number in _numbers() - self._others - self._providers:
                self._sort(number)
            for number in self._providers:
                peak = _peak(number)
                if peak is not None:
                    self.peak = max(peak, self.peak or 0)

    def _sort(self, number: int) -> None:
        """Tell whether a process is the provider's; one that still starts may become it."""
        try:
            command = _PROC.joinpath(str(number), "cmdline").read_bytes()
            if b"python" not in command.split(b"\0")[0]:
                return
            if not (b"pulumi.dynamic" in command or b"dynamic_provider" in command):
                self._others.add(number)
            elif self._marker in _PROC.joinpath(str(number), "environ").read_bytes().split(b"\0"):
                self._providers.add(number)
        except OSError:  # it has ended, or it is somebody else's
            return


def _numbers() -> set[int]:
    return {int(folder.name) for folder in _PROC.glob("[0-9]*")}


def _peak(number: int) -> int | None:
    try:
        status = _PROC.joinpath(str(number), "status").read_text(encoding="utf-8")
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None
