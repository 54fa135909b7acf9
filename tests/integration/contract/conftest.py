"""The contract, and an emulator with the gateways that the golden answers were written for."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml

from pulumi_coreweave_gateway.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """Return the OpenAPI document."""
    document: dict[str, Any] = yaml.safe_load((HERE / "openapi.yaml").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Start one emulator for all tests of the contract, none of which changes it."""
    with Emulator(HERE / "gateways.yaml") as process:
        yield process


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    """Return a session that sees nothing of the developer's proxies and credentials."""
    with requests.Session() as made:
        made.trust_env = False
        yield made


@pytest.fixture(scope="session")
def answer_schema(contract: dict[str, Any]) -> Callable[[str, int], dict[str, Any]]:
    """Return what makes an answer's schema, by path and status; it refuses what the contract doesn't name."""
    return functools.partial(_response_schema, contract)


def _strict_schema(contract: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a schema of the contract with its references filled in and unknown properties forbidden."""
    filled: dict[str, Any] = _filled(contract["components"]["schemas"][name], contract)
    return filled


def _response_schema(contract: dict[str, Any], path: str, status: int) -> dict[str, Any]:
    """Return the strict schema of what a path answers with a status."""
    operation = contract["paths"].get(path, next(iter(contract["paths"].values())))["get"]
    response = operation["responses"].get(str(status), operation["responses"]["default"])
    reference: str = response["content"]["application/json"]["schema"]["$ref"]
    return _strict_schema(contract, reference.rpartition("/")[2])


def _filled(schema: Any, contract: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_filled(one, contract) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _strict_schema(contract, schema["$ref"].rpartition("/")[2])
    filled = {key: _filled(value, contract) for key, value in schema.items() if key != "properties"}
    if "properties" in schema:
        filled["properties"] = {name: _filled(one, contract) for name, one in schema["properties"].items()}
        filled.setdefault("additionalProperties", False)
    return filled
