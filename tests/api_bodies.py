"""Tests with two targets: the emulator by default, the real API on request, so that the emulator can't drift unseen.

A test module imports them all, and has the fixtures ``target`` and ``project``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from pulumi_coreweave_gateway import AuthenticationError, GatewayNotFoundError
from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import Settings, resolve_settings
from tests.stack.programs import ONE_LOOKUP
from tests.stack.project import Project, said

MISSING = "00000000-0000-4000-8000-00000000dead"


@dataclass(frozen=True)
class Target:
    """An API, and a gateway that it has.

    Attributes:
        environ: the variables by which it is reached.
        gateway_id: the gateway's UUID.

    """

    environ: Mapping[str, str] = field(repr=False)
    gateway_id: str

    def settings(self, **changes: str) -> Settings:
        """Return the settings, with some variables changed."""
        return resolve_settings(lambda _: None, {**self.environ, **changes})


def test_get_and_list_agree(target: Target) -> None:
    """The gateway is in the list of all gateways, and the list says of it what a get does."""
    with GatewayClient(target.settings()) as client:
        listed = {gateway.spec.id: gateway for gateway in client.list()}
        gateway = client.get(target.gateway_id)
    assert listed[target.gateway_id].spec == gateway.spec
    assert gateway.status.status.startswith("STATUS_")
    assert gateway.spec.name
    assert gateway.spec.zones
    assert gateway.status.created_at


def test_a_missing_gateway_is_not_found(target: Target) -> None:
    """An id that no gateway has is an error of its own class, with the server's code."""
    with GatewayClient(target.settings()) as client, pytest.raises(GatewayNotFoundError) as caught:
        client.get(MISSING)
    assert (caught.value.http_status, caught.value.grpc_code) == (404, "not_found")


def test_a_wrong_token_is_refused(target: Target) -> None:
    """A token that isn't one is an error of its own class, which doesn't show it."""
    settings = target.settings(COREWEAVE_API_TOKEN="wrong-token-of-a-test")
    with GatewayClient(settings) as client, pytest.raises(AuthenticationError) as caught:
        client.get(target.gateway_id)
    assert caught.value.http_status == 401
    assert "wrong-token-of-a-test" not in str(caught.value)


def test_a_stack_from_preview_to_destroy(target: Target, project: Project) -> None:
    """The gateway's endpoint shows in the first preview, stands after up, and a second preview shows no change."""
    project.configure(gatewayId=target.gateway_id)
    project.program(ONE_LOOKUP)
    first = project.cli("preview")
    assert first.returncode == 0, said(first)
    assert "STATUS_" in first.stdout
    outputs = project.up()
    assert outputs["status"].startswith("STATUS_")
    assert all(endpoint.startswith("https://") for endpoint in outputs["endpoints"])
    assert project.lookups()[0]["id"] == target.gateway_id
    assert project.cli("preview", "--expect-no-changes").returncode == 0
    project.succeed("destroy", "--yes")
    assert project.lookups() == []
