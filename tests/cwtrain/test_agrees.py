"""cwtrain, CoreWeave's own client, reads the gateways and deployments of the contract, and other forms, as we do."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.deployments.outputs import deployment_outputs
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from tests.cwtrain.venvs import python_with

pytestmark = pytest.mark.skipif(
    os.environ.get("COREWEAVE_GATEWAY_CWTRAIN") != "1",
    reason="it installs CoreWeave's client: set COREWEAVE_GATEWAY_CWTRAIN=1",
)

HERE = Path(__file__).parent


def _golden(name: str) -> list[dict[str, Any]]:
    """Return the items of a list in the contract's examples."""
    file = CHECKOUT / "tests" / "integration" / "contract" / "golden" / f"{name}.json"
    items: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["body"]["items"]
    return items


def _gateway(number: int, status: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"spec": {"id": f"0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7b{number:02}", **spec}, "status": status}


GATEWAYS = [
    *_golden("list"),
    # Forms that the API may use and the contract's examples don't.
    *(_gateway(number, {"status": number}) for number in range(1, 7)),
    _gateway(10, {"status": "STATUS_PAUSED"}),
    _gateway(11, {"status": "STATUS_READY", "endpoints": ["api.example.com"]}),
    _gateway(12, {"conditions": [{"type": "A", "status": "STATUS_TRUE"}, {"type": "B", "status": 2}]}),
    _gateway(13, {"conditions": [{"type": "A", "status": 3, "reason": None}], "endpoints": None}, name=None),
    _gateway(14, {"status": "STATUS_UNSPECIFIED", "conditions": [], "endpoints": []}, name="", zones=[]),
]


DEPLOYMENTS = _golden("deployments")


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """Return an emulator with all of them."""
    with Emulator(GATEWAYS) as running:
        for deployment in DEPLOYMENTS:
            running.add_deployment(deployment)
        yield running


@pytest.fixture(scope="module")
def theirs(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what cwtrain reads."""
    python = python_with(tmp_path_factory.mktemp("cwtrain") / "venv", HERE / "requirements.txt")
    done = subprocess.run(
        [python, str(HERE / "read_all.py"), emulator.url],
        env={"PATH": os.environ["PATH"], **emulator.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_both_read_the_same_gateways(emulator: Emulator, theirs: dict[str, Any]) -> None:
    """What cwtrain reads of a gateway, alone or in the list, follows from what we read."""
    with GatewayClient(resolve_settings(lambda _: None, emulator.environ)) as client:
        listed = [gateway_outputs(gateway) for gateway in client.list().items]
        alone = [gateway_outputs(client.get(outputs["gateway_id"])) for outputs in listed]
    assert len(listed) == len(GATEWAYS)
    for name, ours in (("listed", listed), ("alone", alone)):
        found = {gateway["id"]: gateway for gateway in map(_ordered, theirs[name])}
        assert found == {outputs["gateway_id"]: _as_cwtrain(outputs) for outputs in ours}


def test_both_read_the_same_deployments(emulator: Emulator, theirs: dict[str, Any]) -> None:
    """What cwtrain reads of the deployments behind a gateway, each by its ID, follows from what we read of the list."""
    with GatewayClient(resolve_settings(lambda _: None, emulator.environ)) as client:
        for gateway in GATEWAYS:
            gateway_id = gateway["spec"]["id"]
            ours = [deployment_outputs(deployment) for deployment in client.list_deployments(gateway_id).items]
            found = [
                {name: one[name] for name in ("id", "name", "model_name", "engine", "status", "ready")}
                | {"gateway_ids": sorted(one["gateway_ids"])}
                for one in sorted(theirs["deployments"][gateway_id], key=lambda one: str(one["id"]))
            ]
            assert found == [
                {
                    "id": outputs["deployment_id"],
                    **{name: outputs[name] for name in ("name", "engine", "gateway_ids")},
                    "model_name": outputs["model"],
                    "status": outputs["status"].removeprefix("STATUS_"),
                    # Theirs is the status alone; ours requires that it isn't disabled, too.
                    "ready": outputs["status"] == "STATUS_READY",
                }
                for outputs in ours
            ]


def _ordered(theirs: dict[str, Any]) -> dict[str, Any]:
    """Return a gateway as cwtrain reads it with its lists sorted: ours are, because their order has no meaning."""
    conditions = sorted(theirs["conditions"], key=lambda condition: (condition["type"], condition["zone"]))
    return {**theirs, **{name: sorted(theirs[name]) for name in ("zones", "endpoints")}, "conditions": conditions}


def _as_cwtrain(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return what cwtrain must read where we read these outputs."""
    return {
        "id": outputs["gateway_id"],
        "name": outputs["name"],
        "organization_id": outputs["organization_id"],
        "zones": outputs["zones"],
        # Theirs is an enum, in which an unknown status is UNSPECIFIED; ours passes it through.
        "status": "UNSPECIFIED" if outputs["status"] == "STATUS_PAUSED" else outputs["status"].removeprefix("STATUS_"),
        # Theirs is the status alone; ours requires an endpoint, too.
        "ready": outputs["status"] == "STATUS_READY",
        # Theirs are as sent; ours have the scheme where the API leaves it out.
        "endpoints": sorted(url.replace("https://api.example.com", "api.example.com") for url in outputs["endpoints"]),
        "conditions": [
            {
                **{name: condition[name] for name in ("type", "reason", "message", "zone")},
                "status": condition["status"].upper(),
                "last_update_time": _microseconds(condition["last_update_time"]),
            }
            for condition in outputs["conditions"]
        ],
    }


def _microseconds(text: str) -> str:
    """Return a time as Python has it: ours is the API's own text, with up to nine decimals."""
    if not text:
        return ""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))).isoformat()
