"""Drift: gateways that change, or are deleted, after an ``up``."""

from __future__ import annotations

import shutil

import yaml
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, said

RECIPES = CHECKOUT / "docs" / "recipes"
CHANGES = 7
"""The CLI's exit code if there are changes where none are expected."""

PROGRAM = """
import pulumi
from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup

gateway = GatewayLookup("prod", gateway_id={0!r})
fleet = GatewaysLookup("fleet", gateway_ids={1!r})
pulumi.export("gateway", gateway)
pulumi.export("fleet", fleet)
"""


DEPENDENT = """
import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult
from pulumi_coreweave_gateway import GatewayLookup, get_gateway

class FileProvider(ResourceProvider):
    def create(self, props):
        return CreateResult("file", props)

    def diff(self, id_, old, new):
        return DiffResult(changes=old["content"] != new["content"])

    def update(self, id_, old, new):
        return UpdateResult(new)

class File(Resource):
    def __init__(self, content):
        super().__init__(FileProvider(), "file", {{"content": content}})

gateway = {0}
File(gateway.status)
"""


def shell(project: Project, command: str) -> tuple[int, str]:
    """Run a command of a CI job, and return its exit code and what it printed."""
    done = project.run("sh", "-c", command)
    return done.returncode, said(done)


def drift_check(project: Project) -> tuple[int, str]:
    """Run the recipe for CI, and return its exit code and what it printed."""
    return shell(project, f"sh {RECIPES / 'drift_check.sh'}")


def test_only_real_changes_are_drift(project: Project, coreweave_emulator: Emulator) -> None:
    """Another order or a newer timestamp is no drift; another status is, and a refresh stores it.

    The drift check fails, a preview shows the change, and one that expects no changes succeeds in spite of it.
    """
    prod = coreweave_emulator.add(name="prod", additional_dns=["llm.example.com"])
    other = coreweave_emulator.add(name="other")
    project.program(PROGRAM.format(prod, [prod, other]))
    project.up()
    status = coreweave_emulator.get(prod)["status"]
    assert len(status["endpoints"]) == 2
    later = "2030-01-01T00:00:00Z"
    conditions = [{**condition, "lastUpdateTime": later} for condition in status["conditions"]]
    changes = {"endpoints": status["endpoints"][::-1], "updatedAt": later, "conditions": conditions}
    coreweave_emulator.change(prod, status=changes)
    assert drift_check(project)[0] == 0
    preview = project.cli("preview", "--diff")
    assert "outputs:" not in preview.stdout, "a lookup that is exported as a whole shows a change"

    coreweave_emulator.change(prod, status={"status": "STATUS_UPDATING"})
    before = project.lookups()
    code, shown = drift_check(project)
    assert code == CHANGES
    assert '"STATUS_READY" => "STATUS_UPDATING"' in shown
    assert project.lookups() == before
    assert '"STATUS_READY" => "STATUS_UPDATING"' in project.succeed("preview", "--diff", "--expect-no-changes")
    project.succeed("refresh", *YES)
    assert project.lookup("prod")["status"] == "STATUS_UPDATING"
    assert project.lookup("fleet")["gateways"][0]["status"] == "STATUS_UPDATING"


def test_drift_check_finds_resources_that_use_old_values(project: Project, coreweave_emulator: Emulator) -> None:
    """It fails after a plain refresh while a resource has an old value, and for a value that a function returned."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(DEPENDENT.format(f"GatewayLookup('prod', gateway_id={gateway_id!r})"))
    project.up()
    coreweave_emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
    project.succeed("refresh", *YES)
    project.succeed("refresh", "--preview-only", "--expect-no-changes")
    code, shown = drift_check(project)
    assert (code, 'content: "STATUS_READY" => "STATUS_UPDATING"' in shown) == (CHANGES, True), shown

    project.program(DEPENDENT.format(f"get_gateway({gateway_id!r})"))
    project.up()
    coreweave_emulator.change(gateway_id, status={"status": "STATUS_READY"})
    project.succeed("refresh", "--preview-only", "--expect-no-changes")
    code, shown = drift_check(project)
    assert (code, 'content: "STATUS_UPDATING" => "STATUS_READY"' in shown) == (CHANGES, True), shown


def test_commands_of_the_ci_jobs(project: Project, coreweave_emulator: Emulator) -> None:
    """The jobs for GitHub and GitLab run the same commands, which succeed while nothing has changed."""
    github = yaml.safe_load((RECIPES / "github_actions.yaml").read_text())
    gitlab = yaml.safe_load((RECIPES / "gitlab_ci.yaml").read_text())
    install, *commands = [step["run"] for step in github["jobs"]["pulumi"]["steps"] if "run" in step]
    assert [install] == gitlab["default"]["before_script"]
    assert commands == [*gitlab["preview"]["script"], *gitlab["drift"]["script"]]
    project.program(PROGRAM.format(coreweave_emulator.add(name="prod"), []))
    project.up()
    shutil.copy(RECIPES / "drift_check.sh", project.folder)
    for command in commands:
        code, shown = shell(project, command)
        assert code == 0, shown


def test_refresh_removes_a_deleted_gateway(project: Project, coreweave_emulator: Emulator) -> None:
    """A refresh removes the lookup of a deleted gateway, and the gateway from a fleet; the drift check fails before."""
    prod, other = coreweave_emulator.add(name="prod"), coreweave_emulator.add(name="other")
    project.program(PROGRAM.format(prod, [prod, other]))
    project.up()
    coreweave_emulator.remove(prod)
    assert drift_check(project)[0] != 0
    project.succeed("refresh", *YES)
    (fleet,) = project.lookups()
    assert [gateway["name"] for gateway in fleet["outputs"]["gateways"]] == ["other"]


def test_included_timestamps_are_drift(project: Project, coreweave_emulator: Emulator) -> None:
    """With include_timestamps, a lookup and a fleet have the times of updates, and a refresh brings in later ones."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(
        f"""
        import pulumi
        from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup

        gateway = GatewayLookup("prod", gateway_id={gateway_id!r}, include_timestamps=True)
        fleet = GatewaysLookup("fleet", gateway_ids=[{gateway_id!r}], include_timestamps=True)
        for name, one in ("gateway", gateway), ("member", fleet.gateways[0]):
            pulumi.export(name, [one.updated_at, one.conditions[0].last_update_time])
        """
    )
    status = coreweave_emulator.get(gateway_id)["status"]
    times = [status["updatedAt"], status["conditions"][0]["lastUpdateTime"]]
    assert project.up() == {"gateway": times, "member": times}

    later = "2030-01-01T00:00:00Z"
    coreweave_emulator.change(gateway_id, status={"updatedAt": later})
    project.succeed("refresh", *YES)
    assert project.lookup("prod")["updated_at"] == project.lookup("fleet")["gateways"][0]["updated_at"] == later
