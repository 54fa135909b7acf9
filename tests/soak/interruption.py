"""Commands that are interrupted at a random moment, and what must be so afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.gateways.stored import stored_lookup
from tests.stack.processes import Marked
from tests.stack.project import Project, said

LOOKUP_TIMEOUT = 10
"""Seconds that a lookup may take, as these programs are configured."""
SLACK = 15
"""Seconds that a busy machine may take for all that is not the lookup."""
LEFTOVER = 10
"""Seconds after which nothing of a command runs any more, however it ended; docs/operations.md names them."""
SEED = 20250131

_GATEWAYS = 3
_COMMANDS = {
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "wait": ("up", "--yes", "--skip-preview"),
}


@dataclass(frozen=True)
class Moment:
    """One interruption: a pure function of its number.

    Attributes:
        number: which one it is.
        command: what is interrupted: a preview, an up, or an up that waits for a gateway.
        signal: SIGINT for Ctrl-C, SIGTERM as CI systems send it first, or SIGKILL.
        whole_group: whether all processes get it, as from a terminal; otherwise ``pulumi`` alone.
        silent: whether the API is silent meanwhile.
        share: when, as a share of the time that the command takes undisturbed.

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
        chance = random.Random(f"{SEED}/{number}")  # noqa: S311
        # A terminal's Ctrl-C reaches all; a kill is one process's, as the kernel's when memory runs out.
        polite = number % 2 == 0
        whole_group = polite and chance.random() < 0.5
        silent = chance.random() < 0.3
        share = chance.uniform(0.02, 0.9)
        politely = signal.SIGTERM if chance.random() < 0.3 else signal.SIGINT
        kind = politely if polite else signal.SIGKILL
        return cls(number, tuple(_COMMANDS)[number // 2 % len(_COMMANDS)], kind, whole_group, silent, share)

    def __str__(self) -> str:
        """Name it, for the test's name."""
        who = "all" if self.whole_group else "pulumi"
        return f"{self.number}-{self.command}-{self.signal.name}-{who}{'-silent' * self.silent}-{self.share:.2f}"


class Interrupted:
    """A stack whose commands are interrupted, again and again.

    Args:
        project: an empty project.
        emulator: the API.

    """

    def __init__(self, project: Project, emulator: Emulator) -> None:
        self._project = project
        self._emulator = emulator
        project.environ["COREWEAVE_LOOKUP_TIMEOUT"] = f"{LOOKUP_TIMEOUT}s"
        # Long enough that many an interruption meets a request under way.
        emulator.switch(latency=0.3)
        self._ids = [emulator.add(name=f"gw-{number}") for number in range(_GATEWAYS)]
        self._program(wait=False)
        start = time.monotonic()
        self._works("up", "--yes", "--skip-preview")
        self._usual = time.monotonic() - start

    def disturb(self, moment: Moment) -> bool:
        """Interrupt a command, and check all that must be so afterwards; return whether it was under way."""
        before, old = self._project.lookups(), self._truth()
        for gateway_id in self._ids:
            self._emulator.change(gateway_id, status={"updatedAt": f"2026-01-01T00:{moment.number % 60:02}:00Z"})
        if moment.command == "wait":
            self._emulator.change(self._ids[0], status={"status": "STATUS_UPDATING"})
        new = self._truth()
        self._program(wait=moment.command == "wait")
        self._emulator.switch(latency=60 if moment.silent else 0.3)

        under_way = self._interrupt(moment)

        if moment.command == "preview":
            assert self._project.lookups() == before, "a preview has changed the state"
        else:
            for gateway_id, outputs in self._state().items():
                assert outputs in (old[gateway_id], new[gateway_id]), "an entry is neither the old one nor the new one"
        self._emulator.switch(latency=0)
        self._emulator.change(self._ids[0], status={"status": "STATUS_READY"})
        if moment.signal is signal.SIGKILL:
            self._works("cancel", "--yes")
        self._works("up", "--yes", "--skip-preview")
        assert self._state() == self._truth()
        return under_way

    def _interrupt(self, moment: Moment) -> bool:
        """Start a command, interrupt it, and wait until nothing of it is left; return whether it was under way."""
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
                process.wait(moment.share * self._usual)
            under_way = process.poll() is None
            if under_way:
                (os.killpg if moment.whole_group else os.kill)(process.pid, moment.signal)
            process.wait(LOOKUP_TIMEOUT + SLACK)
            left = marked.until(0, LEFTOVER)
            shown = log.read_text()
            assert left == {}, f"{LEFTOVER} s after the command's end there still is {left}; it said: {shown}"
            assert "Traceback" not in shown, shown
            assert under_way or process.returncode == 0, shown
        finally:
            for number in marked.running():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            process.wait()
        return under_way

    def _works(self, *command: str) -> None:
        done = self._project.cli(*command)
        assert done.returncode == 0, said(done)

    def _program(self, *, wait: bool) -> None:
        """Write the program; with ``wait`` it waits for its first gateway."""
        waits = [", wait_for_ready=WaitForReady(timeout=60, poll_interval=0.2)" if wait else "", "", ""]
        lines = [
            f"GatewayLookup('gw-{number}', gateway_id='{gateway_id}'{waits[number]})"
            for number, gateway_id in enumerate(self._ids)
        ]
        head = "from pulumi_coreweave_gateway import GatewayLookup, WaitForReady"
        self._project.program("\n".join([head, *lines, ""]))

    def _truth(self) -> dict[str, Any]:
        """Return what the outputs of each gateway must be just now."""
        wires = {gateway_id: self._emulator.get(gateway_id) for gateway_id in self._ids}
        stored = {key: stored_lookup(gateway_outputs(parse_gateway(wire))) for key, wire in wires.items()}
        return {key: {**outputs, "profile": ""} for key, outputs in stored.items()}

    def _state(self) -> dict[str, Any]:
        """Return what they are in the state, without what the SDK adds."""
        entries = self._project.lookups()
        assert sorted(entry["id"] for entry in entries) == sorted(self._ids)
        return {
            entry["id"]: {key: value for key, value in entry["outputs"].items() if not key.startswith("__")}
            for entry in entries
        }
