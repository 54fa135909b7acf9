"""A project and an emulator, whose files and output are searched for secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from tests.integration.leaks.search import Finding, Search
from tests.integration.leaks.secrets import SECRETS, TOKEN, WANDB_KEY
from tests.stack.project import Project, said

IDS = tuple(f"6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a44{number:02d}" for number in range(3))
NAMES = ("prod", "canary", "staging")
PROGRAM = f"""
import pulumi
from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup, WaitForReady, get_gateway, get_gateways

lookups = {{
    "by-id": GatewayLookup("by-id", gateway_id={IDS[0]!r}),
    "by-name": GatewayLookup("by-name", gateway_name={NAMES[1]!r}),
    "waits": GatewayLookup("waits", gateway_id={IDS[2]!r}, wait_for_ready=WaitForReady(poll_interval=0.1)),
}}
for name, lookup in lookups.items():
    pulumi.export(name, lookup.weights_and_biases_auth)
    pulumi.export(f"{{name}}-endpoint", lookup.endpoint)
fleet = GatewaysLookup("fleet")
pulumi.export("fleet", fleet.gateways)
function = get_gateway(gateway_id={IDS[0]!r})
pulumi.log.info(f"{{function!r}} {{function.weights_and_biases_auth!r}} {{get_gateways()!r}}")
pulumi.export("function", function.weights_and_biases_auth)
"""
"""A program with every kind of lookup, which prints or exports all their outputs."""


class Lab:
    """A project and an emulator whose gateways have the W&B key; a context manager.

    Args:
        folder: where everything is written.
        engine: the CLI.

    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.search = Search(SECRETS)
        self._outputs: list[tuple[str, str]] = []
        self._engine = engine

    def __enter__(self) -> Lab:
        """Start the emulator, and create the project."""
        (self.folder / "tmp").mkdir()
        (self.folder / "home").mkdir()
        places = {"TMPDIR": str(self.folder / "tmp"), "HOME": str(self.folder / "home")}
        environ = {**sandbox_environment(self.folder / "pulumi", self._engine.bin, places)}
        self.emulator = Emulator(token=TOKEN)
        self.emulator.start()
        self.project = Project(self.folder / "project", {**environ, **self.emulator.environ})
        self.project.program(PROGRAM)
        self.reset()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the emulator."""
        self.emulator.stop()

    def reset(self) -> None:
        """Restore the gateways of the program, each with the W&B key, and remove all scripts."""
        self._keep_requests()
        self.emulator.reset()
        for gateway_id, name in zip(IDS, NAMES, strict=True):
            self.emulator.add(with_key(gateway_id, name))

    def run(self, *command: str, succeeds: bool = True) -> str:
        """Run a command, keep its output for the search, and return it."""
        done = self.project.cli(*command)
        shown = said(done)
        name = " ".join(command)
        self._outputs += [(name, done.stdout), (f"{name} (stderr)", done.stderr)]
        assert (done.returncode == 0) is succeeds, shown[-5000:]
        return shown

    def findings(self) -> list[Finding]:
        """Return all secrets in any file or output."""
        self._keep_requests()
        found = self.search.folder(self.folder)
        for place, text in self._outputs:
            found += self.search.text(place, text)
        return found

    def _keep_requests(self) -> None:
        """Keep the emulator's records of requests, before it forgets them."""
        self._outputs.append(("the emulator's requests", "\n".join(map(repr, self.emulator.requests()))))


def with_key(gateway_id: str, name: str) -> dict[str, Any]:
    """Return a gateway with the W&B key, which the API should never return."""
    gateway: dict[str, Any] = sample_gateway(gateway_id, name=name)
    gateway["spec"]["weightsAndBiasesAuth"] = {"apiKey": WANDB_KEY, "serverUrl": "https://wandb.example.com"}
    return gateway
