"""What the emulator answers, held against the contract and against answers written by hand."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import ValidationError
from openapi_schema_validator import OAS30Validator, oas30_format_checker

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from pulumi_coreweave_gateway.emulator import Emulator

pytestmark = pytest.mark.enable_socket

GATEWAYS = "/v1alpha1/inference/gateways"
GOLDEN = sorted(Path(__file__).with_name("golden").glob("*.json"))


def _template(path: str) -> str:
    """Return the path as it is in the contract."""
    path = path.partition("?")[0]
    known = path in {GATEWAYS, f"{GATEWAYS}/parameters"}
    return path if known or not path.startswith(GATEWAYS) else f"{GATEWAYS}/{{id}}"


def _validate(answer: object, schema: dict[str, Any]) -> None:
    OAS30Validator(schema, format_checker=oas30_format_checker).validate(answer)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_answer_is_golden_and_keeps_the_contract(
    file: Path,
    emulator: Emulator,
    session: requests.Session,
    answer_schema: Callable[[str, int], dict[str, Any]],
) -> None:
    """Every response is the one written by hand, which the contract allows and which has no field beyond it."""
    golden = json.loads(file.read_text(encoding="utf-8"))
    request = golden["request"]
    headers = {"Authorization": f"Bearer {emulator.token}"} if request["authorized"] else {}
    answer = session.request(request["method"], emulator.url + request["path"], headers=headers, timeout=10)
    assert (answer.status_code, answer.json()) == (golden["status"], golden["body"])
    assert answer.headers["Content-Type"] == "application/json"
    _validate(answer.json(), answer_schema(_template(request["path"]), answer.status_code))


def test_golden_answers_cover_the_contract(contract: dict[str, Any]) -> None:
    """Each property of a gateway that the contract names stands in some golden answer."""
    text = "".join(file.read_text(encoding="utf-8") for file in GOLDEN)
    names = {name for schema in contract["components"]["schemas"].values() for name in schema["properties"]}
    # The API is said never to send the key; errors of the emulator have no details, and it pages lists on demand.
    assert {name for name in names if f'"{name}":' not in text} == {"apiKey", "details", "@type", "nextPageToken"}


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("spec", "colour"), "red"),
        (("spec", "pathBasedRouting"), {"prefix": "/"}),
        (("spec", "bodyBasedRouting"), {}),
        (("spec", "name"), None),
        (("status", "status"), 6),
        (("status", "status"), "STATUS_FAILED"),
        (("status", "conditions"), [{"status": "STATUS_TRUE"}]),
        (("status", "createdAt"), "yesterday"),
    ],
)
def test_contract_refuses_what_it_does_not_name(
    where: tuple[str, str], value: object, answer_schema: Callable[[str, int], dict[str, Any]]
) -> None:
    """An emulator that added a field or changed a form would be caught."""
    golden = json.loads(next(file for file in GOLDEN if file.stem == "get_ready").read_text(encoding="utf-8"))
    schema = answer_schema(f"{GATEWAYS}/{{id}}", 200)
    _validate(golden["body"], schema)
    broken = copy.deepcopy(golden["body"])
    broken["gateway"][where[0]][where[1]] = value
    with pytest.raises(ValidationError):
        _validate(broken, schema)
