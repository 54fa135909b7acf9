"""``wait_for_ready`` on the real engine."""

import re
import signal
import subprocess
import time

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, errors, said, without_interrupted_host
from tests.stack.terminals import on_terminal

HEAD = """
import pulumi
from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup, WaitForReady
"""
FAST = "WaitForReady(timeout=60, poll_interval=0.2)"


@pytest.fixture
def creating(coreweave_emulator: Emulator, project: Project) -> str:
    """Return the ID of a gateway that is being created, and that the program waits for."""
    found = coreweave_emulator.add(name="prod", ready=False)
    project.program(
        f"{HEAD}\ngateway = GatewayLookup('prod', gateway_id='{found}', wait_for_ready={FAST})\n"
        "pulumi.export('status', gateway.status)\npulumi.export('endpoint', gateway.endpoint)\n"
    )
    return found


def start_up(project: Project, *options: str) -> "subprocess.Popen[str]":
    """Start ``pulumi up``."""
    return subprocess.Popen(
        ["pulumi", "up", *YES, "--non-interactive", *options],
        cwd=project.folder,
        env=project.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_only_up_waits(project: Project, creating: str, coreweave_emulator: Emulator) -> None:
    """A preview shows the current status after one read; up waits, and shows that beside the lookup's name."""
    shown = project.succeed("preview")
    assert re.search(r"endpoint *: \[unknown\]", shown), shown
    assert re.search(r'status *: "STATUS_CREATING"', shown), shown
    assert len(coreweave_emulator.requests()) == 1
    coreweave_emulator.become_ready(creating, after_reads=12)
    code, text = on_terminal(["pulumi", "up", *YES], project.folder, project.environ, 200)
    assert code == 0, text
    assert re.search(r"GatewayLookup +prod .*waiting for STATUS_READY \[\d+s elapsed\]: STATUS_CREATING", text), text
    endpoint = f"https://api.{creating}.gw.cwinference.com"
    assert project.outputs() == {"status": "STATUS_READY", "endpoint": endpoint}


def test_stale_ready_does_not_end_the_wait(project: Project, coreweave_emulator: Emulator) -> None:
    """A lookup that depends on the resource that starts an update waits until that update has ended.

    An ``up`` that waited fails if the read then finds the gateway in another update.
    """
    found = coreweave_emulator.add(name="prod")
    ready = {"gateway": coreweave_emulator.get(found)}
    coreweave_emulator.change(found, status={"status": "STATUS_UPDATING"})
    coreweave_emulator.script(gateway_id=found, json=ready)
    coreweave_emulator.become_ready(found, after_reads=2)
    lookup = f"GatewayLookup('prod', gateway_id='{found}', wait_for_ready={FAST}"
    project.program(
        f"{HEAD}\nfrom pulumi.dynamic import CreateResult, Resource, ResourceProvider\n"
        "class Provider(ResourceProvider):\n"
        "    def create(self, props):\n        return CreateResult('updated', {})\n"
        "class Updater(Resource):\n    pass\n"
        "updated = Updater(Provider(), 'updated', {})\n"
        f"gateway = {lookup}, opts=pulumi.ResourceOptions(depends_on=[updated]))\n"
        "pulumi.export('ready', gateway.ready)\n"
    )
    assert project.up() == {"ready": True}
    assert len(coreweave_emulator.requests()) > 3

    coreweave_emulator.change(found, status={"status": "STATUS_UPDATING"})
    coreweave_emulator.script(gateway_id=found, json=ready)
    project.program(f"{HEAD}\n{lookup})\n")
    done = project.cli("up", *YES)
    assert done.returncode != 0
    assert (
        "lookup 'prod': the gateway was ready when the wait ended, but its status was STATUS_UPDATING when it was read"
    ) in said(done)
    assert "Traceback" not in said(done)


def test_teardown_neither_waits_nor_needs_the_gateways(project: Project, coreweave_emulator: Emulator) -> None:
    """``refresh --run-program`` doesn't wait for an update, and ``destroy --run-program`` not for deleted gateways.

    Nothing runs then that uses the values of a deleted gateway.
    """
    found = coreweave_emulator.add(name="prod")
    project.program(
        f"{HEAD}\nfrom pulumi_coreweave_gateway import get_gateway_output, get_gateways_output\n"
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
    coreweave_emulator.change(found, status={"status": "STATUS_UPDATING"})
    assert "waiting" not in project.succeed("refresh", *YES, "--run-program")
    coreweave_emulator.remove(found)
    assert "waiting" not in project.succeed("destroy", *YES, "--run-program")
    assert project.state() == []


def test_waits_do_not_delay_other_resources(project: Project, coreweave_emulator: Emulator) -> None:
    """More waits than the SDK has threads don't delay the creation of ordinary resources after them."""
    ids = [coreweave_emulator.add(name=f"gw-{number}", ready=False) for number in range(40)]
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
    GatewayLookup(f"gw-{{n}}", gateway_id=gateway_id, wait_for_ready=WaitForReady(timeout=240, poll_interval=1))
for n in range(5):
    Other(Provider(), f"other-{{n}}", {{"name": f"other-{{n}}"}})
"""
    )
    process = start_up(project, "--parallel", "8")
    try:
        until = time.monotonic() + 120
        while len(list(marks.iterdir())) < 5 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        assert len(list(marks.iterdir())) == 5
        assert process.poll() is None, "the update ended although no gateway was ready"
        for gateway_id in ids:
            coreweave_emulator.become_ready(gateway_id)
        output, _ = process.communicate(timeout=200)
    finally:
        process.kill()
    assert process.returncode == 0, output[-3000:]
    assert len(project.lookups()) == len(ids)


def test_ctrl_c_ends_a_wait(project: Project, creating: str) -> None:
    """Ctrl-C during a wait ends the command within seconds."""
    process = start_up(project)
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
    assert "Traceback" not in without_interrupted_host(shown + rest)


def test_required_gateway_that_is_not_ready_stops_every_deployment(
    project: Project, coreweave_emulator: Emulator
) -> None:
    """With ``require_ready``, a preview and an up fail with the status; without it, they warn of the empty endpoint."""
    found = coreweave_emulator.add(name="prod", ready=False)
    look_up = f"GatewayLookup('prod', gateway_id='{found}'"
    project.program(f"{HEAD}\npulumi.export('endpoint', {look_up}, require_ready=True).endpoint)\n")
    for command in (("preview",), ("up", *YES)):
        done = project.cli(*command)
        assert done.returncode != 0
        (error,) = errors(done)
        assert f"gateway {found}: not ready (STATUS_CREATING; Ready in US-EAST-04A is False (Provisioning: " in error
    assert project.outputs() == {}
    coreweave_emulator.become_ready(found)
    assert project.up() == {"endpoint": f"https://api.{found}.gw.cwinference.com"}
    coreweave_emulator.change(found, status={"status": "STATUS_UPDATING", "endpoints": None})
    project.succeed("refresh", *YES)
    project.succeed("refresh", *YES, "--run-program")

    project.program(f"{HEAD}\npulumi.export('endpoint', {look_up}).endpoint)\n")
    warning = "lookup 'prod': the gateway has no endpoint (STATUS_UPDATING), so endpoint, endpoints, host and "
    assert warning in said(project.cli("preview"))
    assert warning in said(project.cli("up", *YES))
