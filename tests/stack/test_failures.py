"""Failures and secrets in real commands: one line, no secret in any output or file, and the state stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from tests.secrets import TOKEN, WANDB_KEY, leaks
from tests.stack.project import YES, Project, said

NAMES = ("prod", "canary", "staging")
IDS = tuple(f"6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a44{number:02d}" for number in range(len(NAMES)))
PROGRAM = f"""
import pulumi
from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup, WaitForReady, get_gateway, get_gateways

pulumi.export("by-id", GatewayLookup("by-id", gateway_id={IDS[0]!r}))
pulumi.export("by-name", GatewayLookup("by-name", gateway_name={NAMES[1]!r}))
wait = WaitForReady(poll_interval=0.1)
pulumi.export("waits", GatewayLookup("waits", gateway_id={IDS[2]!r}, wait_for_ready=wait))
pulumi.export("fleet", GatewaysLookup("fleet").gateways)
function = get_gateway(gateway_id={IDS[0]!r})
pulumi.log.info(f"{{function!r}} {{function.weights_and_biases_auth!r}} {{get_gateways()!r}}")
pulumi.export("function", function.weights_and_biases_auth)
"""
"""A program with every kind of lookup, which prints or exports all their outputs."""
LOOKUP = f"from pulumi_coreweave_gateway import GatewayLookup\nGatewayLookup('by-id', gateway_id={IDS[0]!r})\n"
LEAKS = """
import os, sys, tempfile, pulumi
token = os.environ["COREWEAVE_API_TOKEN"]
pulumi.export("leak", token)
tempfile.NamedTemporaryFile("w", prefix="leak", delete=False).write(token)
sys.stderr.write(token)
"""


@dataclass
class Lab:
    """A project all of whose output and files are searched for secrets."""

    folder: Path
    project: Project
    printed: dict[str, str] = field(default_factory=dict)

    def run(self, *command: str, succeeds: bool = True) -> str:
        """Run a command, keep what it prints for the search, and return it."""
        done = self.project.cli(*command)
        self.printed[f"{len(self.printed)}: {' '.join(command)}"] = said(done)
        assert (done.returncode == 0) is succeeds, said(done)[-5000:]
        return said(done)

    def leaks(self) -> set[str]:
        """Return the commands and files in which a secret is found."""
        places = {name: text.encode() for name, text in self.printed.items()}
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        places |= {str(path.relative_to(self.folder)): path.read_bytes() for path in files}
        return {name for name, data in places.items() if leaks(data)}


@pytest.fixture
def gateways() -> list[dict[str, Any]]:
    """Return gateways with the W&B key, which the API should never return."""
    found = [sample_gateway(gateway_id, name=name) for gateway_id, name in zip(IDS, NAMES, strict=True)]
    for gateway in found:
        gateway["spec"]["weightsAndBiasesAuth"] = {"apiKey": WANDB_KEY, "serverUrl": "https://wandb.example.com"}
    return found


@pytest.fixture
def lab(engine: Engine, tmp_path: Path, gateways: list[dict[str, Any]]) -> Iterator[Lab]:
    """Yield a project with an emulator of its own, and with its own home and temporary files."""
    folders = {"TMPDIR": tmp_path / "tmp", "HOME": tmp_path / "home"}
    for folder in folders.values():
        folder.mkdir()
    places = {name: str(folder) for name, folder in folders.items()}
    with Emulator(gateways, token=TOKEN) as emulator:
        environ = sandbox_environment(tmp_path / "pulumi", engine.bin, {**places, **emulator.environ})
        yield Lab(tmp_path, Project(tmp_path / "project", environ))


def test_successful_commands_leak_no_secret(lab: Lab) -> None:
    """With every kind of lookup and the most verbose logs, no output and no file has the token or the key."""
    lab.project.program(PROGRAM)
    lab.run("up", *YES, "-v=9", "--logflow")
    assert any((lab.folder / "tmp").iterdir()), "no log was written"
    lab.run("refresh", *YES, "-v=9", "--logtostderr")
    assert lab.project.lookup("by-id")["weights_and_biases_auth"]["api_key_set"], "the key was not returned"
    assert lab.leaks() == set()


ECHO = {"code": 16, "message": f"token {TOKEN} as {quote(TOKEN, safe='')} is not welcome"}
FAILURES: dict[str, tuple[dict[str, Any], tuple[str, ...], str]] = {
    "401 with the token": (
        {"status": 401, "json": ECHO, "headers": {"X-Request-Id": TOKEN}},
        ("up", *YES, "-v=9", "--logflow"),
        "rejected the token",
    ),
    "redirect to the token's host": (
        {"status": 307, "headers": {"Location": f"https://{quote(TOKEN, safe='')}.example/"}},
        ("preview",),
        "redirect",
    ),
    "a proxy's page": (
        {"status": 200, "text": f"<html>{TOKEN}</html>", "headers": {"Content-Type": "text/html"}},
        ("refresh", *YES),
        "not JSON",
    ),
    "not found": ({"status": 404, "json": {"code": 5, "message": "no such gateway"}}, ("up", *YES), "not found at"),
}


def test_failures_are_one_line_without_a_secret_and_keep_the_state(lab: Lab, gateways: list[dict[str, Any]]) -> None:
    """Preview, up and refresh show the reason on one line, without a traceback or a secret; the state stays."""
    lab.project.program(LOOKUP)
    lab.project.environ["COREWEAVE_LOOKUP_TIMEOUT"] = "1s"
    lab.run("up", *YES)
    before = lab.project.lookups()
    for response, command, reason in FAILURES.values():
        with Emulator(gateways, token=TOKEN) as emulator:
            emulator.script(**response, times=None)
            lab.project.environ.update(emulator.environ)
            shown = lab.run(*command, succeeds=False)
        lines = [line for line in shown.splitlines() if f"gateway {IDS[0]}" in line and reason in line]
        assert lines, shown[-5000:]
        assert "Traceback" not in shown
        unchanged = [{**entry, "modified": None} for entry in lab.project.lookups()]
        assert unchanged == [{**entry, "modified": None} for entry in before]
    assert lab.leaks() == set()


def test_leaks_are_found(lab: Lab) -> None:
    """The search finds a token that a program shows or writes."""
    lab.project.program(LEAKS)
    lab.run("up", *YES)
    places = sorted(lab.leaks())
    for part in ("up --yes", "tmp/leak", "/stacks/", "/history/"):
        assert any(part in place for place in places), (part, places)
