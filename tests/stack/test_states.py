"""States of released versions, used by this one; see tests/stack/states."""

import json
from typing import Any

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack import states
from tests.stack.project import YES, Project


def _kept(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return the new entries without outputs that the old ones did not have: a later version may add some."""
    return {
        name: {**entry, "outputs": {key: entry["outputs"].get(key) for key in old[name]["outputs"]}}
        for name, entry in new.items()
    }


@pytest.mark.parametrize("version", states.PROGRAMS)
def test_older_state_still_works(version: str, project: Project, coreweave_emulator: Emulator) -> None:
    """Preview shows no change, up and refresh keep what is stored, refresh brings in changes, destroy needs no API."""
    states.set_gateways(coreweave_emulator)
    project.program(states.PROGRAMS[version])
    file = states.HERE / f"{version}.json"
    project.succeed("stack", "import", "--file", str(file))
    before = states.lookups(json.loads(file.read_text()))
    preview = project.succeed("preview", "--diff", "--expect-no-changes")
    assert "=>" not in preview, preview
    project.succeed("refresh", *YES, "--expect-no-changes")
    assert _kept(before, states.current(project)) == before
    project.up()
    assert _kept(before, states.current(project)) == before

    coreweave_emulator.change(states.FULL, status={"status": "STATUS_UPDATING"})
    coreweave_emulator.remove(states.BARE)
    project.succeed("refresh", *YES)
    after = states.current(project)
    assert after["full"]["outputs"]["status"] == "STATUS_UPDATING"
    assert before.keys() - after.keys() == {"bare"}

    sent = len(coreweave_emulator.requests())
    project.succeed("destroy", *YES)
    assert len(coreweave_emulator.requests()) == sent
    assert project.state() == []


def test_committed_state_is_current(project: Project, coreweave_emulator: Emulator) -> None:
    """Until a version is released, its committed state follows the code; after that, a new version is due."""
    committed = states.lookups(json.loads((states.HERE / f"{states.version()}.json").read_text()))
    states.write(project, coreweave_emulator)
    assert states.current(project) == committed, (
        "run `python -m tests.stack.states`, or raise the version if it is released"
    )
