"""The two programs of ``stack_reference``: what the platform exports, and what the application reads from it."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import mock_gateway
from tests.unit.programs import run_program

PROD = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
BASE = f"https://api.{PROD}.gw.cwinference.com"
PLATFORM = "acme/coreweave-platform/prod"


@pytest.fixture
def exported() -> dict[str, Any]:
    """Return what the platform's stack exports."""
    gateways = [mock_gateway("prod", gateway_id=PROD), mock_gateway("batch", ready=False)]
    return run_program("stack_reference/platform", {"gateways": '["prod", "batch"]'}, gateways).exports


def _read(exported: dict[str, Any], gateway: str) -> dict[str, Any]:
    settings = {"gateway": gateway, "platformStack": PLATFORM}
    return run_program("stack_reference/application", settings, stacks={PLATFORM: exported}).exports


def test_application_reads_a_gateway_of_the_platform(exported: dict[str, Any]) -> None:
    """The application's environment has the gateway's base URL."""
    assert _read(exported, "prod") == {"environment": {"OPENAI_BASE_URL": f"{BASE}/v1"}, "zones": ["US-EAST-04A"]}


def test_unusable_gateway_fails_the_program(exported: dict[str, Any]) -> None:
    """A gateway that isn't exported, or isn't ready yet, ends the application's program with a one-line error."""
    with pytest.raises(pulumi.RunError, match=f"stack {PLATFORM} exports no gateway 'chat'; it exports: batch, prod$"):
        _read(exported, "chat")
    with pytest.raises(pulumi.RunError, match=r"had no OpenAI base URL at that stack's last .* \(STATUS_CREATING\)"):
        _read(exported, "batch")
