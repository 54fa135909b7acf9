"""Starts the emulator as a process of its own, and ends it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

from .remote import Emulator, EmulatorError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

EXAMPLE_GATEWAYS = Path(__file__).with_name("example.yaml")
"""A file with two gateways to look at, one READY and one CREATING."""

_START = 30.0  # seconds; a loaded machine may need a few for the imports alone
_END = 5.0


class EmulatorProcess(Emulator):
    """A context manager: an emulator on a free port of this machine, which ends with the block.

    It ends with this process too, however that ends, and isn't disturbed by a Ctrl-C meant for it.

    Args:
        gateways: the YAML file of gateways that it starts with; none without it.
        token: the bearer token that it asks for; a new one without it.
        arguments: further arguments of its command line, such as ``("--latency", "50ms")``.

    Raises:
        EmulatorError: from ``__enter__``, if it doesn't start; with the line it ended with.

    """

    def __init__(
        self,
        gateways: str | os.PathLike[str] | None = None,
        *,
        token: str | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        super().__init__("", token or f"emulator-{secrets.token_hex(12)}")
        self._arguments = [*(("--gateways", os.fspath(gateways)) if gateways is not None else ()), *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process's number; None while there is none."""
        return self._process.pid if self._process else None

    def __enter__(self) -> EmulatorProcess:
        """Start it, and return when it answers."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.stop()

    def start(self) -> None:
        """Start it, and return when it answers.

        Raises:
            EmulatorError: it doesn't start; with the line it ended with.

        """
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, and arguments of our own
            [
                sys.executable,
                "-m",
                "pulumi_coreweave_gateway.emulator",
                "--exit-with-stdin",
                *self._arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            # Not on the command line, where other users of the machine would see it.
            env={**os.environ, "COREWEAVE_API_TOKEN": self._token},
            # A Ctrl-C in the terminal ends the Pulumi program, which may still have to ask the emulator.
            start_new_session=True,
        )
        self.url = self._first_line(self._process)
        if not self.url:
            complaint = self._complaint()
            self.stop()
            raise EmulatorError(f"The emulator did not start: {complaint or f'no answer in {_START:g} seconds'}")

    def stop(self) -> None:
        """End it, and return when it has ended; harmless when it has ended already."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            process.terminate()
            try:
                process.wait(_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    @staticmethod
    def _first_line(process: subprocess.Popen[bytes]) -> str:
        """Return the first line on stdout, "" if there is none in time."""
        lines: list[bytes] = []
        stdout = process.stdout
        assert stdout is not None  # noqa: S101 - it was asked for
        reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
        reader.start()
        reader.join(_START)
        if reader.is_alive():
            process.kill()
            reader.join()
        return lines[0].decode("ascii", "replace").strip() if lines else ""

    def _complaint(self) -> str:
        if self._complaints is None:
            return ""
        self._complaints.seek(0)
        return self._complaints.read().decode("utf-8", "replace").strip()
