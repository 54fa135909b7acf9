"""How often, and how far apart, a try is repeated."""

from __future__ import annotations

import math
import time
from email.utils import formatdate

import pytest

from pulumi_coreweave_gateway.client.policy import RETRIED_STATUSES, Pauses, retry_after

pytestmark = pytest.mark.disable_socket


def _pauses(pauses: Pauses) -> list[float]:
    return list(iter(pauses.next, None))


def test_ten_tries_ever_further_apart() -> None:
    """As with CoreWeave's own providers: ten tries, from 200 ms to 5 s apart."""
    assert _pauses(Pauses(jitter=0)) == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5])


def test_no_more_tries_after_the_last() -> None:
    """Once there shall be no more tries, it stays so."""
    pauses = Pauses()
    _pauses(pauses)
    assert [pauses.next() for _ in range(3)] == [None] * 3


def test_chance_spreads_clients() -> None:
    """Clients that failed together don't come back together, and none comes sooner or later than the policy says."""
    runs = [_pauses(Pauses()) for _ in range(50)]
    assert all(len(run) == 9 and min(run) >= 0.2 and max(run) <= 5 for run in runs)
    assert len({run[1] for run in runs}) > 40


def test_each_lookup_counts_for_itself() -> None:
    """One lookup's tries don't use up another's."""
    first, second = Pauses(jitter=0), Pauses(jitter=0)
    _pauses(first)
    assert second.next() == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("status", "retried"),
    [
        *((status, True) for status in (429, 500, 502, 503, 504)),
        *((status, False) for status in (400, 401, 403, 404, 409, 501, 302, 418, 505)),
    ],
)
def test_retried_statuses(status: int, retried: bool) -> None:
    """Only what may pass is tried again: not a wrong token, nor a call that the API doesn't know."""
    assert (status in RETRIED_STATUSES) is retried


@pytest.mark.parametrize(("value", "seconds"), [("0", 0), ("7", 7), (" 7 ", 7), ("007", 7), ("3600", 3600)])
def test_retry_after_in_seconds(value: str, seconds: float) -> None:
    """A server may say how many seconds to wait."""
    assert retry_after(value) == pytest.approx(seconds)


def test_retry_after_a_date() -> None:
    """Or until when; a moment that is past is no wait."""
    now = time.time()
    found = retry_after(formatdate(now + 60, usegmt=True))
    assert found is not None
    assert 50 < found <= 60
    assert retry_after(formatdate(now - 60, usegmt=True)) == 0


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "soon",
        "-1",
        "1.5",
        "1e9",
        "inf",
        "nan",
        "0x10",
        "\u0667",
        "7 8",
        ",,,",
        "\x00",
    ],
    ids=lambda value: ascii(value)[:50],
)
def test_retry_after_nothing_sensible(value: str | None) -> None:
    """What can't be understood is passed over, however odd: the usual pause is kept."""
    assert retry_after(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "86400",
        "9" * 300,
        "9" * 400,
        "9" * 5000,
        "Tue, 99 Nov 99999 99:99:99 GMT",
        "Mon, 01 Jan 0000 00:00:00 GMT",
        "Tue, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Tue, 01 Jan 2030 00:00:00 +99999999999999999999",
        "Tue, 01 Jan 2030 00:00:00 -99999999999999999999",
    ],
    ids=lambda value: value[:50],
)
def test_retry_after_beyond_measure(value: str) -> None:
    """A number or date that no clock holds is nothing, or a wait that can be measured, and never a crash."""
    found = retry_after(value)
    assert found is None or (found >= 0 and math.isfinite(found))
