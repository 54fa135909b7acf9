"""Functions called outside an engine: errors name the gateway or the call that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import GatewayError, get_gateway, get_gateway_output, get_gateways, get_gateways_output
from pulumi_coreweave_gateway.emulator import Emulator

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
    monkeypatch.setenv("COREWEAVE_API_TOKEN", coreweave_emulator.token)
    monkeypatch.setenv("COREWEAVE_API_ENDPOINT", coreweave_emulator.url)
    coreweave_emulator.script(403, times=None)
    assert _error(call).startswith(subject)


@pytest.mark.parametrize("call", [get_gateways, get_gateways_output])
def test_filters_warn_of_values_that_no_gateway_has(
    call: Any, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A filter value that no gateway has causes a warning that names the function."""
    for name, value in coreweave_emulator.environ.items():
        monkeypatch.setenv(name, value)
    coreweave_emulator.add(name="prod")

    async def resolve() -> Any:
        result = call(statuses=["STATUS_READY", "STATUS_ready"])
        return await result.future() if isinstance(result, pulumi.Output) else result

    assert len(asyncio.run(resolve())) == 1
    warning = "no gateway has the status 'STATUS_ready'; statuses of the gateways: 'STATUS_READY'"
    assert capsys.readouterr().err == f"warning: {call.__name__}: {warning}\n"


def test_missing_member_is_named(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fleet's error names the call, each gateway that could not be read, and the reason."""
    for name, value in coreweave_emulator.environ.items():
        monkeypatch.setenv(name, value)
    assert _error(lambda: get_gateways([coreweave_emulator.add(name="prod"), ID])).startswith(
        f"get_gateways: 1 of 2 gateways could not be read: gateway {ID}: not found"
    )
