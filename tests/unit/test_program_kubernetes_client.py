"""The program ``kubernetes_client`` under Pulumi's mocks, with the real SDK of Kubernetes.

No cluster, and no plugin: what is tested is what the program asks for.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway.testing import GATEWAY_LOOKUP, GatewayMocks, mock_gateway
from tests.unit.mocked import outcome

pytest.importorskip("pulumi_kubernetes", reason="the program's SDK, pulumi-kubernetes, is not installed")

PROGRAM = Path(__file__).resolve().parents[2] / "programs" / "kubernetes_client"
CONFIG = {
    "gatewayId": "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411",
    "image": "example.com/chat:1",
    "namespace": "chat",
    "replicas": "3",
    "tokenSecret": "gateway-token",
}
BASE = f"https://api.{CONFIG['gatewayId']}.gw.cwinference.com"


class Cluster(pulumi.runtime.Mocks):
    """Names objects as the engine does, and keeps what the program asked for, by type."""

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Answer an object with a name of its own."""
        self.asked[args.typ] = args.inputs
        metadata = {**args.inputs["metadata"], "name": f"{args.name}-a1b2c3d4"}
        return f"{args.inputs['metadata']['namespace']}/{metadata['name']}", {**args.inputs, "metadata": metadata}

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """Answer a function; there is none here."""
        raise NotImplementedError


@pytest.fixture(autouse=True)
def _own_modules() -> Iterator[None]:
    """Forget the program's modules: other programs have some of the same name."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(PROGRAM)):
            del sys.modules[name]


def _deployed(preview: bool = False, **gateway: Any) -> dict[str, dict[str, Any]]:
    """Run the program with a gateway, and return what it asks of the cluster."""
    cluster = Cluster()

    def run() -> None:
        pulumi.runtime.set_all_config({f"project:{name}": value for name, value in CONFIG.items()})
        runpy.run_path(str(PROGRAM), run_name="__main__")

    mocks = GatewayMocks([mock_gateway("prod", gateway_id=CONFIG["gatewayId"], **gateway)], cluster)
    outcome(run, preview=preview, engine=mocks)
    return cluster.asked


def test_the_config_map_holds_the_gateway() -> None:
    """The ConfigMap has the endpoint and the OpenAI base URL, and is replaced when they change."""
    config_map = _deployed()["kubernetes:core/v1:ConfigMap"]
    assert config_map["data"] == {"GATEWAY_ENDPOINT": BASE, "OPENAI_BASE_URL": f"{BASE}/v1"}
    assert config_map["immutable"] is True
    assert config_map["metadata"] == {"namespace": "chat"}


def test_the_application_takes_its_environment_from_it() -> None:
    """The containers' environment is the ConfigMap by the name it has in the cluster, and the token from a Secret."""
    deployment = _deployed()["kubernetes:apps/v1:Deployment"]
    assert deployment["spec"]["replicas"] == 3
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "example.com/chat:1"
    assert container["envFrom"] == [{"configMapRef": {"name": "gateway-a1b2c3d4"}}]
    assert container["env"] == [
        {"name": "OPENAI_API_KEY", "valueFrom": {"secretKeyRef": {"name": "gateway-token", "key": "token"}}}
    ]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels


def test_a_preview_before_the_gateway_serves() -> None:
    """While the gateway is being created, a preview succeeds, with a ConfigMap that has no endpoint yet."""
    assert _deployed(preview=True, ready=False)["kubernetes:core/v1:ConfigMap"]["data"] == {}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("ready", [True, False], ids=["ready", "creating"])
def test_a_gateway_that_routes_by_path_is_refused(ready: bool, preview: bool) -> None:
    """A gateway without one base URL for all models ends the program with one line that says what to do."""
    with pytest.raises(pulumi.RunError, match="routes by path, and so has no one base URL for OpenAI clients: use"):
        _deployed(preview=preview, ready=ready, routing="path")


def test_it_is_refused_before_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a gateway that is of no use: there is no lookup yet, and it is the lookup that waits."""
    looked_up: list[str] = []
    answer = GatewayMocks.new_resource

    def new_resource(mocks: GatewayMocks, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        looked_up.append(args.typ)
        return answer(mocks, args)

    monkeypatch.setattr(GatewayMocks, "new_resource", new_resource)
    with pytest.raises(pulumi.RunError):
        _deployed(ready=False, routing="path")
    assert GATEWAY_LOOKUP not in looked_up
    _deployed(ready=False, routing="header")
    assert GATEWAY_LOOKUP in looked_up


def test_a_gateway_that_routes_in_no_known_way_is_refused() -> None:
    """Nor is there a base URL where the API names a routing that isn't known, or none."""
    with pytest.raises(pulumi.RunError, match="routes neither by body nor by header, and so has no one base URL"):
        _deployed(spec={"bodyBasedRouting": None})
