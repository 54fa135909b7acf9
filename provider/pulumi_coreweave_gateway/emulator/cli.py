"""The command line of the emulator."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from .app import make_app
from .gateways_file import GatewaysError, load_gateways
from .process import EXAMPLE_GATEWAYS
from .serving import serve
from .switches import Switches, parse_latency
from .world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOKEN_VARIABLES = ("COREWEAVE_API_TOKEN", "CW_API_TOKEN")
_HIGHEST_PORT = 65535


class _UsageError(Exception):
    """The command line can't be used as it is."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage of every option."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        self.exit(2, f"emulator: {message}; --help lists the options\n")


def run(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run the emulator until it is stopped.

    Args:
        arguments: the command line, without the program's name.
        environ: where the token is looked for when the command line has none.

    Returns:
        0 after a stop; 2, with one line on stderr, if it can't run.

    """
    options = _parser().parse_args(arguments)
    try:
        token = _token(options, environ)
        gateways = load_gateways(options.gateways) if options.gateways else []
        world = World(token, gateways, _switches(options))
    except (GatewaysError, _UsageError) as reason:
        print(f"emulator: {reason}", file=sys.stderr)
        return 2
    try:
        asyncio.run(serve(make_app(world), options.host, options.port, until_stdin_closes=options.exit_with_stdin))
    except OSError as reason:
        what = (os.strerror(reason.errno) if reason.errno and reason.errno > 0 else str(reason)).lower()
        print(
            f"emulator: can't listen on {options.host} port {options.port}: {what}; --port 0 takes any free port",
            file=sys.stderr,
        )
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m pulumi_coreweave_gateway.emulator",
        description="A stand-in for CoreWeave's gateway API. Its URL is the first line on stdout, once it answers.",
        allow_abbrev=False,
    )
    gateways = parser.add_mutually_exclusive_group()
    gateways.add_argument("--gateways", metavar="FILE.yaml", help="the gateways it has; none without a file")
    gateways.add_argument(
        "--example",
        dest="gateways",
        action="store_const",
        const=EXAMPLE_GATEWAYS,
        help="two example gateways: prod is READY, staging is CREATING",
    )
    parser.add_argument("--host", type=_host, default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on; 0, the default: any free one")
    token = parser.add_mutually_exclusive_group()
    token.add_argument("--token", help="the bearer token it asks for; other users of this machine may see it here")
    token.add_argument("--token-file", metavar="FILE", help="a file with the token")
    parser.add_argument(
        "--exit-with-stdin", action="store_true", help="end when stdin closes, and so with whoever started it"
    )
    forms = parser.add_argument_group("forms that the real API may use too")
    forms.add_argument("--enum-numbers", action="store_true", help="enums as numbers")
    forms.add_argument("--status-true", action="store_true", help="a condition's status as STATUS_TRUE")
    forms.add_argument("--endpoints-without-scheme", action="store_true", help="endpoints without https://")
    forms.add_argument("--nulls", action="store_true", help="null for what would be left out")
    forms.add_argument("--defaults-present", action="store_true", help="defaults are not left out")
    forms.add_argument("--latency", type=_latency, default=0.0, metavar="50ms", help="time that each answer takes")
    return parser


def _switches(options: argparse.Namespace) -> Switches:
    return Switches(
        enum_numbers=options.enum_numbers,
        status_true=options.status_true,
        endpoints_without_scheme=options.endpoints_without_scheme,
        nulls=options.nulls,
        defaults_present=options.defaults_present,
        latency=options.latency,
    )


def _token(options: argparse.Namespace, environ: Mapping[str, str]) -> str:
    if options.token_file:
        try:
            token = Path(options.token_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as reason:
            raise _UsageError(f"{options.token_file}: {getattr(reason, 'strerror', None) or 'not text'}") from None
    elif options.token is not None:
        token = options.token
    else:
        token = next((found for name in _TOKEN_VARIABLES if (found := environ.get(name, "").strip())), "")
    if not token:
        raise _UsageError(f"no token: set {_TOKEN_VARIABLES[0]}, or give --token or --token-file")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise _UsageError("the token must be printable ASCII without spaces")
    return str(token)


def _host(text: str) -> str:
    try:
        # Without a name, the socket would listen everywhere; one that can't be encoded fails where it is resolved.
        usable = bool(text.strip() and text.encode("idna"))
    except UnicodeError:
        usable = False
    if not usable:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of this machine, such as 127.0.0.1")
    return text


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to {_HIGHEST_PORT}")
    return port


def _latency(text: str) -> float:
    try:
        return parse_latency(text)
    except ValueError as reason:
        raise argparse.ArgumentTypeError(str(reason)) from None
