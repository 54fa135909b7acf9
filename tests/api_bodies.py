"""Tests that run against the emulator and, on request, the real API, so that the emulator doesn't drift from it.

A module that imports them provides the fixtures ``target`` and ``project``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from pulumi_coreweave_gateway import AuthenticationError, NotFoundError
from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import Settings, resolve_settings
from tests.stack.project import YES, Project

MISSING = "00000000-0000-4000-8000-00000000dead"


@dataclass(frozen=True)
class Target:
    """An API, and a gateway that it has.

    Attributes:
        environ: The environment variables of its settings.
        gateway_id: The gateway's UUID.

    """

    environ: Mapping[str, str] = field(repr=False)
    gateway_id: str

    def settings(self, **changes: str) -> Settings:
        """Return the settings, with changes to the variables."""
        return resolve_settings(lambda _: None, {**self.environ, **changes})


def test_get_and_list_agree(target: Target) -> None:
    """The list of gateways has the gateway, with the same spec as a get."""
    with GatewayClient(target.settings()) as client:
        listed = {gateway.spec.id: gateway for gateway in client.list().items}
        gateway = client.get(target.gateway_id)
    assert listed[target.gateway_id].spec == gateway.spec
    assert gateway.status.status.startswith("STATUS_")
    assert gateway.spec.name
    assert gateway.spec.zones
    assert gateway.status.created_at


def test_missing_gateway_is_not_found(target: Target) -> None:
    """An unknown ID raises a NotFoundError with the server's code."""
    with GatewayClient(target.settings()) as client, pytest.raises(NotFoundError) as caught:
        client.get(MISSING)
    assert (caught.value.http_status, caught.value.grpc_code) == (404, "not_found")


def test_wrong_token_is_rejected(target: Target) -> None:
    """A wrong token raises an AuthenticationError that doesn't show it."""
    settings = target.settings(COREWEAVE_API_TOKEN="wrong-token-of-a-test")
    with GatewayClient(settings) as client, pytest.raises(AuthenticationError) as caught:
        client.get(target.gateway_id)
    assert caught.value.http_status == 401
    assert "wrong-token-of-a-test" not in str(caught.value)


def test_stack_from_preview_to_destroy(target: Target, project: Project) -> None:
    """The first preview shows the gateway, up stores it, a second preview shows no change, and destroy removes it."""
    project.configure(gatewayId=target.gateway_id)
    project.program(
        """
        import pulumi
        from pulumi_coreweave_gateway import GatewayLookup, GatewaysLookup

        gateway_id = pulumi.Config().require("gatewayId")
        pulumi.export("gateway", GatewayLookup("prod", gateway_id=gateway_id))
        pulumi.export("fleet", GatewaysLookup("fleet", gateway_ids=[gateway_id]))
        """
    )
    first = project.succeed("preview")
    assert "STATUS_" in first
    for unknown in ("output<", "unknown"):
        assert unknown not in first
    gateway = project.up()["gateway"]
    assert gateway["status"].startswith("STATUS_")
    assert all(endpoint.startswith("https://") for endpoint in gateway["endpoints"])
    assert project.lookup("prod")["gateway_id"] == target.gateway_id
    preview = project.succeed("preview", "--diff", "--expect-no-changes")
    assert "=>" not in preview
    project.succeed("destroy", *YES)
    assert project.lookups() == []
