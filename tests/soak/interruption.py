"""Interruptions of commands at random moments, and checks of what they leave."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.processes import Marked
from tests.stack.project import Project, said, without_interrupted_host

LOOKUP_TIMEOUT = 10
"""The lookup timeout of these programs, in seconds."""
SLACK = 15
"""Seconds that a busy machine may need for everything but the lookup."""
LEFTOVER = 10
"""Seconds after which no process of an interrupted command runs any more, as stated in docs/ci.md."""
SEED = 20250131

_GATEWAYS = 3
_LATENCY = 0.3  # seconds: long enough that many interruptions come during a request
_COMMANDS = {
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "wait": ("up", "--yes", "--skip-preview"),
}


@dataclass(frozen=True)
class Moment:
    """An interruption: a pure function of its number.

    Attributes:
        number: its number.
        command: what is interrupted: a preview, an up, or an up that waits for a gateway.
        signal: SIGINT for Ctrl-C, SIGTERM as CI systems send it first, or SIGKILL.
        whole_group: whether all processes get the signal, as from a terminal, or ``pulumi`` alone.
        silent: whether the API doesn't respond meanwhile.
        share: when, as a share of the time that an uninterrupted ``up`` takes.

    """

    number: int
    command: str
    signal: signal.Signals
    whole_group: bool
    silent: bool
    share: float

    @classmethod
    def of(cls, number: int) -> Moment:
        """Return the n-th interruption."""
        chance = random.Random(f"{SEED}/{number}")  # noqa: S311 - not for cryptography
        # A terminal's Ctrl-C reaches all processes; a SIGKILL only one, as from the kernel when memory runs out.
        kill = number % 2 == 1
        whole_group = not kill and chance.random() < 0.5
        silent = chance.random() < 0.3
        share = chance.uniform(0.02, 0.9)
        polite = signal.SIGTERM if chance.random() < 0.3 else signal.SIGINT
        command = tuple(_COMMANDS)[number // 2 % len(_COMMANDS)]
        return cls(number, command, signal.SIGKILL if kill else polite, whole_group, silent, share)

    def __str__(self) -> str:
        """Return a name for the test."""
        target = "all" if self.whole_group else "pulumi"
        return f"{self.number}-{self.command}-{self.signal.name}-{target}{'-silent' * self.silent}-{self.share:.2f}"


class Interrupted:
    """A stack whose commands are interrupted repeatedly.

    Args:
        project: an empty project.
        emulator: the API.

    """

    def __init__(self, project: Project, emulator: Emulator) -> None:
        self._project = project
        self._emulator = emulator
        project.environ["COREWEAVE_LOOKUP_TIMEOUT"] = f"{LOOKUP_TIMEOUT}s"
        emulator.script(delay=_LATENCY, times=None)
        self._ids = [emulator.add(name=f"gw-{number}") for number in range(_GATEWAYS)]
        self._write_program(wait=False)
        start = time.monotonic()
        self._run("up", "--yes", "--skip-preview")
        self._usual_seconds = time.monotonic() - start

    def interrupt(self, moment: Moment) -> bool:
        """Interrupt a command, and check what must be true afterwards; return whether the command was running."""
        before = self._outputs()
        for gateway_id in self._ids:
            endpoint = f"https://{moment.number}.{gateway_id}.example.com"
            self._emulator.change(gateway_id, status={"endpoints": [endpoint]})
        if moment.command == "wait":
            self._emulator.change(self._ids[0], status={"status": "STATUS_UPDATING"})
        self._write_program(wait=moment.command == "wait")
        self._emulator.script(delay=60 if moment.silent else _LATENCY, times=None)

        was_running = self._run_interrupted(moment)

        found = self._outputs()
        self._emulator.script(times=None)
        self._emulator.change(self._ids[0], status={"status": "STATUS_READY"})
        if moment.signal is signal.SIGKILL:
            self._run("cancel", "--yes")
        self._run("up", "--yes", "--skip-preview")
        after = self._outputs()
        endpoints = {gateway_id: self._emulator.get(gateway_id)["status"]["endpoints"] for gateway_id in self._ids}
        assert {gateway_id: outputs["endpoints"] for gateway_id, outputs in after.items()} == endpoints
        if moment.command == "preview":
            assert found == before, "the preview changed the state"
        for gateway_id, outputs in found.items():
            assert outputs in (before[gateway_id], after[gateway_id]), "an entry is neither the old nor the new one"
        return was_running

    def _run_interrupted(self, moment: Moment) -> bool:
        """Start a command, send it the signal, and wait for its end; return whether it was running."""
        marked = Marked()
        log = self._project.folder.parent / f"{moment.number}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["pulumi", "--color", "never", "--non-interactive", *_COMMANDS[moment.command]],
                cwd=self._project.folder,
                env={**self._project.environ, **marked.environ},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(moment.share * self._usual_seconds)
            was_running = process.poll() is None
            if was_running:
                (os.killpg if moment.whole_group else os.kill)(process.pid, moment.signal)
            process.wait(LOOKUP_TIMEOUT + SLACK)
            printed = log.read_text()
            if moment.signal is not signal.SIGKILL:  # after which Pulumi leaves the provider's process behind
                left = marked.until(0, LEFTOVER)
                assert left == {}, f"{LEFTOVER} s after the command's end {left} still runs; it printed: {printed}"
            assert "Traceback" not in without_interrupted_host(printed), printed
            assert was_running or process.returncode == 0, printed
        finally:
            for number in marked.running():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            process.wait()
        return was_running

    def _run(self, *command: str) -> None:
        done = self._project.cli(*command)
        assert done.returncode == 0, said(done)

    def _write_program(self, *, wait: bool) -> None:
        """Write the program; with ``wait`` it waits for its first gateway."""
        waits = [", wait_for_ready=WaitForReady(timeout=60, poll_interval=0.2)" if wait else "", "", ""]
        lines = [
            f"GatewayLookup('gw-{number}', gateway_id='{gateway_id}'{waits[number]})"
            for number, gateway_id in enumerate(self._ids)
        ]
        head = "from pulumi_coreweave_gateway import GatewayLookup, WaitForReady"
        self._project.program("\n".join([head, *lines, ""]))

    def _outputs(self) -> dict[str, dict[str, Any]]:
        """Return the outputs of each lookup in the state, by its id."""
        return {entry["id"]: entry["outputs"] for entry in self._project.lookups()}
