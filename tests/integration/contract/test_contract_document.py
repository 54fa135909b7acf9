"""The contract itself."""

from __future__ import annotations

from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator


def test_document_is_valid_openapi(contract: dict[str, Any]) -> None:
    """Tools that read OpenAPI 3.0.3 can read the contract."""
    assert contract["openapi"] == "3.0.3"
    OpenAPIV30SpecValidator(contract).validate()


def test_everything_is_described(contract: dict[str, Any]) -> None:
    """Every schema and every property has a description that ends in a full stop."""
    silent = [
        f"{schema_name}.{name}".rstrip(".")
        for schema_name, schema in contract["components"]["schemas"].items()
        for name, part in {"": schema, **schema["properties"]}.items()
        if not part.get("description", "").endswith(".")
    ]
    assert silent == []


def test_every_schema_is_used(contract: dict[str, Any]) -> None:
    """Every schema is used by some response."""
    text = yaml.safe_dump(contract)
    unused = [name for name in contract["components"]["schemas"] if f"#/components/schemas/{name}" not in text]
    assert unused == []
