"""Failures of the API and the network through real ``preview``, ``up`` and ``refresh``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from tests.integration.faults.catalogue import FAULTS
from tests.integration.faults.model import Fault
from tests.integration.faults.responses import ID, TOKEN, WANDB_KEY, healthy
from tests.integration.faults.scenes import served
from tests.integration.leaks.search import Search
from tests.stack.project import Project, said

_FAULTS = {fault.id: fault for fault in FAULTS}
_PROGRAM = f"""
from pulumi_coreweave_gateway import GatewayLookup
GatewayLookup("prod", gateway_id={ID!r})
"""
_UP = ("up", "--yes", "--skip-preview")
_COMMANDS = (("preview",), _UP, ("refresh", "--yes", "--skip-preview"))
_SHORT = {"COREWEAVE_LOOKUP_TIMEOUT": "1300ms"}
_SEARCH = Search({"token": TOKEN, "W&B key": WANDB_KEY})


class SharedStack:
    """A stack with one lookup that succeeded once."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        (folder / "tmp").mkdir()
        self._base = sandbox_environment(folder / "pulumi", engine.bin, {"TMPDIR": str(folder / "tmp")})
        self.project = Project(folder / "project", self._base)
        self._base = dict(self.project.environ)
        self.project.program(_PROGRAM)
        with served(healthy)() as scene:
            assert self.run(scene.environ, *_UP)[0] == 0

    def run(self, environ: dict[str, str], *command: str) -> tuple[int, str]:
        """Run a command with these settings, and return its exit code and what it printed."""
        self.project.environ = {**self._base, **environ}
        done = self.project.cli(*command)
        return done.returncode, said(done)

    def lookups(self) -> list[dict[str, Any]]:
        """Return the lookups in the state, without the time of the last read."""
        self.project.environ = self._base
        return [{key: entry[key] for key in entry if key != "modified"} for entry in self.project.lookups()]


@pytest.fixture(scope="module")
def stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> SharedStack:
    """Return a stack that the tests share, because no failure may change it."""
    return SharedStack(tmp_path_factory.mktemp("stack"), engine)


@pytest.mark.parametrize(
    "name", ["tcp-refused", "tls-self-signed", "http-403", "http-404-not-the-api", "redirect-302", "body-html"]
)
def test_failure_is_one_line_and_keeps_the_state(name: str, stack: SharedStack) -> None:
    """Preview, up and refresh print the error on one line, without a traceback or a secret; the state stays."""
    fault: Fault = _FAULTS[name]
    before = stack.lookups()
    for command in _COMMANDS:
        with next(iter(fault.starts.values()))() as scene:
            code, shown = stack.run({**scene.environ, **_SHORT}, *command)
            message = fault.message.partition(" ({attempts}")[0].replace("{id}", ID)
            for word, value in scene.placeholders.items():
                message = message.replace(f"{{{word}}}", value)
        assert code != 0
        assert any(message in line for line in shown.splitlines()), f"{shown}\ninstead of {message}"
        for never in ("Traceback", "Do-Not-Show"):
            assert never not in shown
        assert _SEARCH.text("output", shown) == []
        assert stack.lookups() == before
    assert _SEARCH.folder(stack.folder) == []
