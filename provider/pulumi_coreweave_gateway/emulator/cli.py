"""The command line of the emulator."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .emulator import EXAMPLE_GATEWAYS, Emulator
from .resources import EmulatorError

_TOKEN_VARIABLES = ("COREWEAVE_API_TOKEN", "CW_API_TOKEN")
_POLL_INTERVAL = 0.25  # seconds


def main(arguments: Sequence[str]) -> int:
    """Run the emulator until SIGINT or SIGTERM ends it with status 0.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        2, after one line on stderr, if it can't run.

    """
    options = _parser().parse_args(arguments)
    file: str | None = options.gateways
    version = _version(file)
    try:
        emulator = Emulator(file or (), token=_token(options.token), host=options.host, port=options.port)
        emulator.start()
    except EmulatorError as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    served = emulator.served() if file else "no gateways; use --example or --gateways"
    print(f"emulator: serving {served}", file=sys.stderr, flush=True)
    try:
        print(emulator.url, flush=True)
        while True:
            time.sleep(_POLL_INTERVAL)
            latest = _version(file)
            if file is not None and latest != version:
                version = latest
                _reload(emulator, file)
    finally:
        emulator.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pulumi_coreweave_gateway.emulator",
        description="Emulates CoreWeave's inference API. Prints its URL to stdout when it is ready.",
        allow_abbrev=False,
    )
    gateways = parser.add_mutually_exclusive_group()
    gateways.add_argument(
        "--gateways",
        metavar="FILE.yaml",
        help="the gateways and deployments to serve, read again when the file changes; default: none",
    )
    gateways.add_argument(
        "--example",
        dest="gateways",
        action="store_const",
        const=str(EXAMPLE_GATEWAYS),
        help="serve two example gateways, prod and staging, and two deployments behind prod",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0, the default, takes any free port")
    parser.add_argument(
        "--token", help="bearer token to require; prefer COREWEAVE_API_TOKEN, which other users can't see"
    )
    return parser


def _token(given: str | None) -> str:
    token = given or next((found for name in _TOKEN_VARIABLES if (found := os.environ.get(name, "").strip())), "")
    if not token:
        raise EmulatorError(f"no token: set {_TOKEN_VARIABLES[0]}, or use --token")
    return token


def _version(file: str | None) -> tuple[int, int] | None:
    """Return what changes with a file; None if there is no file."""
    try:
        about = Path(file).stat() if file else None
    except OSError:
        return None
    return (about.st_mtime_ns, about.st_ino) if about else None


def _reload(emulator: Emulator, file: str) -> None:
    """Replace what the emulator serves by what is in its file now."""
    try:
        emulator.replace(file)
        print(f"emulator: {file}: read again, serving {emulator.served()}", file=sys.stderr, flush=True)
    except EmulatorError as error:
        print(f"emulator: {error}; still serving what it served before", file=sys.stderr, flush=True)
