"""What a user reads when a lookup fails, through the real engine."""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.programs import ONE_LOOKUP
from tests.stack.project import Project, said


@dataclass
class Standing:
    """A stack that has been updated once, and what its state holds of the lookup."""

    project: Project
    gateway_id: str
    before: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def shared_emulator() -> Iterator[Emulator]:
    """Return the emulator that the standing stack was updated against."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def coreweave_emulator(shared_emulator: Emulator) -> Emulator:
    """Return the shared emulator, reset."""
    shared_emulator.reset()
    return shared_emulator


@pytest.fixture(scope="module")
def standing(engine: Engine, shared_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    """Return a stack that stands; all tests here share it, because no failure may change it."""
    folder = tmp_path_factory.mktemp("messages")
    environ = sandbox_environment(folder / "pulumi", engine.bin, shared_emulator.environ)
    found = Standing(Project(folder / "project", environ), shared_emulator.add(name="prod"))
    found.project.configure(gatewayId=found.gateway_id)
    found.project.program(ONE_LOOKUP)
    found.project.up()
    found.before = found.project.lookups()
    assert found.before
    return found


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port that is taken, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def fails(standing: Standing, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that lets preview and up fail, and returns the one line that preview says."""
    coreweave_emulator.add(name="prod")

    def run(environ: Mapping[str, str | None]) -> str:
        changed = {**standing.project.environ, **environ}
        monkeypatch.setattr(
            standing.project, "environ", {name: value for name, value in changed.items() if value is not None}
        )
        lines = []
        for command in (("preview",), ("up", "--yes", "--skip-preview")):
            done = standing.project.cli(*command)
            assert done.returncode != 0, said(done)
            assert "Traceback" not in said(done)
            assert coreweave_emulator.token not in said(done)
            lines.append(_line_of_the_lookup(done.stdout))
            assert standing.project.lookups() == standing.before
        return lines[0]

    return run


def _line_of_the_lookup(shown: str) -> str:
    """Return the one line that the lookup has among the diagnostics."""
    found = re.findall(r"^ +pulumi-python:dynamic/coreweave:GatewayLookup \(prod\):\n((?:.*\S.*\n)+)", shown, re.M)
    assert len(found) == 1, shown
    (line,) = str(found[0]).splitlines()
    assert line.startswith("    error: "), shown
    return line.removeprefix("    error: ").removeprefix("Preview failed: ")


def test_missing_token_names_every_way_to_set_it(fails: Callable[..., str]) -> None:
    """Without a token, the error names the variables and the command that set one."""
    line = fails({"COREWEAVE_API_TOKEN": None})
    assert line == (
        "no CoreWeave API token: set the environment variable COREWEAVE_API_TOKEN or CW_API_TOKEN, or run "
        "`pulumi config set --secret coreweave-gateway:token`"
    )


def test_plain_http_to_another_machine_is_refused(fails: Callable[..., str], coreweave_emulator: Emulator) -> None:
    """An endpoint without TLS is refused before the token is sent, and the error names the setting."""
    line = fails({"COREWEAVE_API_ENDPOINT": "http://example.com"})
    assert line.startswith("COREWEAVE_API_ENDPOINT: invalid endpoint: it must use https")
    assert coreweave_emulator.counts().requests == 0
