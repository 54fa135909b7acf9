"""``python -m pulumi_coreweave_gateway.emulator``."""

from __future__ import annotations

import signal
import sys


def _end_quietly(*_: object) -> None:
    """End on a signal that comes before the server can take it."""
    sys.exit(0)


def main() -> int:
    """Run the emulator, and return its exit status."""
    # First of all, since the imports below take a while.
    signal.signal(signal.SIGINT, _end_quietly)
    signal.signal(signal.SIGTERM, _end_quietly)
    try:
        import aiohttp  # noqa: F401
        import yaml  # noqa: F401
    except ImportError as missing:
        print(
            f"emulator: {missing.name} is not installed; install this package with its extra: [emulator], "
            f"or {sys.executable} -m pip install aiohttp pyyaml",
            file=sys.stderr,
        )
        return 2
    from .cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
