"""Running a command quietly, and the reason when it fails."""

from __future__ import annotations

import collections
import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_LAST_LINES = 3
_LONGEST_REASON = 400


class UnavailableError(Exception):
    """One way to get an engine doesn't work on this machine; the message is the reason, in one line."""


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    timeout: float,
    on_line: Callable[[str], None] = lambda _: None,
) -> str:
    """Run a command without showing its output, and return its standard output.

    The command gets a process group of its own, which is killed at the end, also if this call is interrupted.

    Args:
        command: The command and its arguments.
        env: Its environment.
        cwd: Its working directory.
        timeout: How long it may take, in seconds.
        on_line: Called with each line of its standard error.

    Raises:
        UnavailableError: The command doesn't exist, fails, or takes too long.

    """
    shown = f"`{' '.join(map(str, command[:2]))}`"
    last_lines: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
    timed_out = threading.Event()
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            process = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise UnavailableError(f"{shown} can't be started: {error.strerror}") from None

        def kill() -> None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

        def time_out() -> None:
            timed_out.set()
            kill()

        timer = threading.Timer(timeout, time_out)
        try:
            timer.start()
            with process.stderr as lines:  # type: ignore[union-attr]
                for line in lines:
                    last_lines.extend(filter(None, [line.strip()]))
                    on_line(line)
            code = process.wait()
        finally:
            timer.cancel()
            kill()
            process.wait()
        if timed_out.is_set():
            raise UnavailableError(f"{shown} took longer than {timeout:g} seconds")
        if code:
            reason = "; ".join(last_lines) or f"exit code {code}"
            raise UnavailableError(f"{shown} failed: {_CREDENTIALS.sub('***', reason)[-_LONGEST_REASON:]}")
        output.seek(0)
        return output.read()
