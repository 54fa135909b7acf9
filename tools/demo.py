"""What ``make preview`` and ``make up`` run: the default program, on a stack in ``.pulumi-state``.

Without settings it looks a gateway up in the embedded emulator; with ``COREWEAVE_API_TOKEN`` and ``GATEWAY_ID`` set,
in the real API.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_coreweave_gateway.emulator.process import EXAMPLE_GATEWAYS, EmulatorProcess
from tools.engine import EngineError, ensure
from tools.sandbox import CHECKOUT, sandbox_environment

STATE = CHECKOUT / ".pulumi-state"
READY_GATEWAY = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
"""The one of the emulator's example gateways that serves."""

_SETTINGS = ("COREWEAVE_", "CW_API_TOKEN")
_OWN = ("COREWEAVE_API_TOKEN", "CW_API_TOKEN", "COREWEAVE_API_ENDPOINT")
"""Who has set one of these means an API of their own."""


def main(command: str) -> int:
    """Run ``pulumi preview`` or ``pulumi up`` and return its exit code."""
    gateway_id = os.environ.get("GATEWAY_ID", "").strip()
    token = os.environ.get("COREWEAVE_API_TOKEN", "").strip() or os.environ.get("CW_API_TOKEN", "").strip()
    if gateway_id and not token:
        print("GATEWAY_ID is set, and no token: set COREWEAVE_API_TOKEN too, or unset GATEWAY_ID", file=sys.stderr)
        return 2
    live = bool(gateway_id)
    try:
        engine = ensure(say=_nothing)  # `make` has said it
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    with _target(live=live) as settings:
        environment = sandbox_environment(STATE, engine.bin, settings)
        stack = "live" if live else "demo"
        pulumi = ["pulumi", "--non-interactive", "-C", str(CHECKOUT)]
        for quiet in (
            ["stack", "select", "--create", stack],
            ["config", "set", "--stack", stack, "gatewayId", gateway_id or READY_GATEWAY],
        ):
            done = subprocess.run([*pulumi, *quiet], env=environment, check=False, capture_output=True, text=True)
            if done.returncode:
                print(done.stderr or done.stdout, file=sys.stderr)
                return done.returncode
        _unlock(stack, pulumi, environment)
        # Interactive again: full colour and a live display on a terminal, from which a read's row would vanish.
        shown = [command, "--stack", stack, "--show-reads", *_consent(command)]
        return _run(["pulumi", "-C", str(CHECKOUT), *shown], environment)


@contextlib.contextmanager
def _target(*, live: bool) -> Iterator[Mapping[str, str]]:
    """Yield the settings of the API to ask."""
    if live:
        yield {name: value for name, value in os.environ.items() if name.startswith(_SETTINGS)}
        return
    missing = "GATEWAY_ID too" if any(os.environ.get(name) for name in _OWN) else "COREWEAVE_API_TOKEN and GATEWAY_ID"
    print(f"Asking the embedded emulator; set {missing} to ask the real API.", file=sys.stderr)
    with EmulatorProcess(EXAMPLE_GATEWAYS) as emulator:
        yield emulator.environ


def _unlock(stack: str, pulumi: list[str], environment: Mapping[str, str]) -> None:
    """Cancel a command on the stack that was killed: the lock that it left would stop every later one."""
    for lock in (STATE / "backend" / ".pulumi" / "locks").rglob("*.json"):
        if lock.parent.name == stack and not _runs(json.loads(lock.read_text(encoding="utf-8"))):
            print("The last command on this stack was killed; its lock is removed.", file=sys.stderr)
            cancel = [*pulumi, "cancel", "--yes", "--stack", stack]
            subprocess.run(cancel, env=environment, check=False, capture_output=True)


def _runs(lock: Mapping[str, Any]) -> bool:
    """Tell whether the process that holds a lock may still be there."""
    if lock.get("hostname") != socket.gethostname():
        return True
    try:
        os.kill(int(lock["pid"]), 0)
    except ProcessLookupError:
        return False
    except (OSError, KeyError, ValueError):
        return True
    return True


def _nothing(_line: str) -> None:
    pass


def _consent(command: str) -> list[str]:
    return ["--yes"] if command == "up" else []


def _run(command: list[str], environment: Mapping[str, str]) -> int:
    """Run a command in the foreground; a Ctrl-C is the command's to handle."""
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # noqa: PERF203 - once per Ctrl-C
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
