"""Outputs that a program makes secret with ``additional_secret_outputs``."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import DeploymentsLookup, GatewayLookup, GatewaysLookup, InvalidArgumentError
from pulumi_coreweave_gateway.emulator import Emulator
from tests.integration.deployment import deploy

pytestmark = pytest.mark.enable_socket

ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"


def _secret_outputs(lookup: type[pulumi.CustomResource], outputs: list[str], **arguments: Any) -> set[str]:
    """Return the outputs that are secret if a program asks for some."""

    async def program() -> set[str]:
        resource = lookup("x", opts=pulumi.ResourceOptions(additional_secret_outputs=outputs), **arguments)
        names = [
            name
            for name in {*dir(lookup), *lookup.__annotations__}
            if isinstance(getattr(resource, name, None), pulumi.Output)
        ]
        secret = await asyncio.gather(*(getattr(resource, name).is_secret() for name in names))
        return {name for name, is_secret in zip(names, secret, strict=True) if is_secret}

    found: set[str] = deploy(program)
    return found


@pytest.mark.parametrize(
    ("asked", "secret"),
    [
        (["name"], {"name"}),
        (["host"], {"endpoint", "endpoints", "host", "openai_base_url"}),
    ],
)
def test_gateway(
    coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, asked: list[str], secret: set[str]
) -> None:
    """An output is secret, and so is every other one that reveals it."""
    coreweave_emulator.setenv(monkeypatch)
    gateway_id = coreweave_emulator.add(name="prod")
    assert _secret_outputs(GatewayLookup, asked, gateway_id=gateway_id) == secret


@pytest.mark.parametrize(
    ("asked", "secret"),
    [(["endpoints"], {"gateways", "by_id", "endpoints", "zones"}), (["profile"], {"profile", "id"})],
)
def test_fleet(
    coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, asked: list[str], secret: set[str]
) -> None:
    """All outputs that are derived from the gateways are secret if one of them is."""
    coreweave_emulator.setenv(monkeypatch)
    coreweave_emulator.add(name="prod")
    assert _secret_outputs(GatewaysLookup, asked) == secret


def test_deployments(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """All outputs that are derived from the deployments are secret if one of them is."""
    coreweave_emulator.setenv(monkeypatch)
    coreweave_emulator.add_deployment(model="m", gateway_ids=[coreweave_emulator.add(name="prod")])
    assert _secret_outputs(DeploymentsLookup, ["models"]) == {"deployments", "models", "ready"}


@pytest.mark.parametrize(
    "lookup", [lambda **of: GatewayLookup("x", gateway_id=ID, **of), lambda **of: GatewaysLookup("x", **of)]
)
def test_unknown_output(lookup: Any) -> None:
    """A misspelt name would leave the output in plaintext in the state; nothing is sent."""
    with pytest.raises(
        InvalidArgumentError,
        match=r"^lookup 'x': additional_secret_outputs: there is no output 'endpoint_'; the outputs are ",
    ):
        lookup(opts=pulumi.ResourceOptions(additional_secret_outputs=["endpoint_"]))
