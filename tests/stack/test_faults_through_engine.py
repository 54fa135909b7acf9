"""The fault table through real ``preview``, ``up`` and ``refresh``: one clear line each, and a state left alone."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tools.engine import Engine
from tools.sandbox import sandbox_environment

from pulumi_coreweave_gateway.errors import GatewayNotFoundError
from tests.faults.answers import TOKEN, WANDB_KEY, healthy
from tests.faults.catalogue import GROUPS
from tests.faults.model import Fault, Scene
from tests.faults.scenes import served
from tests.leaks.search import Search
from tests.stack.fault_batches import (
    Row,
    all_is_well,
    batches,
    ending_well,
    failing,
    program,
    refuses_late,
    under_way,
)
from tests.stack.project import Project, said

_FAULTS = {fault.id: fault for group in GROUPS.values() for fault in group}
_OF_THE_MACHINE = re.compile(r"(?i)REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|HTTP_PROXY|HTTPS_PROXY|ALL_PROXY|NO_PROXY")
_LOOKUP = re.compile(r"^ +pulumi-python:dynamic/coreweave:GatewayLookup \((\S+)\):\n((?:.*\S.*\n)+)", re.M)
_PREVIEW = ("preview",)
_UP = ("up", "--yes", "--skip-preview", "--continue-on-error")
_REFRESH = ("refresh", "--yes", "--skip-preview")
_AT_ONCE = ("--suppress-progress", "--parallel", "400")
_VERBOSE = ("-v=9", "--logtostderr")
_IN_THE_LOG = "HTTP"
"""The batch that is run with the most talkative log as well."""
_SEARCH = Search({"token": TOKEN, "W&B key": WANDB_KEY})
_HARDEST = {
    "tcp-reset-within-headers",
    "tcp-drip",
    "tcp-endless-chunks",
    "body-gzip-cut",
    "tls-self-signed",
    "redirect-302-other-host",
    "retry-after-endless",
    "body-html",
    "body-two-values",
    "body-100-mib",
    "body-gzip-bomb",
    "id-other",
    "type-spec-zones",
    "httptimeout-word",
    "endpoint-plain-http",
}
_OF_THE_PROGRAM = {
    "id-empty": "",
    "id-newline": "",
    "id-parent": "",
    "id-encoded": "",
    "id-10-kb": "",
    "profile-path": "",
    "token-in-the-clear": "alone",
    "httptimeout-word": "value-coreweave:httpTimeout",
    "endpoint-password": "both-coreweave:endpoint",
}
"""Rows that the program or the stack's configuration causes, and in which way; a refresh asks neither of them."""


class Stand:
    """A stack that has been updated once, while all was well."""

    def __init__(self, folder: Path, engine: Engine, text: str, well: Mapping[str, str]) -> None:
        self._folder = folder
        self._outputs: list[tuple[str, str]] = []
        (folder / "tmp").mkdir()
        places = {"TMPDIR": str(folder / "tmp")}
        self.base = {
            name: value
            for name, value in sandbox_environment(folder / "pulumi", engine.bin, places).items()
            if not _OF_THE_MACHINE.fullmatch(name)
        }
        self.project = Project(folder / "project", {**self.base, **well})
        self.base = {name: value for name, value in self.project.environ.items() if name not in well}
        self.project.program(text)
        self.run(well, _UP, succeeds=True)
        self.before = self._lookups()
        assert self.before

    def run(self, environ: Mapping[str, str], command: tuple[str, ...], *, succeeds: bool) -> str:
        """Run a command with these settings, and return what it printed."""
        self.project.environ = {**self.base, **environ}
        done = self.project.cli(*command, *_AT_ONCE)
        shown = said(done)
        self._outputs.append((" ".join(command), shown))
        assert (done.returncode == 0) is succeeds, shown
        for never in ("Traceback", TOKEN, WANDB_KEY, "Do-Not-Show"):
            assert never not in shown
        return shown

    def assert_unchanged(self, *, but_read_again: bool = False) -> None:
        """Check that the state holds of our resources what it held at first."""
        self.project.environ = self.base
        now, before = self._lookups(), self.before
        if but_read_again:
            now, before = _without_time(now), _without_time(before)
        assert now == before

    def assert_no_secret(self) -> None:
        """Check that neither token nor W&B key is in any file, or in anything that was said, also encoded."""
        found = _SEARCH.folder(self._folder)
        for place, text in self._outputs:
            found += _SEARCH.text(place, text)
        assert found == []

    def _lookups(self) -> dict[str, dict[str, Any]]:
        """Return what the state holds of our resources, by name: their order is that in which they were answered."""
        return {entry["urn"].rpartition("::")[2]: entry for entry in self.project.lookups()}


def _without_time(lookups: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return entries without the time at which the engine says to have written them."""
    return {name: {key: entry[key] for key in entry if key != "modified"} for name, entry in lookups.items()}


def _lines(shown: str) -> dict[str, str]:
    """Return what is said of each lookup, by its name."""
    return {
        name: text.strip().removeprefix("error: ").removeprefix("Preview failed: ")
        for name, text in _LOOKUP.findall(shown.partition("Diagnostics:\n")[2])
    }


def _assert_told(lines: Mapping[str, str], scenes: Mapping[Row, Scene]) -> None:
    wrong = {
        row.name: f"{lines.get(row.name)!r} instead of {row.fault.sees!r}"
        for row, scene in scenes.items()
        if not row.is_told_by(lines.get(row.name, ""), scene)
    }
    assert not wrong


@pytest.mark.parametrize("batch", [batch for batch in batches() if failing(batch)])
def test_a_fault_is_one_line_in_every_command(batch: str, engine: Engine, tmp_path: Path) -> None:
    """Preview, up and refresh fail with the words of the table, one line each, and the state stays as it was."""
    rows = failing(batch)
    with all_is_well(rows) as well:
        stand = Stand(tmp_path, engine, program(rows), well)
    for command in (_PREVIEW, _UP):
        with under_way(rows, refuses_late) as (environ, scenes):
            _assert_told(_lines(stand.run(environ, command, succeeds=False)), scenes)
        stand.assert_unchanged()
    # A refresh takes a gateway that isn't found any more out of the state, and fails for none.
    left = tuple(row for row in rows if row.fault.error is not GatewayNotFoundError)
    while left:
        # The first failures keep the engine from what it has not begun; those that are left come with the next one.
        with under_way(left, refuses_late) as (environ, scenes):
            targets = [f"--target={stand.before[row.name]['urn']}" for row in left]
            lines = _lines(stand.run(environ, (*_REFRESH, *targets), succeeds=False))
            assert lines, "it failed, and said nothing of any lookup"
            _assert_told(lines, {row: scene for row, scene in scenes.items() if row.name in lines})
        left = tuple(row for row in left if row.name not in lines)
    stand.assert_unchanged()
    if batch == _IN_THE_LOG:
        with under_way(rows, refuses_late) as (environ, _):
            stand.run(environ, (*_PREVIEW, *_VERBOSE), succeeds=False)
    stand.assert_no_secret()


def test_faults_that_pass_change_nothing(engine: Engine, tmp_path: Path) -> None:
    """Preview, up and refresh succeed where the table says so, and find the gateway that was there before."""
    rows = ending_well()
    assert len(rows) > 10
    with all_is_well(rows) as well:
        stand = Stand(tmp_path, engine, program(rows), well)
    for command in (_PREVIEW, _UP, _REFRESH):
        with under_way(rows, healthy) as (environ, scenes):
            stand.run(environ, command, succeeds=True)
            assert all(scene.server.requests for scene in scenes.values() if scene.server)
        stand.assert_unchanged(but_read_again=True)
    stand.assert_no_secret()


@pytest.fixture(scope="module")
def stand(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """Return a stack with one lookup; the tests share it, because no failure may change it."""
    with served(healthy)() as scene:
        return Stand(tmp_path_factory.mktemp("stand"), engine, _program(scene), scene.environ)


def _program(scene: Scene) -> str:
    return (
        "from pulumi_coreweave_gateway import GatewayLookup\n"
        f"GatewayLookup('prod', gateway_id={scene.gateway_id!r}, profile={scene.profile!r})\n"
    )


@contextlib.contextmanager
def _configured(project: Project, scene: Scene) -> Iterator[None]:
    """Set the scene's configuration for a while."""
    for key, value in scene.config.items():
        # Of other secrets the engine itself writes "[secret]" wherever they are shown.
        kind = "--secret" if key in scene.secret_keys and key == "coreweave:token" else "--plaintext"
        assert project.cli("config", "set", kind, key, "--", str(value)).returncode == 0
    yield
    for key in scene.config:
        assert project.cli("config", "rm", key).returncode == 0


@pytest.mark.parametrize(("fault_id", "variant"), _OF_THE_PROGRAM.items())
@pytest.mark.parametrize("command", [_PREVIEW, _UP], ids=["preview", "up"])
def test_a_wrong_program_or_configuration_is_told(
    fault_id: str, variant: str, command: tuple[str, ...], stand: Stand
) -> None:
    """What the program or the stack's configuration has wrong is told in the words of the table."""
    fault: Fault = _FAULTS[fault_id]
    with fault.start[variant]() as scene, _configured(stand.project, scene):
        stand.project.program(_program(scene))
        shown = stand.run(scene.environ, command, succeeds=False)
        told = [line for line in shown.splitlines() if fault.expected(scene.words).search(line)]
        assert told, f"{shown}\ninstead of {fault.sees}"
    stand.assert_unchanged()
    stand.assert_no_secret()


def test_a_quarter_of_the_table_goes_through_the_engine() -> None:
    """At least a quarter of all faults, the hardest among them, is run in every command."""
    run = {row.name for batch in batches() for row in failing(batch)}
    assert run >= _HARDEST
    assert len(run) >= len(_FAULTS) / 4
