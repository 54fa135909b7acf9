"""Run the default program on a stack in ``.pulumi-state``: ``make preview`` and ``make up``.

It looks up a gateway of the emulator, or with ``COREWEAVE_API_TOKEN`` and ``GATEWAY_ID`` one of the real API.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tools.engine import EngineError, ensure
from tools.sandbox import CHECKOUT, sandbox_environment

STATE = CHECKOUT / ".pulumi-state"
READY_GATEWAY = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
"""The READY gateway of the emulator's example."""


def main(command: str) -> int:
    """Run ``pulumi preview`` or ``pulumi up`` and return its exit code."""
    token = any(os.environ.get(name, "").strip() for name in ("COREWEAVE_API_TOKEN", "CW_API_TOKEN"))
    gateway_id = os.environ.get("GATEWAY_ID", "").strip()
    if token != bool(gateway_id):
        found, missing = ("the token", "GATEWAY_ID") if token else ("GATEWAY_ID", "COREWEAVE_API_TOKEN")
        print(
            f"{found} is set but {missing} isn't: set both for your gateway, or neither for the emulator",
            file=sys.stderr,
        )
        return 2
    try:
        engine = ensure(show=lambda _: None)  # `make` has shown it
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    stack = "live" if gateway_id else "demo"
    STATE.mkdir(exist_ok=True)
    with (STATE / ".lock").open("a") as lock, _api(live=bool(gateway_id)) as settings:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another `make preview` or `make up` is running in this checkout", file=sys.stderr)
            return 1
        # No command is running: any locks of Pulumi are left over from commands that were killed.
        shutil.rmtree(STATE / "backend" / ".pulumi" / "locks", ignore_errors=True)
        environment = sandbox_environment(STATE, engine.bin, settings)
        pulumi = ["pulumi", "--non-interactive", "-C", str(CHECKOUT)]
        for quiet in (
            ["stack", "select", "--create", stack],
            ["config", "set", "--stack", stack, "gatewayId", gateway_id or READY_GATEWAY],
        ):
            done = subprocess.run([*pulumi, *quiet], env=environment, check=False, capture_output=True, text=True)
            if done.returncode:
                print(done.stderr or done.stdout, file=sys.stderr)
                return done.returncode
        # Interactive, with colors on a terminal. Without --show-reads, the rows of reads vanish from the display.
        shown = [command, "--stack", stack, "--show-reads", *(["--yes"] if command == "up" else [])]
        return _run_in_foreground(["pulumi", "-C", str(CHECKOUT), *shown], environment, lock.fileno())


@contextlib.contextmanager
def _api(*, live: bool) -> Iterator[Mapping[str, str]]:
    """Yield the environment variables of the API to use."""
    if live:
        yield {name: value for name, value in os.environ.items() if name.startswith(("COREWEAVE_", "CW_API_TOKEN"))}
        return
    print("Using the embedded emulator; set COREWEAVE_API_TOKEN and GATEWAY_ID to use the real API.", file=sys.stderr)
    with Emulator(EXAMPLE_GATEWAYS) as emulator:
        yield emulator.environ


def _run_in_foreground(command: list[str], environment: Mapping[str, str], lock: int) -> int:
    """Run a command that handles Ctrl-C itself and holds the lock while it runs; return its exit code."""
    process = subprocess.Popen(command, env=environment, pass_fds=[lock])
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
