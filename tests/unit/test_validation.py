"""Gateway IDs, gateway names and profile names, checked before they are used."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.messages import quote_for_message
from pulumi_coreweave_gateway.validation import validated_gateway_id, validated_gateway_name, validated_profile

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


@pytest.mark.parametrize("given", [ID, ID.upper(), str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))])
def test_gateway_id_is_accepted_in_any_case(given: str) -> None:
    """A UUID of any version is accepted in any case, and returned in lower case."""
    assert validated_gateway_id(given) == given.lower()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "prod",
        ID.replace("-", ""),
        f"{{{ID}}}",
        f" {ID}",
        f"{ID}\n",
        f"{ID}/../parameters",
        f"{ID}?x=1",
        ID[:-1],
        f"{ID}0",
        ID.replace("6", "g", 1),
        ID.replace("6", "\u0666", 1),
        ID.replace("f", "\u017f", 1),
        ID.replace("-", "\u2010", 1),
    ],
    ids=ascii,
)
def test_invalid_gateway_id(given: str) -> None:
    """An invalid ID, which could change the request's path, is rejected with a one-line error."""
    with pytest.raises(InvalidArgumentError) as caught:
        validated_gateway_id(given, "lookup 'prod': gateway_ids[3]")
    assert str(caught.value).startswith(f"lookup 'prod': gateway_ids[3]: {given!r} is not a UUID")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["prod", "my gateway", "llm/prod", "zwölf", "名前", "x" * 256])
def test_gateway_name(name: str) -> None:
    """A gateway's name is free text."""
    assert validated_gateway_name(name) == name


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "x" * 257], ids=ascii)
def test_invalid_gateway_name(name: str) -> None:
    """Blank names, control characters and very long names are rejected with a one-line error."""
    with pytest.raises(InvalidArgumentError, match=r"^lookup 'x': gateway_name: invalid gateway name") as caught:
        validated_gateway_name(name, "lookup 'x': gateway_name")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["eu", "e", "eu2", "us-east-04", "a" * 40])
def test_profile(name: str) -> None:
    """Lower-case letters, digits and single dashes make a profile's name."""
    assert validated_profile(name) == name


@pytest.mark.parametrize(
    "name", ["", "EU", "2eu", "-eu", "eu-", "e--u", "e_u", "eu\n", "eu:token", "\u00fc", "e\u0661", "a" * 41], ids=ascii
)
def test_invalid_profile(name: str) -> None:
    """A profile name that can't be part of an environment variable is rejected with a one-line error."""
    with pytest.raises(InvalidArgumentError, match=r"^lookup 'x': profile: invalid profile") as caught:
        validated_profile(name, "lookup 'x': profile")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("check", [validated_gateway_id, validated_gateway_name, validated_profile])
@pytest.mark.parametrize("value", [None, 7, ID.encode(), [ID]], ids=repr)
def test_value_of_another_type_is_rejected(check: Callable[[object, str], str], value: object) -> None:
    """A value that isn't a str is rejected with its type."""
    with pytest.raises(InvalidArgumentError, match=f"^argument: expected .*, not {type(value).__name__}$"):
        check(value, "argument")


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("prod", "'prod'"),
        ("it's", '"it\'s"'),
        ("zwölf", "'zwölf'"),
        ("\x1b[31mred\n", r"'\x1b[31mred\n'"),
        ("\u202eevil", r"'\u202eevil'"),
        ("\ud800", r"'\ud800'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 60}'… (61 characters)"),
    ],
    ids=ascii,
)
def test_quote_for_message(value: str, quoted: str) -> None:
    """Any string fits into a message: as it is, in quotes, on one line and shortened."""
    assert quote_for_message(value) == quoted
