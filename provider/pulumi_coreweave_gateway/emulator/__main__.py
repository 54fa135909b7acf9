"""``python -m pulumi_coreweave_gateway.emulator``."""

from __future__ import annotations

import signal
import sys


def _exit_quietly(*_: object) -> None:
    sys.exit(0)


def main() -> int:
    """Run the emulator, and return its exit status."""
    # Before the imports below, which take a while.
    signal.signal(signal.SIGINT, _exit_quietly)
    signal.signal(signal.SIGTERM, _exit_quietly)
    from .cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
