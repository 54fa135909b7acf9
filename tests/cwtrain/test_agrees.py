"""Every gateway of the contract, and some in the other forms of the wire, is the same for cwtrain as for us."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.emulator.files import load_gateways
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from pulumi_coreweave_gateway.program.output_types import GatewayResult, state_name
from tests.soak.venvs import python_with

pytestmark = pytest.mark.skipif(
    os.environ.get("COREWEAVE_GATEWAY_CWTRAIN") != "1",
    reason="it installs CoreWeave's client: ask for it with COREWEAVE_GATEWAY_CWTRAIN=1",
)

_GATEWAYS = CHECKOUT / "tests" / "integration" / "contract" / "gateways.yaml"
_LIST = "/v1alpha1/inference/gateways"


def _gateway(number: int, status: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"spec": {"id": f"0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7b{number:02}", **spec}, "status": status}


_OTHER_FORMS = (
    *(_gateway(number, {"status": number}) for number in range(1, 7)),  # enums as numbers; READY without endpoints
    _gateway(10, {"status": "STATUS_PAUSED"}),
    _gateway(11, {"status": "STATUS_READY", "endpoints": ["api.example.com"]}),
    _gateway(12, {"conditions": [{"type": "A", "status": "STATUS_TRUE"}, {"type": "B", "status": 2}]}),
    _gateway(13, {"conditions": [{"type": "A", "status": 3, "reason": None}], "endpoints": None}, name=None),
    _gateway(14, {"status": "STATUS_UNSPECIFIED", "conditions": [], "endpoints": []}, name="", zones=[]),
)
"""Gateways in forms that the API may use and the contract's examples don't."""

_NULL = "any text"
_Theirs = Callable[[Any, dict[str, Any]], Any]


def _moment(text: str, _: object) -> str | None:
    """Return a time as Python has it: to the microsecond."""
    if not text:
        return None
    whole, _, fraction = text.removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0"))).isoformat()


DIFFERENCES: dict[str, tuple[str, _Theirs]] = {
    "status": (
        "theirs is an enum, in which a status that it does not know is UNSPECIFIED; ours passes it through",
        lambda ours, _: "UNSPECIFIED" if ours == "STATUS_PAUSED" else ours.removeprefix("STATUS_"),
    ),
    "ready": (
        "theirs is the status READY alone; ours wants an endpoint too",
        lambda _, outputs: outputs["status"] == "STATUS_READY",
    ),
    "endpoints": (
        "theirs are as sent; ours have the scheme where the API leaves it out",
        lambda ours, _: [url.removeprefix("https://") for url in ours],
    ),
    "conditions": ("theirs are in the order sent; ours by type and zone", lambda ours, _: ours[::-1]),
    "conditions.status": (
        "theirs is an enum; ours is the name that Kubernetes has, with Unknown for what is left out",
        lambda ours, _: {"True": "TRUE", "False": "FALSE", "Unknown": "UNKNOWN"}[ours],
    ),
    _NULL: ("a text that is null is None there, and empty here, as proto3 has it", lambda *_: None),
    "conditions.last_update_time": ("theirs ends at microseconds; ours is the API's own text", _moment),
}
"""Where the two differ: what the difference is, and what theirs must be, from ours."""

ONLY_OURS = {
    *("createdAt", "updatedAt", "endpoint", "host", "openaiBaseUrl", "auth", "coreWeaveAuth", "weightsAndBiasesAuth"),
    *("endpointConfiguration", "routing", "bodyBasedRouting", "headerBasedRouting", "pathBasedRouting"),
}
"""Outputs for which cwtrain has no field; the answer itself is in its ``raw``."""
_OURS = {"id": "gatewayId", "last_update_time": "lastUpdateTime"}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a Python that has cwtrain."""
    return python_with(tmp_path_factory.mktemp("cwtrain") / "venv", CHECKOUT / "tests" / "cwtrain" / "requirements.txt")


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Return the differences that showed so far."""
    return set()


@pytest.fixture(scope="module")
def gateways() -> list[dict[str, Any]]:
    """Return what the API answers."""
    return [*load_gateways(_GATEWAYS), *_OTHER_FORMS]


@pytest.fixture(scope="module")
def emulator(gateways: list[dict[str, Any]]) -> Iterator[Emulator]:
    """Return an emulator that answers exactly these gateways."""
    with Emulator() as emulator:
        emulator.script(path=_LIST, json={"items": gateways}, times=None)
        for gateway in gateways:
            emulator.script(gateway_id=gateway["spec"]["id"], json={"gateway": gateway}, times=None)
        yield emulator


def test_both_read_the_same(python: str, emulator: Emulator, gateways: list[dict[str, Any]], seen: set[str]) -> None:
    """Whatever cwtrain reads of a gateway, alone or in the list, is what we read, or a difference that is named."""
    theirs = _theirs(python, emulator)
    with GatewayClient(resolve_settings(lambda _: None, emulator.environ)) as client:
        listed = [gateway_outputs(gateway) for gateway in client.list()]
        alone = [gateway_outputs(client.get(outputs["gatewayId"])) for outputs in listed]
    assert len(listed) == len(gateways)
    for name, ours in (("listed", listed), ("alone", alone)):
        by_id = {gateway["id"]: gateway for gateway in theirs[name]}
        assert sorted(by_id) == [outputs["gatewayId"] for outputs in ours]
        for outputs in ours:
            _compare(by_id[outputs["gatewayId"]], outputs, seen)


def test_every_named_difference_occurs(seen: set[str]) -> None:
    """Each difference in the table has shown in some answer."""
    assert seen == set(DIFFERENCES)


def test_every_output_is_compared(python: str, emulator: Emulator) -> None:
    """Each of our outputs has a field there, or is among those that only we have."""
    fields = {_OURS.get(field, field) for field in _theirs(python, emulator)["alone"][0]}
    fields = {state_name(field) for field in fields}
    assert fields | ONLY_OURS == set(map(state_name, GatewayResult.__annotations__))
    assert not fields & ONLY_OURS


def _theirs(python: str, emulator: Emulator) -> dict[str, list[dict[str, Any]]]:
    """Return what cwtrain reads."""
    done = subprocess.run(
        [python, str(CHECKOUT / "tests" / "cwtrain" / "read_all.py"), emulator.url],
        env={"PATH": os.environ["PATH"], **emulator.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return read


def _compare(theirs: dict[str, Any], outputs: dict[str, Any], seen: set[str]) -> None:
    for field, value in theirs.items():
        ours = outputs[_ours(field)]
        if field == "conditions":
            if [one["type"] for one in ours] != [one["type"] for one in value]:
                seen.add(field)
                ours = DIFFERENCES[field][1](ours, outputs)
            assert len(value) == len(ours)
            for their_condition, our_condition in zip(value, ours, strict=True):
                for part, part_value in their_condition.items():
                    _same(f"conditions.{part}", part_value, our_condition[_ours(part)], outputs, seen)
        else:
            _same(field, value, ours, outputs, seen)


def _same(field: str, theirs: Any, ours: Any, outputs: dict[str, Any], seen: set[str]) -> None:
    """Check a field of both, and note a difference that is named."""
    if isinstance(theirs, list):
        theirs = sorted(theirs)  # ours are sorted: their order has no meaning
    if theirs == ours:
        return
    if theirs is None and ours == "":
        field = _NULL
    assert field in DIFFERENCES, f"{field}: {theirs!r} there, {ours!r} here"
    what, expected = DIFFERENCES[field]
    assert theirs == expected(ours, outputs), f"{field}: {theirs!r} there, {ours!r} here, though {what}"
    seen.add(field)


def _ours(field: str) -> str:
    return _OURS.get(field) or state_name(field)
