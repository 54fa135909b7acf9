"""Functions called outside an engine: errors name the gateway or the call that failed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import (
    GatewayError,
    TransportError,
    get_gateway,
    get_gateway_output,
    get_gateways,
    get_gateways_output,
)
from pulumi_coreweave_gateway.emulator import Emulator
from tests.integration.deployment import deploy

pytestmark = pytest.mark.enable_socket

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
OUTPUT_REJECTED = "get_gateway: an Output is not known yet; use get_gateway_output"
CALLS: dict[Callable[[], Any], str] = {
    lambda: get_gateway(ID): f"gateway {ID}: ",
    lambda: get_gateway_output(ID): f"gateway {ID}: ",
    lambda: get_gateway(gateway_name="prod"): "get_gateway 'prod': ",
    lambda: get_gateway_output(gateway_name="prod"): "get_gateway_output 'prod': ",
    lambda: get_gateways([ID]): "get_gateways: ",
    lambda: get_gateways_output(name_pattern="prod-*"): "get_gateways_output: ",
    lambda: get_gateway(ID, profile="eu"): f"gateway {ID}: ",
    lambda: get_gateways(profile="eu"): "get_gateways: ",
    lambda: get_gateway("prod"): "get_gateway: gateway_id: ",
    lambda: get_gateway_output(ID, profile="EU"): "get_gateway_output: profile: ",
    lambda: get_gateways([ID, "prod"]): "get_gateways: gateway_ids[1]: ",
    lambda: get_gateway(pulumi.Output.from_input(ID)): OUTPUT_REJECTED,  # type: ignore[call-overload]
}


def _error(call: Callable[[], Any]) -> str:
    """Return the error message of a call, or of the Output that it returns."""

    async def resolve() -> Any:
        result = call()
        return await result.future() if isinstance(result, pulumi.Output) else result

    with pytest.raises(GatewayError) as caught:
        asyncio.run(resolve())
    return str(caught.value)


@pytest.mark.parametrize(("call", "subject"), CALLS.items())
def test_error_names_its_subject(
    call: Callable[[], Any], subject: str, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token, or if the API rejects the request, the error names the lookup that failed."""
    assert _error(call).startswith(subject)
    coreweave_emulator.setenv(monkeypatch)
    coreweave_emulator.script(403, times=None)
    assert _error(call).startswith(subject)


@pytest.mark.parametrize("call", [get_gateways, get_gateways_output])
def test_filters_warn_of_values_that_no_gateway_has(
    call: Any, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A filter value that no gateway has causes a warning that names the function."""
    coreweave_emulator.setenv(monkeypatch)
    coreweave_emulator.add(name="prod")

    async def resolve() -> Any:
        result = call(statuses=["STATUS_READY", "STATUS_ready"])
        return await result.future() if isinstance(result, pulumi.Output) else result

    assert len(asyncio.run(resolve())) == 1
    warning = "no gateway has the status 'STATUS_ready'; statuses of the gateways: 'STATUS_READY'"
    assert capsys.readouterr().err == f"warning: {call.__name__}: {warning}\n"


def test_missing_member_is_named(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fleet's error names the call, each gateway that could not be read, and the reason."""
    coreweave_emulator.setenv(monkeypatch)
    assert _error(lambda: get_gateways([coreweave_emulator.add(name="prod"), ID])).startswith(
        f"get_gateways: 1 of 2 gateways could not be read: gateway {ID}: not found"
    )


def test_fleets_share_one_list(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fleets that are looked up by filters at the same time request the list of gateways once."""
    coreweave_emulator.setenv(monkeypatch)
    coreweave_emulator.add(name="prod")

    def program() -> pulumi.Output[list[int]]:
        fleets = [get_gateways_output(zones=["US-EAST-04A"]) for _ in range(100)]
        return pulumi.Output.all(*fleets).apply(lambda found: [len(fleet) for fleet in found])

    assert deploy(program) == [1] * 100
    assert len(coreweave_emulator.requests()) == 1


def test_thread_that_cannot_be_started_is_an_error_of_one_call(
    coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the limit of threads a call fails with one line, and a later one succeeds."""
    coreweave_emulator.setenv(monkeypatch)
    gateway_id = coreweave_emulator.add(name="prod")

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    calls: list[Callable[[], str]] = [
        lambda: get_gateway(gateway_id).name,
        lambda: get_gateway(gateway_name="prod").name,
        lambda: get_gateways([gateway_id])[0].name,
    ]
    for call in calls:
        with monkeypatch.context() as without_threads:
            without_threads.setattr(threading.Thread, "start", fail)
            with pytest.raises(TransportError, match="no thread can be started: ") as caught:
                call()
        assert str(caught.value).isprintable()
        assert call() == "prod"


FORKS = """
import multiprocessing, os, signal, sys
from pulumi_coreweave_gateway import get_gateway

def look_up():
    signal.alarm(20)
    assert get_gateway(sys.argv[1]).name == "prod"
    assert get_gateway(gateway_name="prod").gateway_id == sys.argv[1]

look_up()
child = os.fork()
if not child:
    look_up()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
process = multiprocessing.get_context("fork").Process(target=look_up)
process.start()
process.join()
assert process.exitcode == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
def test_lookups_in_a_forked_process(coreweave_emulator: Emulator) -> None:
    """A child process, which has neither its parent's threads nor its connections, looks up gateways as well."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS, coreweave_emulator.add(name="prod")],
        env={**os.environ, **coreweave_emulator.environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # Six lookups, each with its own request: a child has its own list, too.
    assert len(coreweave_emulator.requests()) == 6
