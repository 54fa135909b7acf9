"""Values in the forms that proto3 JSON may give them, as they reach a user."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from pulumi_coreweave_gateway.client.wire_types import (
    ApiTypeName,
    ConditionStatusName,
    Endpoints,
    Flag,
    GatewayStatusName,
    Text,
    Texts,
    Timestamp,
)

TYPES: dict[str, TypeAdapter[Any]] = {
    "gateway status": TypeAdapter(GatewayStatusName),
    "condition status": TypeAdapter(ConditionStatusName),
    "API type": TypeAdapter(ApiTypeName),
    "timestamp": TypeAdapter(Timestamp),
    "endpoints": TypeAdapter(Endpoints),
    "texts": TypeAdapter(Texts),
    "text": TypeAdapter(Text),
    "flag": TypeAdapter(Flag),
}


def _read(kind: str, value: object) -> Any:
    return TYPES[kind].validate_python(value)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "STATUS_UNSPECIFIED"),
        (1, "STATUS_CREATING"),
        (2, "STATUS_UPDATING"),
        (3, "STATUS_DELETING"),
        (4, "STATUS_ERROR"),
        (5, "STATUS_FAILED"),
        (6, "STATUS_READY"),
        (42, "STATUS_42"),
        (-1, "STATUS_-1"),
        (2**31 - 1, "STATUS_2147483647"),
        ("STATUS_READY", "STATUS_READY"),
        ("STATUS_HIBERNATING", "STATUS_HIBERNATING"),
        ("", "STATUS_UNSPECIFIED"),
    ],
    ids=repr,
)
def test_gateway_status(value: object, name: str) -> None:
    """A status is its name, whichever form it came in; one that nobody knows yet passes through."""
    assert _read("gateway status", value) == name


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("True", "True"),
        ("False", "False"),
        ("Unknown", "Unknown"),
        ("STATUS_TRUE", "True"),
        ("STATUS_FALSE", "False"),
        ("STATUS_UNKNOWN", "Unknown"),
        ("STATUS_UNSPECIFIED", "Unknown"),
        ("", "Unknown"),
        (0, "Unknown"),
        (1, "True"),
        (2, "False"),
        (3, "Unknown"),
        (9, "STATUS_9"),
        ("STATUS_MAYBE", "STATUS_MAYBE"),
    ],
    ids=repr,
)
def test_condition_status(value: object, shown: str) -> None:
    """A condition's status is shown in the words of Kubernetes, whichever form it came in."""
    assert _read("condition status", value) == shown


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "API_TYPE_UNSPECIFIED"),
        (1, "API_TYPE_OPENAI"),
        (2, "API_TYPE_2"),
        ("API_TYPE_OPENAI", "API_TYPE_OPENAI"),
        ("API_TYPE_NEW", "API_TYPE_NEW"),
    ],
    ids=repr,
)
def test_api_type(value: object, name: str) -> None:
    """So is an API type."""
    assert _read("API type", value) == name


@pytest.mark.parametrize("kind", ["gateway status", "condition status", "API type"])
@pytest.mark.parametrize(
    "value",
    [
        True,
        False,
        6.0,
        ["STATUS_READY"],
        {},
        "two\nlines",
        "\x1b[31mSTATUS_READY",
        "S" * 201,
        "\ud800",
        2**31,
        -(2**31) - 1,
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_no_enum(kind: str, value: object) -> None:
    """What can be no enum's name or number is a broken contract, not a status."""
    with pytest.raises(ValidationError):
        _read(kind, value)


@pytest.mark.parametrize("text", ["", "2025-01-31T08:00:00.123456789Z", "2026-01-01 00:00:00Z", "yesterday"])
def test_time(text: str) -> None:
    """A time is kept as it is: its nanoseconds are not lost, and another notation is no error."""
    assert _read("timestamp", text) == text


@pytest.mark.parametrize("value", ["2025-01-31T08:00:00Z\n", "\x1b[31m", "\ud800", 1738310400, ["soon"]], ids=ascii)
def test_not_a_time(value: object) -> None:
    """A time of another type, or with control characters, breaks the contract."""
    with pytest.raises(ValidationError):
        _read("timestamp", value)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.example", "https://api.example"),
        ("api.example", "https://api.example"),
        ("api.example:8443", "https://api.example:8443"),
        ("api.example/v2/", "https://api.example/v2/"),
        ("localhost:8080", "https://localhost:8080"),
        ("http://gateway.internal", "http://gateway.internal"),
        ("HTTPS://Api.Example", "HTTPS://Api.Example"),
        ("_acme.example", "https://_acme.example"),
        ("api.example.", "https://api.example."),
        ("10.0.0.1", "https://10.0.0.1"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://*.llm.example.com", "https://*.llm.example.com"),
        ("llm.exämple.com", "https://llm.exämple.com"),
        ("ftp://api.example", "ftp://api.example"),
        ("https://api.example?x=1", "https://api.example?x=1"),
    ],
)
def test_endpoint(text: str, url: str) -> None:
    """An endpoint is free text, and gets a scheme if it has none."""
    assert _read("endpoints", [text]) == (url,)


def test_endpoints_once_each_in_order() -> None:
    """An endpoint that comes twice, once without its scheme, is one; the default one stays first."""
    assert _read("endpoints", ["b.example", "https://a.example", "https://b.example", "a.example"]) == (
        "https://b.example",
        "https://a.example",
    )


@pytest.mark.parametrize(
    "value",
    [
        [""],
        ["https://api.example\n"],
        ["https://api.example/\x1b[31m"],
        ["https://\ud800.example"],
        [None],
        [7],
        "https://api.example",
        {"https://api.example": 1},
    ],
    ids=ascii,
)
def test_not_an_endpoint(value: object) -> None:
    """Endpoints of another type, or with control characters, break the contract."""
    with pytest.raises(ValidationError):
        _read("endpoints", value)


NOT_OF_THE_TYPE: dict[str, list[Any]] = {
    "text": [None, 7, True, 1.5, b"x", ["x"], {}],
    "texts": [None, "x", 7, {"x": 1}, [None], [7], [["x"]], {"x"}],
    "flag": [None, 0, 1, "true", "", []],
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, values in NOT_OF_THE_TYPE.items() for value in values],
    ids=repr,
)
def test_no_coercion(kind: str, value: object) -> None:
    """A value of another type is a broken contract: nothing is guessed."""
    with pytest.raises(ValidationError):
        _read(kind, value)


@pytest.mark.parametrize("kind", ["text", "texts"])
@pytest.mark.parametrize("text", ["\ud800", "half \udfff pair"], ids=ascii)
def test_half_a_character(kind: str, text: str) -> None:
    """Text that no state could hold, because it isn't Unicode, is a broken contract, not a crash later on."""
    with pytest.raises(ValidationError, match="Unicode"):
        _read(kind, text if kind == "text" else ["ok", text])


@pytest.mark.parametrize("text", ["", "zwölf ☃ \U0001f600", "two\nlines", "\x00\x1b[31m", " "], ids=ascii)
def test_any_text(text: str) -> None:
    """Any other text is kept to the letter."""
    assert (_read("text", text), _read("texts", [text])) == (text, (text,))
