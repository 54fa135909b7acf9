"""The fault table as a whole: nothing is missing, nothing stands twice, and the page says the same as the tests."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import fault_table

from pulumi_coreweave_gateway import errors
from pulumi_coreweave_gateway.config import Settings, resolve_settings

from .answers import OUTPUTS, gateway
from .catalogue import GROUPS, contract, settings

pytestmark = pytest.mark.disable_socket

CONTRACT = Path(__file__).parent.parent / "contract" / "openapi.yaml"
FAULTS = [fault for group in GROUPS.values() for fault in group]


def _fields(document: dict[str, Any], schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the path of each field below a schema; ``0`` is an item of a list of objects."""
    while "$ref" in schema or "allOf" in schema:
        reference = schema["$ref"] if "$ref" in schema else schema["allOf"][0]["$ref"]
        schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    if schema["type"] == "array" and "$ref" in schema["items"]:
        yield from _fields(document, schema["items"], f"{path}.0")
    for name, below in schema.get("properties", {}).items():
        yield f"{path}.{name}".lstrip(".")
        yield from _fields(document, below, f"{path}.{name}")


def _leaves(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield from _leaves(value[0], f"{path}.0")
    elif isinstance(value, dict):
        for name, below in value.items():
            yield f"{path}.{name}".lstrip(".")
            yield from _leaves(below, f"{path}.{name}")


def test_each_field_of_the_contract_has_its_rows() -> None:
    """No field of a gateway in the contract is without a row for its being missing, null and of a wrong type."""
    document = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    of_contract = set(_fields(document, document["components"]["schemas"]["Gateway"]))
    assert of_contract == {field.path for field in contract.FIELDS} | {*contract.REQUIRED, contract.KEY}
    assert of_contract == set(_leaves(gateway())), "the gateway that the faults change has every field"


def test_each_setting_has_its_rows() -> None:
    """No setting is without rows for its wrong values."""
    of_package = {"".join(part.title() for part in name.split("_")) for name in Settings.__dataclass_fields__}
    with_rows = {name[0].upper() + name[1:] for name in settings.PLACES}
    assert with_rows == of_package - {"Profile", "Names"}
    source = inspect.getsource(inspect.getmodule(resolve_settings) or errors)
    for variables, _ in settings.PLACES.values():
        for variable in variables:
            assert re.search(rf'"{variable.removeprefix("COREWEAVE_").removeprefix("CW_")}"', source)


def test_each_error_of_a_lookup_has_its_rows() -> None:
    """Every class of error that a lookup by id can end in is in the table; not those of names, waits and fleets."""
    classes = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.GatewayError)}
    ends = {kind for kind in classes if not kind.__subclasses__()}
    elsewhere = (
        errors.NameNotFoundError,
        errors.AmbiguousNameError,
        errors.WaitError,
        errors.FleetError,
        errors.InternalError,
    )
    assert {fault.error for fault in FAULTS} >= {kind for kind in ends if not issubclass(kind, elsewhere)}


def test_no_row_stands_twice() -> None:
    """Each row has a name of its own."""
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_row_is_told_well(fault: Any) -> None:
    """Each row is told in a sentence, names outputs that there are, and its message says of what and what to do."""
    assert fault.what[0].isupper() or fault.what[0] == "`"
    assert fault.what.endswith(".")
    assert "\n" not in fault.what
    assert set(fault.outputs) <= set(OUTPUTS)
    assert all(OUTPUTS[name] != value for name, value in fault.outputs.items()), "an output that is as usual"
    if fault.error is not None and not issubclass(fault.error, (errors.SettingsError, errors.InvalidArgumentError)):
        assert fault.sees.startswith(("gateway {id}: ", "the list of gateways"))
        assert "; " in fault.sees


def test_page_is_current() -> None:
    """docs/faults.md says what the tests prove."""
    assert fault_table.main(["--check"]) == 0
