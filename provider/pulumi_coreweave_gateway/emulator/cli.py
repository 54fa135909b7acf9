"""The command line of the emulator."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from .emulator import EXAMPLE_GATEWAYS, Emulator, EmulatorError

_TOKEN_VARIABLES = ("COREWEAVE_API_TOKEN", "CW_API_TOKEN")
_POLL_INTERVAL = 0.25  # seconds
_HIGHEST_PORT = 65535


class _Parser(argparse.ArgumentParser):
    """Reports a usage error in one line."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        self.exit(2, f"emulator: {message}; --help lists the options\n")


def run(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run the emulator until a signal handler raises SystemExit.

    Args:
        arguments: the command line, without the program's name.
        environ: has the token where the command line doesn't.

    Returns:
        2, after one line on stderr, if it can't run.

    """
    options = _parser().parse_args(arguments)
    version = _version(options.gateways)
    try:
        emulator = Emulator(
            options.gateways or (), token=_token(options.token, environ), host=options.host, port=options.port
        )
        emulator.switch(latency=options.latency)
        emulator.start()
    except EmulatorError as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    try:
        # The process that started it may have closed the pipe; it goes on serving.
        with contextlib.suppress(BrokenPipeError):
            print(emulator.url, flush=True)
        _follow(emulator, options.gateways, version)
    finally:
        emulator.stop()


def _follow(emulator: Emulator, file: str | None, version: object) -> NoReturn:
    """Replace the emulator's gateways whenever their file changes."""
    while True:
        time.sleep(_POLL_INTERVAL)
        latest = _version(file)
        if file is None or latest == version:
            continue
        version = latest
        try:
            emulator.replace(file)
            print(f"emulator: {file}: read again", file=sys.stderr, flush=True)
        except EmulatorError as error:
            print(f"emulator: {error}; the gateways stay as they were", file=sys.stderr, flush=True)


def _version(file: str | None) -> tuple[int, ...] | None:
    """Return what changes with a file; None if it isn't there."""
    try:
        about = Path(file).stat() if file else None
    except OSError:
        return None
    return (about.st_mtime_ns, about.st_size, about.st_ino) if about else None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m pulumi_coreweave_gateway.emulator",
        description="A stand-in for CoreWeave's gateway API. The first line on stdout is its URL, once it answers.",
        allow_abbrev=False,
    )
    gateways = parser.add_mutually_exclusive_group()
    gateways.add_argument(
        "--gateways", metavar="FILE.yaml", help="the gateways it has, read again when the file changes; default: none"
    )
    gateways.add_argument(
        "--example",
        dest="gateways",
        action="store_const",
        const=str(EXAMPLE_GATEWAYS),
        help="two example gateways: prod is READY, staging is CREATING",
    )
    parser.add_argument("--host", type=_host, default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on; 0, the default, takes any free port")
    parser.add_argument("--token", help="the bearer token it requires; prefer COREWEAVE_API_TOKEN, which is not shown")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="time that each answer takes")
    return parser


def _token(given: str | None, environ: Mapping[str, str]) -> str:
    token = given or next((found for name in _TOKEN_VARIABLES if (found := environ.get(name, "").strip())), "")
    if not token:
        raise EmulatorError(f"no token: set {_TOKEN_VARIABLES[0]}, or use --token")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise EmulatorError("invalid token: it must be printable ASCII without spaces")
    return token


def _host(text: str) -> str:
    # An empty host would listen on every address.
    if not text.strip():
        raise argparse.ArgumentTypeError(f"invalid host {text!r}: use an address of this machine, such as 127.0.0.1")
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"invalid port {text!r}: use 0 to {_HIGHEST_PORT}")
    return int(text)
