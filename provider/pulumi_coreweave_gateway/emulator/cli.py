"""The command line of the emulator."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from .emulator import EXAMPLE_GATEWAYS, Emulator, EmulatorError
from .files import parse_document
from .schema import GatewayDataError

_TOKEN_VARIABLES = ("COREWEAVE_API_TOKEN", "CW_API_TOKEN")
_LATENCY = re.compile(r"(\d+(?:\.\d+)?)(ms|s)?", re.ASCII)
_POLL_INTERVAL = 0.25  # seconds between two looks at the file
_HIGHEST_PORT = 65535
_STYLES = {
    "enum_numbers": "write enums as numbers",
    "status_true": "write a condition's status as STATUS_TRUE",
    "endpoints_without_scheme": "write endpoints without https://",
    "nulls": "write null for fields that would be left out",
    "defaults_present": "write fields that are at their default",
}


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
    try:
        document = _read(options.gateways)
        emulator = Emulator(
            _gateways(options.gateways, document),
            token=_token(options, environ),
            host=options.host,
            port=options.port,
        )
        emulator.switch(latency=options.latency, **{name: getattr(options, name) for name in _STYLES})
        emulator.start()
    except EmulatorError as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 2
    try:
        # Whoever started it may have closed the pipe; it serves all the same.
        with contextlib.suppress(BrokenPipeError):
            print(emulator.url, flush=True)
        _follow(emulator, options.gateways, document)
    finally:
        emulator.stop()


def _follow(emulator: Emulator, file: str | None, loaded: bytes | str) -> NoReturn:
    """Replace the emulator's gateways whenever their file changes."""
    latest = loaded
    while True:
        time.sleep(_POLL_INTERVAL)
        previous, latest = latest, _read(file)
        # A file that is still being written differs from one look to the next.
        if latest == loaded or latest != previous:
            continue
        loaded = latest
        try:
            gateways = _gateways(file, latest)
            emulator.replace(gateways)
            print(f"emulator: {file}: read again, {len(gateways)} gateways", file=sys.stderr, flush=True)
        except EmulatorError as error:
            print(f"emulator: {error}; the gateways stay as they were", file=sys.stderr, flush=True)


def _read(file: str | None) -> bytes | str:
    """Return what is in the file, or why it can't be read."""
    try:
        return Path(file).read_bytes() if file else b""
    except OSError as error:
        return error.strerror or str(error)


def _gateways(file: str | None, document: bytes | str) -> list[dict[str, Any]]:
    if not file:
        return []
    if isinstance(document, str):
        raise EmulatorError(f"{file}: {document}")
    try:
        return [gateway.as_given() for gateway in parse_document(document)]
    except GatewayDataError as error:
        raise EmulatorError(f"{file}: {error}") from None


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
    token = parser.add_mutually_exclusive_group()
    token.add_argument("--token", help="the bearer token it requires; other users of this machine may see it here")
    token.add_argument("--token-file", metavar="FILE", help="a file with the token")
    parser.add_argument("--latency", type=_latency, default=0.0, metavar="50ms", help="time that each answer takes")
    forms = parser.add_argument_group("forms of an answer that the real API may use too")
    for name, meaning in _STYLES.items():
        forms.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=meaning)
    return parser


def _token(options: argparse.Namespace, environ: Mapping[str, str]) -> str:
    if options.token_file:
        try:
            token = Path(options.token_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise EmulatorError(f"{options.token_file}: {getattr(error, 'strerror', None) or 'not text'}") from None
    elif options.token is not None:
        token = options.token
    else:
        token = next((found for name in _TOKEN_VARIABLES if (found := environ.get(name, "").strip())), "")
    if not token:
        raise EmulatorError(f"no token: set {_TOKEN_VARIABLES[0]}, or use --token or --token-file")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise EmulatorError("invalid token: it must be printable ASCII without spaces")
    return str(token)


def _host(text: str) -> str:
    try:
        # An empty host would listen on every address.
        valid = bool(text.strip() and text.encode("idna"))
    except UnicodeError:
        valid = False
    if not valid:
        raise argparse.ArgumentTypeError(f"invalid host {text!r}: use an address of this machine, such as 127.0.0.1")
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"invalid port {text!r}: use 0 to {_HIGHEST_PORT}")
    return int(text)


def _latency(text: str) -> float:
    """Return the seconds in ``50ms``, ``1.5s`` or a number of seconds."""
    match = _LATENCY.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"invalid latency {text!r}: use 50ms, 1.5s or a number of seconds")
    return float(match[1]) * (0.001 if match[2] == "ms" else 1.0)
