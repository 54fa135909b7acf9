"""``DeploymentsLookup`` on the real engine."""

import re

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, errors, said
from tests.stack.terminals import on_terminal
from tests.stack.test_drift import drift_check

LLAMA = "meta-llama/Llama-3.1-8B"
HEAD = """
import pulumi
from pulumi_coreweave_gateway import DeploymentsLookup, WaitForReady, get_deployments_output
"""
FAST = "WaitForReady(timeout=60, poll_interval=0.2)"


def test_drift(project: Project, coreweave_emulator: Emulator) -> None:
    """A preview and the drift check show another weight, and a model that vanished; without any, they fail.

    The state keeps the last ones then, and ``destroy --run-program`` doesn't need them.
    """
    gateway = coreweave_emulator.add(name="prod")
    llama, qwen = (coreweave_emulator.add_deployment(model=model, gateway_ids=[gateway]) for model in (LLAMA, "qwen"))
    project.program(
        f"{HEAD}\nfound = DeploymentsLookup('models', gateway_id='{gateway}')\n"
        "pulumi.export('models', found.models)\npulumi.export('ready', found.ready)\n"
        "pulumi.export('weights', found.deployments.apply(lambda all: {one.model: one.weight for one in all}))\n"
        f"pulumi.export('first', get_deployments_output(gateway_id='{gateway}').apply(lambda all: all[0].model))\n"
        "pulumi.export('lookup', found)\n"
        f"waited = DeploymentsLookup('waited', gateway_id='{gateway}', wait_for_ready={FAST})\n"
        "pulumi.export('waited', [waited.deployments[0].model, waited.models[0]])\n"
    )
    shown = project.succeed("preview")
    assert re.search(rf'models *: \[\s*\[0\]: "{LLAMA}"\s*\[1\]: "qwen"', shown), shown
    weights = {LLAMA: 100, "qwen": 100}
    outputs = project.up()
    assert outputs.pop("lookup")["deployments"][1]["weight"] == 100
    assert outputs == {
        "models": [LLAMA, "qwen"],
        "ready": True,
        "weights": weights,
        "first": LLAMA,
        "waited": [LLAMA, LLAMA],
    }
    assert "=>" not in project.succeed("preview", "--diff", "--expect-no-changes")

    coreweave_emulator.change(llama, spec={"traffic": {"weight": 250}})
    assert re.search(r"100 => 250", project.succeed("preview", "--diff"))
    code, shown = drift_check(project)
    assert code != 0
    assert re.search(r"weight *: 100 => 250", shown), shown
    coreweave_emulator.remove(qwen)
    preview = project.succeed("preview", "--diff")
    assert re.search(r'- \[1\]: "qwen"', preview), preview
    project.succeed("refresh", *YES)
    assert [one["model"] for one in project.lookup("models")["deployments"]] == [LLAMA]

    before = project.lookup("models")
    coreweave_emulator.remove(llama)
    done = project.cli("preview")
    assert done.returncode != 0
    reason = f"there are no deployments behind gateway {gateway}; check the gateway's ID, and that the token belongs "
    assert any(reason in line for line in errors(done)), said(done)
    assert "Traceback" not in said(done)
    assert project.lookup("models") == before
    project.succeed("destroy", *YES, "--run-program")
    assert project.lookups() == []


def test_up_waits_until_the_models_answer(project: Project, coreweave_emulator: Emulator) -> None:
    """A preview shows the models as unknown; up waits, and shows model, status and conditions beside the name.

    A teardown gives the program the same values, of the same types.
    """
    gateway = coreweave_emulator.add(name="prod")
    llama = coreweave_emulator.add_deployment(model=LLAMA, gateway_ids=[gateway], ready=False)
    project.program(
        f"{HEAD}\nfound = DeploymentsLookup('models', gateway_id='{gateway}', model='{LLAMA}', wait_for_ready={FAST})\n"
        "pulumi.export('models', found.models)\npulumi.export('statuses', found.deployments[0].status)\n"
    )
    shown = project.succeed("preview")
    assert re.search(r"models *: \[unknown\]", shown), shown
    assert re.search(r'statuses *: "STATUS_CREATING"', shown), shown
    coreweave_emulator.become_ready(llama, after_reads=12)
    code, text = on_terminal(["pulumi", "up", *YES], project.folder, project.environ, 200)
    assert code == 0, text
    progress = rf"DeploymentsLookup +models .*waiting for STATUS_READY \[\d+s elapsed\]: {LLAMA} \(llama-3-1-8b\): S"
    assert re.search(progress, text), text
    assert project.outputs() == {"models": [LLAMA], "statuses": "STATUS_READY"}
    project.succeed("destroy", *YES, "--run-program")


def test_wait_that_fails_is_one_line(project: Project, coreweave_emulator: Emulator) -> None:
    """A wait for what will never be ready ends ``up`` at once with one line, and the state stays."""
    gateway = coreweave_emulator.add(name="prod")
    failed = coreweave_emulator.add_deployment(model=LLAMA, gateway_ids=[gateway])
    project.program(
        f"{HEAD}\nwait = WaitForReady(poll_interval=1)\n"
        f"gateway_id = pulumi.Output.from_input('{gateway}')\n"
        "found = DeploymentsLookup('models', gateway_id=gateway_id, wait_for_ready=wait)\n"
        "pulumi.export('models', found.models)\n"
    )
    code, text = on_terminal(["pulumi", "up", *YES], project.folder, project.environ, 200)
    assert code == 0, text
    assert "waiting for STATUS_READY [0s elapsed]: all are ready; polling once more" in text
    before = project.lookups()
    for change, reason in (
        ({"status": {"status": "STATUS_FAILED"}}, f"{LLAMA} (llama-3-1-8b) has failed and can't recover"),
        ({"status": {"status": "STATUS_DELETING"}}, f"{LLAMA} (llama-3-1-8b) is being deleted"),
        ({"spec": {"disabled": True}}, "all of them are disabled, so none can become ready; enable one"),
    ):
        coreweave_emulator.change(failed, **change)
        done = project.cli("up", *YES)
        assert done.returncode != 0
        assert f"lookup 'models': deployments behind gateway {gateway}: {reason}" in said(done)
        assert "Traceback" not in said(done)
    assert project.lookups() == before
