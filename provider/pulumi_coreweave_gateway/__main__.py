"""The command line: ``python -m pulumi_coreweave_gateway doctor``."""

from __future__ import annotations

import argparse
import sys

from .doctor import diagnose


def main(arguments: list[str] | None = None) -> int:
    """Run a command, and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m pulumi_coreweave_gateway")
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser(
        "doctor", help="check versions, settings, endpoint and token of the stack in this folder"
    )
    doctor.add_argument("--profile", help="the profile to check, such as eu")
    chosen = parser.parse_args(arguments)
    failed = False
    for finding in diagnose(chosen.profile):
        print(finding, flush=True)
        failed = failed or not finding.ok
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
