"""Run a command that must not outlive the one who started it: ``python leash.py COMMAND…``.

Started with a pipe as standard input and in a process group of its own. When the pipe's other end is gone, because
its owner was killed, the whole group is killed, with every compiler or downloader that the command has started.
"""

import os
import signal
import subprocess
import sys
import threading


def _wait_for_the_end_of_the_owner() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing is ever written: this returns when the pipe is closed
    os.killpg(0, signal.SIGKILL)


def main(command: list[str]) -> int:
    """Run the command and return its exit code."""
    threading.Thread(target=_wait_for_the_end_of_the_owner, daemon=True).start()
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
