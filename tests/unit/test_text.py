"""Server text in messages: on one line, and without the token."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from pulumi_coreweave_gateway.messages import LEFT_OUT, MAX_LENGTH, contains_token, one_line, server_text

TOKEN = "cw-distinctive-token"
ODD = "cw-Odd/%41&amp;\\x42+77aa~<b>?c5=Lm"
"""A token, parts of which look like escapes."""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("gateway not found", "gateway not found"),
        ("", ""),
        (" \t\r\n ", ""),
        ("two\nlines\r\nand  more", "two lines and more"),
        ("zwölf ☃ \U0001f600", "zwölf ☃ \U0001f600"),
        ("\u2028line\u2029paragraph\u00a0space", "line paragraph space"),
        ("\u202eright to left\u200b", "right to left"),
        ("\x1b[31;1mred\x1b[0m alert", "red alert"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]never ends", ""),
        ("\x1b[", ""),
        ("\x08\x08\x7fhidden", "hidden"),
        ("::error::pwned", "::error::pwned"),
    ],
    ids=ascii,
)
def test_one_line(text: str, line: str) -> None:
    """Text becomes one line without control characters and terminal escapes."""
    assert one_line(text) == line


def test_long_text_is_shortened() -> None:
    """Only text that is longer than the limit is cut, with an ellipsis."""
    assert one_line("x" * MAX_LENGTH) == "x" * MAX_LENGTH
    assert one_line("x" * (MAX_LENGTH + 1)) == f"{'x' * MAX_LENGTH}…"
    assert one_line("x" * 50_000_000, max_length=5) == "xxxxx…"
    assert one_line("abc", max_length=3) == "abc"


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"Bearer {TOKEN}",
        f"bad token {TOKEN}, {TOKEN}!",
        f"{'x' * (MAX_LENGTH - 15)}{TOKEN}",
        f"\x1b[31m{TOKEN}\x1b[0m",
        *(between.join(TOKEN) for between in ("\x1b[0m", "\n", "\x00", "\u200b", " ")),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_text_with_the_token_is_left_out(text: str) -> None:
    """Text that contains the token is left out, even if other characters split it."""
    assert server_text(text, TOKEN) == LEFT_OUT


def _entities(form: str, token: str) -> str:
    return "".join(form.format(ord(mark)) for mark in token)


@pytest.mark.parametrize(
    "encode",
    [
        str,
        str.upper,
        lambda token: token[:-2],
        lambda token: token[4:16],
        lambda token: f"{token[:12]}...",
        lambda token: quote(token, safe=""),
        lambda token: quote(token, safe="").lower(),
        lambda token: "".join(f"%{ord(mark):02x}" for mark in token),
        lambda token: _entities("&#{};", token),
        lambda token: _entities("&#x{:x};", token),
        html.escape,
        "&ZeroWidthSpace;".join,
        "%20".join,
        lambda token: json.dumps(token)[1:-1].replace("/", "\\/"),
        lambda token: _entities("\\u{:04x}", token),
        lambda token: _entities("\\x{:02x}", token),
        lambda token: token.encode().hex(),
        lambda token: token.encode().hex().upper(),
    ],
)
def test_token_is_found_in_every_encoding(encode: Callable[[str], str]) -> None:
    """A piece of the token is found in any case, escaped, or in hexadecimal."""
    for token in (TOKEN, ODD):
        assert contains_token(f"bad token <{encode(token)}> (401)", token)


@pytest.mark.parametrize("before", ["", ":", "ab"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["plain", "odd"])
def test_token_is_found_in_base64(before: str, encode: Callable[[bytes], bytes], token: str) -> None:
    """A token in base64 is found, whatever precedes it, also in lines and escaped."""
    whole = encode(f"{before}{token}".encode()).decode()
    assert all(contains_token(text, token) for text in (whole, "\r\n ".join(whole), quote(whole[:32], safe="")))


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("a distinctive word", TOKEN),
        ("cw-distinct, -ive-token", TOKEN),
        ("100% & more \\ or &lt; %zz", TOKEN),
        ("Zm9v YmFy", TOKEN),
        (TOKEN[:11], TOKEN),
        ("bad token s3cre", "s3cret"),
        ("dGVz", "te"),
    ],
)
def test_other_text_is_shown(text: str, token: str) -> None:
    """Text that has a few characters in common with the token is shown."""
    assert server_text(text, token) == text


def test_short_token_is_found_whole() -> None:
    """A short token is found only as a whole."""
    assert contains_token("bad token s%33cret", "s3cret")


def test_only_what_is_shown_is_searched() -> None:
    """A message of any size costs little: it is cut before it is searched, and what is left is shown."""
    shown = server_text("x" * 5000 + TOKEN + "\x1b[0m" * 10**7, TOKEN)
    assert shown == f"{'x' * MAX_LENGTH}…"
