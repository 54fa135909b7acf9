"""Commands on a terminal, as users see them."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path


def on_terminal(
    command: Sequence[str], folder: Path, environ: Mapping[str, str], columns: int = 200
) -> tuple[int, str]:
    """Run a command on a new terminal, and return its exit code and its output without colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    terminal = {"TERM": "xterm", "PULUMI_DISABLE_CI_DETECTION": "true"}
    process = subprocess.Popen(
        command, cwd=folder, env={**terminal, **environ}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return process.wait(), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", shown.decode())
