"""Gateway ids, checked before they reach a URL."""

from __future__ import annotations

import uuid

import pytest

from pulumi_coreweave_gateway.errors import InvalidArgumentError
from pulumi_coreweave_gateway.messages import quote_for_message
from pulumi_coreweave_gateway.validation import check_gateway_id, check_gateway_name

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


@pytest.mark.parametrize("given", [ID, ID.upper(), ID.title()], ids=["lower", "upper", "mixed"])
def test_one_spelling(given: str) -> None:
    """An id pasted in capitals is the same gateway, and no change in the state."""
    assert check_gateway_id(given) == ID


@pytest.mark.parametrize("given", [str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))], ids=["nil", "max"])
def test_any_uuid(given: str) -> None:
    """No variant or version of a UUID is presumed: what the API gave out is asked for."""
    assert check_gateway_id(given) == given


@pytest.mark.parametrize(
    "given",
    [
        "",
        "prod",
        ID.replace("-", ""),
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        f" {ID}",
        f"{ID}\n",
        f"{ID}/../parameters",
        f"{ID}?x=1",
        f"{ID}%2e",
        ID[:-1],
        f"{ID}0",
        ID.replace("6", "g", 1),
        ID.replace("6", "\u0666", 1),
        ID.replace("6", "\uff16", 1),
        ID.replace("f", "\u017f", 1),
        ID.replace("-", "\u2010", 1),
    ],
    ids=ascii,
)
def test_no_uuid(given: str) -> None:
    """Anything else is refused before a request is made of it, in one printable line of ASCII but for the dots."""
    with pytest.raises(InvalidArgumentError, match="is not a UUID") as caught:
        check_gateway_id(given)
    message = str(caught.value)
    assert message.startswith(f"gateway_id: {given!a} is not")
    assert message.isascii()
    assert message.isprintable()


@pytest.mark.parametrize("given", [None, 7, True, ID.encode(), uuid.UUID(ID), [ID]], ids=repr)
def test_no_text(given: object) -> None:
    """A value of another type is named by its type."""
    with pytest.raises(InvalidArgumentError, match=f"UUID as a str, not {type(given).__name__}$"):
        check_gateway_id(given)


def test_message_names_what_was_given() -> None:
    """Where the id was one of many, or somebody's argument, the message says which."""
    with pytest.raises(InvalidArgumentError, match=r"^lookup 'prod': gateway_ids\[3\]: 'x' is not"):
        check_gateway_id("x", "lookup 'prod': gateway_ids[3]")


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("prod", "'prod'"),
        ("it's", '"it\'s"'),
        ("zwölf", r"'zw\xf6lf'"),
        ("\x1b[31mred\n", r"'\x1b[31mred\n'"),
        ("\u202eevil", r"'\u202eevil'"),
        ("\ud800", r"'\ud800'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 60}'… (61 characters)"),
    ],
    ids=ascii,
)
def test_quote_for_message(value: str, quoted: str) -> None:
    """Any text fits into a message: quoted, on one line, harmless to a terminal, not too long."""
    assert quote_for_message(value) == quoted


@pytest.mark.parametrize("name", ["prod", "PROD_2", "my gateway", "llm/prod", "zwölf", "名前", "x" * 256])
def test_gateway_name(name: str) -> None:
    """A gateway's name is free text."""
    assert check_gateway_name(name) == name


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "x" * 257], ids=ascii)
def test_invalid_gateway_name(name: str) -> None:
    """A blank name, control characters and endless names are rejected in one line."""
    with pytest.raises(InvalidArgumentError, match=r"^lookup 'x': gateway_name: invalid gateway name") as caught:
        check_gateway_name(name, "lookup 'x': gateway_name")
    assert str(caught.value).isprintable()


def test_gateway_name_of_another_type() -> None:
    """A name of another type is named by its type."""
    with pytest.raises(InvalidArgumentError, match="as a str, not int"):
        check_gateway_name(7)
