"""Running a command quietly, and the reason when it fails."""

from __future__ import annotations

import collections
import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_INTERRUPTIONS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
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
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Run a command without showing its output, and return its standard output.

    The command gets a process group of its own, which is killed if this call is interrupted.

    Args:
        command: The command and its arguments.
        env: Its environment.
        cwd: Its working directory.
        timeout: How long it may take, in seconds.
        on_line: Called, on another thread, with each line of its standard error.

    Raises:
        UnavailableError: The command doesn't exist, fails, or takes too long.

    """
    shown = f"`{' '.join(map(str, command[:2]))}`"
    output: list[str] = []
    last_lines: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)

    def on_error_line(line: str) -> None:
        if line.strip():
            last_lines.append(line.strip())
        if on_line:
            on_line(line)

    try:
        with _process(command, env, cwd) as process:
            readers = [
                threading.Thread(target=_read, args=[process.stderr, on_error_line], daemon=True),
                threading.Thread(target=_read, args=[process.stdout, output.append], daemon=True),
            ]
            for reader in readers:
                reader.start()
            code = process.wait(timeout)
    except OSError as error:
        raise UnavailableError(f"{shown} can't be started: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{shown} took longer than {timeout:g} seconds") from None
    for reader in readers:
        reader.join()
    if code:
        reason = "; ".join(last_lines) or f"exit code {code}"
        raise UnavailableError(f"{shown} failed: {_CREDENTIALS.sub('***', reason)[-_LONGEST_REASON:]}")
    return "".join(output)


def _read(stream: IO[str], on_line: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            on_line(line)


@contextlib.contextmanager
def _process(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group of its own; whatever is left of the group at the end is killed."""
    process = None
    # An interruption between the start of the process and its assignment would leave it running.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    try:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        yield process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
