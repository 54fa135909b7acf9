"""Durations, as the settings take them."""

from __future__ import annotations

import pytest

from pulumi_coreweave_gateway.durations import parse_duration

pytestmark = pytest.mark.disable_socket


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10),
        ("1m30s", 90),
        ("500ms", 0.5),
        ("1h", 3600),
        ("24h", 86400),
        ("2h45m30.5s", 9930.5),
        ("1.5m", 90),
        (".5s", 0.5),
        ("1.s", 1),
        ("250us", 0.00025),
        ("250µs", 0.00025),
        ("250\u03bcs", 0.00025),
        ("1000000000ns", 1),
        ("30s1m", 90),
        ("1s1s", 2),
        ("+10s", 10),
        (" 10s\n", 10),
    ],
    ids=ascii,
)
def test_go_duration(text: str, seconds: float) -> None:
    """Whatever CoreWeave's other tools take as a duration means the same here."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "seconds"), [("10", 10), ("0.5", 0.5), ("90.", 90), (".25", 0.25), ("86400", 86400)], ids=ascii
)
def test_bare_number_is_seconds(text: str, seconds: float) -> None:
    """A number without a unit is seconds."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "s",
        "ten",
        "10 s",
        "10S",
        "10sec",
        "1d",
        "1m 30s",
        "1m30",
        "1e3",
        "0x10",
        "1_000",
        "10,5",
        "-10s",
        "--10s",
        "+",
        "inf",
        "nan",
        "\u0661\u0660s",
        "10s\x00",
        "10\n20",
        "9" * 65,
    ],
    ids=ascii,
)
def test_no_duration(text: str) -> None:
    """What is no duration is refused in one printable line that shows how to write one."""
    with pytest.raises(ValueError, match="write a number of seconds, or a Go duration such as 10s") as caught:
        parse_duration(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["0", "0s", "0h0m0s", "0.0ms", "0." + "0" * 25])
def test_no_time_at_all(text: str) -> None:
    """A time-out of zero, which would let every lookup fail, is refused as such."""
    with pytest.raises(ValueError, match="is no time at all"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["24h1ns", "86401", "25h", "9" * 30, "9" * 30 + "h"])
def test_longer_than_a_day(text: str) -> None:
    """A duration that no lookup needs is taken for the slip that it is."""
    with pytest.raises(ValueError, match="is longer than a day"):
        parse_duration(text)


def test_message_shows_what_was_written() -> None:
    """The user finds the wrong value in the message."""
    with pytest.raises(ValueError, match=r"^'10 minutes' is not a duration; "):
        parse_duration("10 minutes")


def test_what_may_be_a_token_is_not_shown() -> None:
    """A token that was put into the variable of a time-out doesn't appear in the message."""
    with pytest.raises(ValueError, match="not a duration") as caught:
        parse_duration("CW-SECRET-0123456789abcdef0123456789")
    assert "CW-SECRET" not in str(caught.value)
