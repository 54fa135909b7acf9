"""Text from a server, as it stands in a message."""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest

from pulumi_coreweave_gateway.messages import LONGEST, one_line

pytestmark = pytest.mark.disable_socket

TOKEN = "cw-distinctive-token"
ODD = "cw-Odd/%41&amp;\\x42+77aa~<b>?c5=Lm"
"""A token that reads as if some of it were escaped."""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("gateway not found", "gateway not found"),
        ("", ""),
        (" \t\r\n ", ""),
        ("two\nlines\r\nand  more", "two lines and more"),
        ("null\x00byte", "null byte"),
        ("zwölf ☃ \U0001f600", "zwölf ☃ \U0001f600"),
        ("\u2028line\u2029paragraph\u00a0space", "line paragraph space"),
        ("\u202eright to left\u200b", "right to left"),
        ("half \ud800 pair", "half pair"),
        ("\x1b[31;1mred\x1b[0m alert", "red alert"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]never ends", ""),
        ("\x1bcreset", "reset"),
        ("at the end \x1b", "at the end"),
        ("\x1b[", ""),
        ("\x9b31mred", "31mred"),
        ("\x08\x08\x7fhidden", "hidden"),
        ("::error::pwned", "::error::pwned"),
    ],
    ids=ascii,
)
def test_one_line(text: str, line: str) -> None:
    """Whatever a server sends is one line, without what would steer a terminal."""
    assert one_line(text) == line


def test_not_too_long() -> None:
    """A page of text is cut, visibly, and one that just fits isn't."""
    assert one_line("x" * LONGEST) == "x" * LONGEST
    assert one_line("x" * (LONGEST + 1)) == f"{'x' * LONGEST}…"
    assert one_line("x" * 50_000_000, longest=5) == "xxxxx…"
    assert one_line("abc", longest=3) == "abc"


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"Bearer {TOKEN}",
        f"bad token {TOKEN}, {TOKEN}!",
        f"{'x' * (LONGEST - 5)}{TOKEN}",
        f"{'x' * (LONGEST * 20 - 5)}{TOKEN}",
        f"\x1b[31m{TOKEN}\x1b[0m",
        "\x1b[0m" * 2000 + TOKEN,
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_echoed_token_is_masked(text: str) -> None:
    """A token that a server echoes is masked wherever it stands, and no part of it is left where the text is cut."""
    assert "cw-d" not in one_line(text, TOKEN)
    assert one_line(f"bad token {TOKEN}!", TOKEN) == "bad token ***!"


@pytest.mark.parametrize("between", ["\x1b[0m", "\n", "\x00", "\u200b", "\x1b"], ids=ascii)
def test_token_is_not_put_together(between: str) -> None:
    """A token that comes in pieces is not made whole by what is left out between them."""
    assert one_line(f"bad token cw-distinctive{between}-token!", TOKEN) in {"bad token ***!", "bad token *** token!"}
    assert TOKEN[:3] not in one_line(between.join(TOKEN), TOKEN).replace(" ", "")


def _entities(form: str, token: str) -> str:
    return "".join(form.format(ord(mark)) for mark in token)


@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["plain", "odd"])
@pytest.mark.parametrize(
    "written",
    [
        str,
        str.upper,
        str.lower,
        lambda token: token[:-2],
        lambda token: token[2:],
        lambda token: token[4:16],
        lambda token: f"{token[:12]}...",
        lambda token: quote(token, safe=""),
        quote,
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
    ],
)
def test_token_is_masked_however_it_is_written(written: Callable[[str], str], token: str) -> None:
    """A token is masked, in any case of letters, in part, escaped or in digits, and nothing around it is."""
    assert one_line(f"bad token <{written(token)}> (401)", token).replace("...", "") == "bad token <***> (401)"


@pytest.mark.parametrize("before", ["", ":", "ab", "me:", "Bearer "])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("token", [TOKEN, ODD], ids=["plain", "odd"])
def test_token_in_base64_is_masked(before: str, encode: Callable[[bytes], bytes], token: str) -> None:
    """A token in base64 is masked, whatever stands before it: all but what another token would leave as well."""
    whole = encode(f"{before}{token}".encode()).decode()
    assert len(one_line(whole, token).replace("***", "")) <= len(encode(before.encode())) + 4
    assert "***" in one_line(whole, token)
    assert "***" in one_line("\r\n ".join(whole), token)
    assert "***" in one_line(quote(whole[:32], safe=""), token)


def test_words_are_left() -> None:
    """Text that has no more than a few characters in common with the token is left as it is."""
    for text in (
        "a distinctive word",
        "cw-distinct, -ive-token",
        "100% & more \\ or &lt; %zz",
        "Zm9v YmFy",
        TOKEN[:11],
    ):
        assert one_line(text, TOKEN) == text


def test_short_token_is_masked_whole() -> None:
    """A token shorter than what counts as a part is masked where it is whole, and never in base64, which is a word."""
    assert one_line("bad token s3cret, s3cre", "s3cret") == "bad token ***, s3cre"
    assert one_line("bad token s%33cret", "s3cret") == "bad token ***"
    assert one_line("dGVz tea", "te") == "dGVz ***a"


@pytest.mark.parametrize(
    "piece", ["%", "&", "&a", "&#", "\\", "\\u", "%41", "cw-distincti ", TOKEN, "\x1b[", "\x1b]", " a"]
)
def test_time_grows_with_the_text(piece: str) -> None:
    """No text makes masking slow: one of a hundred thousand characters takes a moment."""
    begun = time.monotonic()
    one_line(piece * (100_000 // len(piece)), TOKEN * 100)
    assert time.monotonic() - begun < 2
