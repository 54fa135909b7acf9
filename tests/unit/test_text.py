"""Text from a server, as it stands in a message."""

from __future__ import annotations

import pytest

from pulumi_coreweave_gateway.text import LONGEST, one_line

pytestmark = pytest.mark.disable_socket

TOKEN = "cw-distinctive-token"


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
    assert TOKEN not in one_line(f"cw-distinctive{between}-token", TOKEN)
