"""States of older versions, previewed, refreshed and destroyed by this one; see tests/stack/states."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack import states
from tests.stack.project import Project

FILES = sorted(states.HERE.glob("v*.json"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def imported(request: pytest.FixtureRequest, project: Project, coreweave_emulator: Emulator) -> dict[str, Any]:
    """Import a committed state with its program and gateways, and return it."""
    file: Path = request.param
    states.set_gateways(coreweave_emulator)
    project.program(states.PROGRAMS[file.stem])
    project.succeed("stack", "import", "--file", str(file))
    export: dict[str, Any] = json.loads(file.read_text())
    return export


def _lookups(project: Project) -> dict[str, dict[str, Any]]:
    return states.lookups(json.loads(project.cli("stack", "export").stdout))


_REMOVED = {"updatedAt", "lastUpdateTime", "additionalSecretOutputs", "edgeProxyMode"}
"""Names that a draft of v0.1.0 wrote differently or alone; it didn't sort lists either."""


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items() if key not in _REMOVED}
    if isinstance(value, list):
        items = [_comparable(item) for item in value]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value


def _kept(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return the new entries without outputs that the old ones did not have: a later version may add some."""
    kept: dict[str, Any] = _comparable(new)
    for name, entry in kept.items():
        entry["outputs"] = {key: value for key, value in entry["outputs"].items() if key in old[name]["outputs"]}
    return kept


def test_older_state_still_works(imported: dict[str, Any], project: Project, coreweave_emulator: Emulator) -> None:
    """Preview shows no change, refresh stores changes and removes deleted gateways, destroy sends no request."""
    before = _comparable(states.lookups(imported))
    preview = project.succeed("preview", "--diff", "--expect-no-changes")
    assert "=>" not in preview, preview

    is_draft = "updatedAt" in json.dumps(imported)
    project.succeed("refresh", "--yes", *(() if is_draft else ("--expect-no-changes",)))
    assert _kept(before, _lookups(project)) == before

    coreweave_emulator.change(states.FULL, status={"status": "STATUS_UPDATING"})
    coreweave_emulator.remove(states.BARE)
    project.succeed("refresh", "--yes")
    after = _lookups(project)
    assert after["full"]["outputs"]["status"] == "STATUS_UPDATING"
    assert before.keys() - after.keys() == {"bare"}

    coreweave_emulator.forget_requests()
    project.succeed("destroy", "--yes")
    assert coreweave_emulator.counts().requests == 0
    assert project.state() == []


def test_older_program_keeps_its_state(imported: dict[str, Any], project: Project) -> None:
    """`up` keeps every ID, input and output that the older version wrote."""
    before = _comparable(states.lookups(imported))
    project.up()
    assert _kept(before, _lookups(project)) == before


def test_committed_state_is_current(project: Project, coreweave_emulator: Emulator) -> None:
    """Until a version is released, its committed state follows the code; after that, a new version is due."""
    file = states.HERE / f"{states.version()}.json"
    committed = states.lookups(json.loads(file.read_text()))
    written = states.lookups(states.write(project, coreweave_emulator))
    assert written == committed, "run `python -m tests.stack.states`, or raise the version if it is released"


def test_no_committed_state_names_a_machine() -> None:
    """No committed state has a path, address or time of the machine that wrote it."""
    assert FILES
    for file in FILES:
        text = file.read_text()
        assert not any(word in text for word in ("file:", "/home", "/root", "/tmp", "127.0.0.1", "Position")), file  # noqa: S108
