"""The recipes of ``docs/recipes`` that are programs, under mocks; tests/stack runs the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS
from pulumi_coreweave_gateway.emulator.files import load
from pulumi_coreweave_gateway.testing import mock_deployment, mock_gateway
from tests.unit.programs import run_program

RECIPES = Path(__file__).resolve().parents[2] / "docs" / "recipes"
IDS = [f"6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a441{number}" for number in range(4)]
_OTHERS = {"created_here.py", "fallback.py", "inference_gateway.py", "test_fleet_by_filter.py"}
"""What tests/stack runs (`pulumi.runtime.test` raises the error of a function even if the program catches it), and what
isn't a program."""
LLAMA = "meta-llama/Llama-3.1-8B"
URLS = [f"https://api.{gateway_id}.gw.cwinference.com" for gateway_id in IDS]


def _gateways(*names: str, **values: Any) -> list[dict[str, Any]]:
    return [mock_gateway(name, gateway_id=gateway_id, **values) for gateway_id, name in zip(IDS, names, strict=False)]


@pytest.mark.parametrize(
    ("recipe", "gateways", "exports"),
    [
        ("by_id.py", _gateways("prod"), {"base_url": f"{URLS[0]}/v1", "zones": ["US-EAST-04A"]}),
        ("by_name.py", _gateways("prod", "staging"), {"ids": IDS[:2]}),
        ("wait_for_ready.py", _gateways("prod"), {"endpoint": URLS[0]}),
        ("secret_endpoint.py", _gateways("prod"), {"endpoint": URLS[0]}),
        ("in_a_component.py", _gateways("prod"), {"base_url": f"{URLS[0]}/v1"}),
        (
            "models_behind_a_gateway.py",
            _gateways("prod"),
            {"models": [LLAMA], "weights": {"Llama-3.1-8B": 100, "q": 100}},
        ),
        ("wait_for_a_model.py", _gateways("prod"), {"base_url": f"{URLS[0]}/v1"}),
        ("fallback.py", _gateways("prod", "canary"), {"used": "canary"}),
        ("fallback.py", _gateways("prod"), {"used": "prod"}),
        ("fallback.py", [*_gateways("prod"), mock_gateway("canary", ready=False)], {"used": "prod"}),
        (
            "fleet_by_filter.py",
            [
                *_gateways("prod-a", "prod-b", "test"),
                mock_gateway("prod-c", ready=False),
                mock_gateway("prod-d", zone="US-WEST-01A"),
            ],
            {"endpoints": {"prod-a": URLS[0], "prod-b": URLS[1]}},
        ),
        (
            "two_organizations.py",
            _gateways("prod"),
            {"base_urls": {"here": f"{URLS[0]}/v1", "europe": f"{URLS[3]}/v1"}},
        ),
    ],
)
def test_recipe(recipe: str, gateways: list[dict[str, Any]], exports: dict[str, Any]) -> None:
    """A recipe exports what docs/recipes.md says."""
    europe = {"eu": [mock_gateway("prod", gateway_id=IDS[3])]}
    deployments = [
        mock_deployment(LLAMA, gateway_ids=IDS[:1]),
        mock_deployment("org/q", gateway_ids=IDS[:1], ready=False),
        mock_deployment("elsewhere", gateway_ids=IDS[1:]),
    ]
    ran = run_program(RECIPES / recipe, {"gatewayId": IDS[0]}, gateways, profiles=europe, deployments=deployments)
    assert ran.exports == exports


@pytest.mark.parametrize("recipe", sorted({path.name for path in RECIPES.glob("*.py")} - _OTHERS))
def test_recipe_on_the_example(recipe: str) -> None:
    """A recipe shows values with the emulator's example, which the page runs it on."""
    example: dict[str, list[dict[str, Any]]] = {"gateways": [], "deployments": []}
    for resource in load(EXAMPLE_GATEWAYS).values():
        example[resource.kind].append(resource.value)
    gateways = example["gateways"]
    ran = run_program(
        RECIPES / recipe,
        {"gatewayId": gateways[0]["spec"]["id"]},
        gateways,
        profiles={"eu": gateways},
        deployments=example["deployments"],
    )
    assert ran.exports
    assert all(ran.exports.values())
