"""Drift of gateways on the real engine."""

from __future__ import annotations

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project

PROGRAM = """
import pulumi
from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup

gateway = GatewayLookup("prod", gateway_id={0!r})
fleet = GatewaysLookup("fleet", gateway_ids=[{0!r}])
pulumi.export("gateway", gateway)
pulumi.export("fleet", fleet)
"""
DRIFT_CHECK = ("refresh", "--preview-only", "--expect-no-changes")


def test_only_real_changes_are_drift(project: Project, coreweave_emulator: Emulator) -> None:
    """Another order of endpoints or a newer timestamp is not drift; another status is."""
    gateway_id = coreweave_emulator.add(name="prod", additional_dns=["llm.example.com"])
    project.program(PROGRAM.format(gateway_id))
    outputs = project.up()
    assert outputs["gateway"]["endpoint"] == f"https://api.{gateway_id}.gw.cwinference.com"

    status = coreweave_emulator.get(gateway_id)["status"]
    assert len(status["endpoints"]) == 2
    conditions = [{**condition, "lastUpdateTime": "2030-01-01T00:00:00Z"} for condition in status["conditions"]]
    coreweave_emulator.change(
        gateway_id,
        status={
            "endpoints": status["endpoints"][::-1],
            "updatedAt": "2030-01-01T00:00:00Z",
            "conditions": conditions,
        },
    )
    project.succeed(*DRIFT_CHECK)
    preview = project.cli("preview", "--diff")
    assert "outputs:" not in preview.stdout, "a lookup that is exported as a whole shows a change"

    coreweave_emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
    assert project.cli(*DRIFT_CHECK).returncode != 0


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
    conditions = [{**condition, "lastUpdateTime": later} for condition in status["conditions"]]
    coreweave_emulator.change(gateway_id, status={"updatedAt": later, "conditions": conditions})
    assert project.cli(*DRIFT_CHECK).returncode != 0
    project.succeed("refresh", "--yes", "--skip-preview")
    fleet, gateway = sorted((entry["outputs"] for entry in project.lookups()), key=lambda outputs: "status" in outputs)
    assert gateway["updatedAt"] == fleet["gateways"][0]["updatedAt"] == later
