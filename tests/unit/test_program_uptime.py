"""The program ``uptime``: the synthetic test that it declares at Datadog."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import mock_gateway
from tests.unit.programs import needs_sdk, run_program

pytestmark = needs_sdk("pulumi_datadog")

GATEWAY = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
CONFIG = {
    "gatewayId": GATEWAY,
    "tokenVariableId": "4b1fd2a6",
    "message": "Down. @all",
    "locations": '["aws:us-east-1", "aws:us-west-2"]',
}


def _check(preview: bool = False, **gateway: Any) -> dict[str, Any]:
    recorder = run_program("uptime", CONFIG, [mock_gateway("prod", gateway_id=GATEWAY, **gateway)], preview=preview)
    return recorder.resources["datadog:index/syntheticsTest:SyntheticsTest", "models"]


def test_models_are_requested_with_the_token_of_a_variable() -> None:
    """The test requests /v1/models, and Datadog inserts the token."""
    check = _check()
    assert check["requestDefinition"] == {
        "method": "GET",
        "url": f"https://api.{GATEWAY}.gw.cwinference.com/v1/models",
    }
    assert check["requestHeaders"] == {"Authorization": "Bearer {{ GATEWAY_TOKEN }}"}
    assert check["configVariables"] == [{"name": "GATEWAY_TOKEN", "type": "global", "id": "4b1fd2a6"}]
    assert check["assertions"] == [{"type": "statusCode", "operator": "is", "target": "200"}]
    assert check["locations"] == ["aws:us-east-1", "aws:us-west-2"]
    assert (check["name"], check["status"]) == ("Inference gateway prod lists its models", "live")


def test_preview_before_the_gateway_is_ready_succeeds() -> None:
    """While the gateway is being created, a preview declares a test whose URL is unknown."""
    assert isinstance(_check(preview=True, ready=False)["requestDefinition"]["url"], pulumi.output.Unknown)


def test_path_based_routing_is_rejected() -> None:
    """A gateway without one URL for all models ends the program with a one-line error."""
    with pytest.raises(pulumi.RunError, match="use body- or header-based routing"):
        _check(routing="path")
