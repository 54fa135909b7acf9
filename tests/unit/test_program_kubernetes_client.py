"""The program ``kubernetes_client``: what it declares on a cluster."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import GATEWAY_LOOKUP, mock_gateway
from tests.unit.programs import Recorder, needs_sdk, run_program

pytestmark = needs_sdk("pulumi_kubernetes")

GATEWAY = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
CONFIG = {
    "gatewayId": GATEWAY,
    "image": "example.com/chat:1",
    "namespace": "chat",
    "replicas": "3",
    "tokenSecret": "gateway-token",
}
BASE = f"https://api.{GATEWAY}.gw.cwinference.com"


def _run(preview: bool = False, **gateway: Any) -> Recorder:
    return run_program(
        "kubernetes_client", CONFIG, [mock_gateway("prod", gateway_id=GATEWAY, **gateway)], preview=preview
    )


def test_config_map_holds_the_gateways_urls() -> None:
    """The ConfigMap has the endpoint and the OpenAI base URL, and is immutable."""
    config_map = _run().resources["kubernetes:core/v1:ConfigMap", "gateway"]
    assert config_map["data"] == {"GATEWAY_ENDPOINT": BASE, "OPENAI_BASE_URL": f"{BASE}/v1"}
    assert config_map["immutable"] is True
    assert config_map["metadata"] == {"namespace": "chat"}


def test_containers_take_their_environment_from_config_map_and_secret() -> None:
    """The containers refer to the ConfigMap by its name in the cluster, and to the token by the Secret's name."""
    deployment = _run().resources["kubernetes:apps/v1:Deployment", "application"]
    assert deployment["spec"]["replicas"] == 3
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "example.com/chat:1"
    assert container["envFrom"] == [{"configMapRef": {"name": "gateway-a1b2c3d4"}}]
    assert container["env"] == [
        {"name": "OPENAI_API_KEY", "valueFrom": {"secretKeyRef": {"name": "gateway-token", "key": "token"}}}
    ]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels


def test_preview_before_the_gateway_is_ready_succeeds() -> None:
    """While the gateway is being created, a preview declares a ConfigMap whose URLs are unknown."""
    data = _run(preview=True, ready=False).resources["kubernetes:core/v1:ConfigMap", "gateway"]["data"]
    assert all(isinstance(data[name], pulumi.output.Unknown) for name in ("GATEWAY_ENDPOINT", "OPENAI_BASE_URL"))


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("ready", [True, False], ids=["ready", "creating"])
def test_path_based_routing_is_rejected(ready: bool, preview: bool) -> None:
    """A gateway without one base URL for all models ends the program with a one-line error and a remedy."""
    with pytest.raises(pulumi.RunError, match="use a gateway with body- or header-based routing"):
        _run(preview=preview, ready=ready, routing="path")


def test_unusable_gateway_is_rejected_before_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unusable gateway is rejected before the lookup, which waits, is registered."""
    registered: list[str] = []
    new_resource = Recorder.new_resource

    def register(recorder: Recorder, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        registered.append(args.typ)
        return new_resource(recorder, args)

    monkeypatch.setattr(Recorder, "new_resource", register)
    with pytest.raises(pulumi.RunError):
        _run(routing="path")
    assert GATEWAY_LOOKUP not in registered
    _run(routing="header")
    assert GATEWAY_LOOKUP in registered
