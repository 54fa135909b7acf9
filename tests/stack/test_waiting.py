"""``wait_for_ready`` on the real engine."""

import re
import signal
import subprocess
import time

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, said
from tests.stack.terminals import on_terminal

HEAD = """
import pulumi
from pulumi_coreweave_gateway import GatewayLookup, WaitForReady
"""
GATEWAYS = "/v1alpha1/inference/gateways"
FAST = "WaitForReady(timeout=60, poll_interval=0.2)"
SCHEDULING = {
    "type": "Scheduled",
    "status": "False",
    "reason": "NoCapacity",
    "message": "no node is free",
    "zone": "US-EAST-04A",
    "lastUpdateTime": "2026-01-01T00:00:00Z",
}


@pytest.fixture
def creating(coreweave_emulator: Emulator, project: Project) -> str:
    """Return the id of a gateway that is being created, and that the program waits for."""
    found = coreweave_emulator.add(name="prod", ready=False)
    coreweave_emulator.change(found, status={"conditions": [SCHEDULING]})
    project.program(
        f"{HEAD}\ngateway = GatewayLookup('prod', gateway_id='{found}', wait_for_ready={FAST})\n"
        "pulumi.export('status', gateway.status)\npulumi.export('endpoint', gateway.endpoint)\n"
    )
    return found


def test_preview_does_not_wait(project: Project, creating: str, coreweave_emulator: Emulator) -> None:
    """A preview shows the current status after one read; up waits; the next preview shows no change."""
    done = project.cli("preview")
    assert done.returncode == 0, said(done)
    assert "STATUS_CREATING" in done.stdout
    assert coreweave_emulator.counts().requests == 1
    coreweave_emulator.become_ready(creating, after_reads=4)
    outputs = project.up()
    assert outputs == {"status": "STATUS_READY", "endpoint": f"https://api.{creating}.gw.cwinference.com"}
    again = project.cli("preview", "--diff", "--expect-no-changes")
    assert again.returncode == 0
    assert "=>" not in again.stdout


def test_terminal_shows_the_wait_in_the_row_of_the_lookup(
    project: Project, creating: str, coreweave_emulator: Emulator
) -> None:
    """On a terminal the messages of a wait are shown beside the lookup's name."""
    coreweave_emulator.become_ready(creating, after_reads=20)
    command = ["pulumi", "up", "--yes", "--skip-preview"]
    code, text = on_terminal(command, project.folder, project.environ, 200)
    assert code == 0, text
    assert re.search(r"GatewayLookup +prod .*waiting for STATUS_READY \[\d+s elapsed\]: STATUS_CREATING", text), text


@pytest.mark.parametrize("command", [("refresh", "--run-program"), ("destroy", "--run-program")], ids=" ".join)
def test_only_up_waits(project: Project, creating: str, coreweave_emulator: Emulator, command: tuple[str, ...]) -> None:
    """Other commands that run the program accept a gateway as it is."""
    coreweave_emulator.change(creating, status={"status": "STATUS_READY", "endpoints": ["https://x.example.com"]})
    project.up()
    coreweave_emulator.change(creating, status={"status": "STATUS_UPDATING"})
    coreweave_emulator.forget_requests()
    done = project.cli(*command, "--yes")
    assert done.returncode == 0, said(done)
    assert "waiting" not in said(done)
    assert coreweave_emulator.counts().requests <= 2


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("STATUS_FAILED", "has failed and can't recover"),
        ("STATUS_DELETING", "is being deleted"),
    ],
)
def test_failed_gateway_ends_the_wait(
    project: Project, creating: str, coreweave_emulator: Emulator, status: str, sentence: str
) -> None:
    """FAILED and DELETING end the wait with one line that has the conditions; the state doesn't change."""
    coreweave_emulator.transition(creating, {"status": {"status": status}}, after_reads=2)
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode != 0
    line = next(line for line in said(done).splitlines() if sentence in line)
    assert creating in line
    assert "Scheduled in US-EAST-04A is False (NoCapacity: no node is free)" in line
    assert "Traceback" not in said(done)
    assert project.lookups() == []


def test_wait_includes_a_name_that_is_not_listed_yet(project: Project, coreweave_emulator: Emulator) -> None:
    """Right after its creation, a gateway may not be listed yet; all names share each list request."""
    names = [f"gateway-{number}" for number in range(5)]
    ids = [coreweave_emulator.add(name=name) for name in names]
    coreweave_emulator.script(200, path=GATEWAYS, json={"items": []}, times=3)
    project.program(
        f"{HEAD}\nfor name in {names!r}:\n"
        f"    pulumi.export(name, GatewayLookup(name, gateway_name=name, wait_for_ready={FAST}).id)\n"
    )
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode == 0, said(done)
    assert "not found yet" in said(done)
    assert project.outputs() == dict(zip(names, ids, strict=True))
    assert coreweave_emulator.counts().by_path[GATEWAYS] <= 6


def test_name_that_is_never_listed_ends_the_wait(project: Project, coreweave_emulator: Emulator) -> None:
    """The error after the wait lists the candidates."""
    coreweave_emulator.add(name="prod")
    wait = "WaitForReady(timeout=5, poll_interval=0.2)"
    project.program(f"{HEAD}\nGatewayLookup('prod', gateway_name='prdo', wait_for_ready={wait})\n")
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode != 0
    line = next(line for line in said(done).splitlines() if "no gateway has the name 'prdo'" in line)
    assert "'prod' (" in line
    assert coreweave_emulator.counts().by_path[GATEWAYS] > 2


def test_waits_do_not_delay_other_resources(project: Project, coreweave_emulator: Emulator) -> None:
    """200 ordinary resources are created while 200 gateways are still being waited for."""
    ids = [coreweave_emulator.add(name=f"gw-{number}", ready=False) for number in range(200)]
    marks = project.folder / "marks"
    marks.mkdir()
    project.program(
        f"""{HEAD}
import pathlib
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Other(Resource):
    pass

class Provider(ResourceProvider):
    def create(self, props):
        (pathlib.Path({str(marks)!r}) / props["name"]).touch()
        return CreateResult(props["name"], props)

for n, gateway_id in enumerate({ids!r}):
    GatewayLookup(f"gw-{{n}}", gateway_id=gateway_id, wait_for_ready=WaitForReady(timeout=240, poll_interval=2))
    Other(Provider(), f"other-{{n}}", {{"name": f"other-{{n}}"}})
"""
    )
    process = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env=project.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until = time.monotonic() + 200
        while len(list(marks.iterdir())) < 200 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        assert len(list(marks.iterdir())) == 200
        assert process.poll() is None, "the update ended although no gateway was ready"
        for gateway_id in ids:
            coreweave_emulator.become_ready(gateway_id)
        output, _ = process.communicate(timeout=200)
    finally:
        process.kill()
    assert process.returncode == 0, output[-3000:]
    assert len(project.lookups()) == 200


def test_ctrl_c_ends_a_wait(project: Project, creating: str) -> None:
    """Ctrl-C during a wait ends the command within seconds, and the next command works."""
    process = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=project.folder,
        env=project.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        shown = ""
        assert process.stdout is not None
        while "waiting for STATUS_READY" not in shown:
            line = process.stdout.readline()
            assert line, shown
            shown += line
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert time.monotonic() - start < 20
    assert process.returncode != 0
    assert "Traceback" not in shown + rest
    project.succeed("preview")


def test_stale_ready_does_not_end_the_wait(project: Project, coreweave_emulator: Emulator) -> None:
    """A lookup that depends on the resource that starts an update waits until that update has ended."""
    found = coreweave_emulator.add(name="prod")
    coreweave_emulator.transition(found, {"status": {"status": "STATUS_UPDATING"}}, after_reads=1)
    coreweave_emulator.become_ready(found, after_reads=3)
    project.program(
        f"{HEAD}\nfrom pulumi.dynamic import CreateResult, Resource, ResourceProvider\n"
        "class Provider(ResourceProvider):\n"
        "    def create(self, props):\n        return CreateResult('updated', {})\n"
        "class Updater(Resource):\n    pass\n"
        "updated = Updater(Provider(), 'updated', {})\n"
        f"gateway = GatewayLookup('prod', gateway_id='{found}', wait_for_ready={FAST},\n"
        "    opts=pulumi.ResourceOptions(depends_on=[updated]))\n"
        "pulumi.export('ready', gateway.ready)\n"
    )
    assert project.up() == {"ready": True}
    assert coreweave_emulator.counts().requests > 3


def test_up_fails_if_the_gateway_is_no_longer_ready(project: Project, coreweave_emulator: Emulator) -> None:
    """An ``up`` that waited fails if the read then finds the gateway in an update."""
    found = coreweave_emulator.add(name="prod")
    coreweave_emulator.transition(found, {"status": {"status": "STATUS_UPDATING"}}, after_reads=1)
    project.program(f"{HEAD}\nGatewayLookup('prod', gateway_id='{found}', wait_for_ready={FAST})\n")
    done = project.cli("up", "--yes", "--skip-preview")
    assert done.returncode != 0
    assert (
        "lookup 'prod': the gateway was ready when the wait ended, but its status was STATUS_UPDATING when it was read"
    ) in said(done)
    assert "Traceback" not in said(done)


def test_teardown_succeeds_without_the_gateways(project: Project, coreweave_emulator: Emulator) -> None:
    """``destroy --run-program`` succeeds if gateways are gone, and runs nothing that uses their values."""
    found = coreweave_emulator.add(name="prod")
    project.program(
        f"{HEAD}\nfrom pulumi_coreweave_gateway import GatewaysLookup, get_gateway_output, get_gateways_output\n"
        f"by_id = GatewayLookup('id', gateway_id='{found}', wait_for_ready={FAST})\n"
        f"by_name = GatewayLookup('name', gateway_name='prod', wait_for_ready={FAST})\n"
        f"fleet = GatewaysLookup('fleet', gateway_ids=['{found}'])\n"
        "pulumi.export('first', by_name.endpoints.apply(lambda endpoints: endpoints[0]))\n"
        f"for several in fleet.by_id, get_gateways_output(['{found}']).apply(lambda gateways: gateways.by_id):\n"
        f"    pulumi.export('several', several.apply(lambda gateways: gateways['{found}'].endpoint))\n"
        f"for one in get_gateway_output('{found}'), get_gateway_output(gateway_name='prod'):\n"
        "    pulumi.export('one', one.apply(lambda gateway: gateway.endpoints[0]))\n"
    )
    project.up()
    coreweave_emulator.remove(found)
    project.succeed("destroy", "--yes", "--run-program")
    assert project.lookups() == []
