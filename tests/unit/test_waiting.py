"""Waiting until a gateway is ready, in a time that takes none."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Iterable
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import (
    AuthenticationError,
    DeadlineExceededError,
    GatewayError,
    GatewayNotFoundError,
    GatewayUnusableError,
    InvalidArgumentError,
    InvalidResponseError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    SettingsError,
    TransportError,
    WaitError,
    WaitTimeoutError,
)
from pulumi_coreweave_gateway.program.wait_for_ready import Progress, WaitForReady, unmet, wait_of, wait_until_ready

# An event loop has a pair of sockets of its own.
pytestmark = pytest.mark.enable_socket

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


class _Selector(selectors.DefaultSelector):
    """Lets the clock run where it would wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is there, after a pause that takes no time."""
        self.now += max(timeout or 0.0, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own."""

    def __init__(self) -> None:
        self.clock = _Selector()
        super().__init__(self.clock)

    def time(self) -> float:
        """Return the seconds since it began."""
        return self.clock.now


class Wait:
    """A wait that has ended.

    Args:
        answers: what each look at the gateway finds: a gateway, an error, or None for no answer at all; the last of
            them is found from then on.
        give_up_after: after how many looks there is nobody to wait for any more.
        more: the arguments of the wait.

    Attributes:
        error: what it ended with; None if the gateway was ready.
        looks: when the gateway was looked at.
        reports: what was reported.
        took: the seconds that it took.

    """

    def __init__(
        self, answers: Iterable[Gateway | GatewayError | None], give_up_after: int | None = None, **more: float
    ) -> None:
        self._answers = list(answers)
        self._give_up_after = give_up_after
        self.looks: list[float] = []
        self.reports: list[Progress] = []
        self.error: GatewayError | None = None
        self._loop = _Loop()
        try:
            self._loop.run_until_complete(
                wait_until_ready(ID, WaitForReady(**more), self._read, self.reports.append, self._check)
            )
        except GatewayError as error:
            self.error = error
        finally:
            self.took = self._loop.time()
            self._loop.close()

    async def _read(self) -> Gateway:
        self.looks.append(self._loop.time())
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, GatewayError):
            raise answer
        assert answer is not None
        return answer

    def _check(self) -> None:
        if len(self.looks) == self._give_up_after:
            raise NOBODY

    @property
    def phrases(self) -> list[str]:
        """What was reported, but for the times."""
        return ["ready" if one.ready else "; ".join(filter(None, (one.head, one.rest))) for one in self.reports]


def _gateway(status: str, *conditions: dict[str, str], endpoints: Iterable[str] = ()) -> Gateway:
    return parse_gateway(
        {"spec": {"id": ID}, "status": {"status": status, "conditions": list(conditions), "endpoints": list(endpoints)}}
    )


READY = _gateway("STATUS_READY", endpoints=["https://api.example"])
CREATING = _gateway("STATUS_CREATING")
NOBODY = GatewayError("the program has failed")
NOT_FOUND = GatewayNotFoundError(f"gateway {ID}: not found; check the id")


def test_ready_at_once() -> None:
    """A gateway that is ready holds nothing up."""
    wait = Wait([READY])
    assert (wait.error, wait.looks, wait.took) == (None, [0], 0)
    assert [report.line() for report in wait.reports] == ["ready after 0 s"]


def test_ready_after_a_while() -> None:
    """It is looked at every few seconds until it is ready, and what is known is told after each look."""
    wait = Wait([CREATING, CREATING, _gateway("STATUS_UPDATING"), READY])
    assert wait.error is None
    assert wait.looks == pytest.approx([0, 5, 10, 15])
    assert [report.line() for report in wait.reports] == [
        "waiting for READY, 0 s of 2700 s: STATUS_CREATING",
        "waiting for READY, 5 s of 2700 s: STATUS_CREATING",
        "waiting for READY, 10 s of 2700 s: STATUS_UPDATING",
        "ready after 15 s",
    ]
    assert [report.live() for report in wait.reports[2:]] == ["UPDATING, 10 s of 2700 s", "ready after 15 s"]


def test_defaults_are_those_of_coreweaves_own_tools() -> None:
    """Without numbers, it looks every 5 seconds and gives up after 45 minutes."""
    wait = Wait([CREATING])
    assert isinstance(wait.error, WaitTimeoutError)
    assert wait.took == pytest.approx(45 * 60)
    assert len(wait.looks) == 45 * 60 / 5 + 1


def test_own_numbers() -> None:
    """The user's own time-out and interval are kept, with one last look when the time is up."""
    wait = Wait([CREATING], timeout=12, poll_interval=5)
    assert isinstance(wait.error, WaitTimeoutError)
    assert wait.looks == pytest.approx([0, 5, 10, 12])


def test_ready_at_the_last_moment() -> None:
    """A gateway that gets ready between the last poll and the end is seen."""
    wait = Wait([CREATING, CREATING, CREATING, READY], timeout=12, poll_interval=5)
    assert wait.error is None


def test_time_out_tells_all() -> None:
    """Who waited in vain learns how long, the last status, the conditions that aren't met, and how to wait longer."""
    blocked = {
        "type": "CapacityReady",
        "status": "False",
        "reason": "NoCapacity",
        "message": "no H100 left",
        "zone": "Z",
    }
    met = {"type": "DNSReady", "status": "True", "reason": "Done"}
    wait = Wait([CREATING, _gateway("STATUS_CREATING", blocked, met)], timeout=10)
    error = wait.error
    assert isinstance(error, WaitTimeoutError)
    assert str(error).startswith(f"gateway {ID}: not ready after 10 s; ")
    assert "wait_for_ready=WaitForReady(timeout=…)" in str(error)
    assert "(STATUS_CREATING; CapacityReady in Z is False (NoCapacity: no H100 left))" in str(error)
    assert error.status == "STATUS_CREATING"
    assert error.conditions == ("CapacityReady in Z is False (NoCapacity: no H100 left)",)


@pytest.mark.parametrize(
    ("status", "why"), [("STATUS_FAILED", "has failed, and does not recover"), ("STATUS_DELETING", "is being deleted")]
)
def test_hopeless(status: str, why: str) -> None:
    """A gateway that never will be ready ends the wait at once, with the reason that it gives."""
    failed = _gateway(status, {"type": "Ready", "status": "False", "reason": "QuotaExceeded"})
    wait = Wait([CREATING, failed])
    assert isinstance(wait.error, GatewayUnusableError)
    assert why in str(wait.error)
    assert (wait.error.status, wait.error.conditions) == (status, ("Ready is False (QuotaExceeded)",))
    assert len(wait.looks) == 2


@pytest.mark.parametrize("status", ["STATUS_ERROR", "STATUS_UPDATING", "STATUS_UNSPECIFIED", "STATUS_HIBERNATING"])
def test_not_hopeless(status: str) -> None:
    """An error that can pass, and a status that nobody knows yet, are waited out."""
    assert Wait([_gateway(status), READY]).error is None


def test_ready_without_an_endpoint() -> None:
    """A gateway that says it is ready, but can't be called yet, is waited for, and that is said."""
    wait = Wait([_gateway("STATUS_READY"), READY])
    assert wait.error is None
    assert wait.phrases == ["STATUS_READY; no endpoint yet", "ready"]


def test_not_listed_yet() -> None:
    """Right after it was made, the API may not know a gateway for a moment."""
    wait = Wait([NOT_FOUND, NOT_FOUND, CREATING, READY])
    assert wait.error is None
    assert wait.phrases == ["not found yet", "not found yet", "STATUS_CREATING", "ready"]


def test_never_found() -> None:
    """One that isn't found for a minute doesn't exist: nobody waits 45 minutes for a mistyped id."""
    wait = Wait([NOT_FOUND])
    assert wait.error is NOT_FOUND
    assert wait.took == pytest.approx(60)


def test_never_found_in_a_short_wait() -> None:
    """In a shorter wait, it ends with that."""
    wait = Wait([NOT_FOUND], timeout=12)
    assert wait.error is NOT_FOUND
    assert wait.took == pytest.approx(12)


def test_deleted_while_waiting() -> None:
    """One that was there and is gone was deleted, and isn't waited for."""
    wait = Wait([CREATING, NOT_FOUND])
    assert wait.error is NOT_FOUND
    assert len(wait.looks) == 2


@pytest.mark.parametrize(
    "fault",
    [
        ServerError("gateway x: the API has failed", http_status=503, retryable=True),
        RateLimitError("gateway x: fewer requests", http_status=429, retryable=True),
        TransportError("gateway x: connection refused", retryable=True),
        DeadlineExceededError("gateway x: no answer", retryable=True),
        InvalidResponseError("gateway x: an answer that is not JSON", http_status=200, retryable=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_transient_error_does_not_end_the_wait(fault: GatewayError) -> None:
    """What may pass doesn't end a wait of many minutes, and is told meanwhile."""
    wait = Wait([CREATING, fault, fault, READY])
    assert wait.error is None
    assert wait.phrases[1:3] == [f"can't be read just now; {fault}"] * 2


def test_a_fault_that_goes_on_is_no_change() -> None:
    """It is told apart from another fault, but not by its request id, its seconds, or what to do about it."""
    faults = [
        ServerError(
            f"gateway {ID}: the API has failed (HTTP {status}, request {number}); try again",
            http_status=status,
            retryable=True,
        )
        for number, status in enumerate((503, 503, 500))
    ]
    wait = Wait([CREATING, *faults, READY])
    first, second, third = (report.key for report in wait.reports[1:4])
    assert first == second != third
    assert wait.phrases[1] == "can't be read just now; the API has failed (HTTP 503, request 0)"


@pytest.mark.parametrize(
    "fault",
    [
        AuthenticationError("gateway x: bad token", http_status=401),
        PermissionDeniedError("gateway x: no role", http_status=403),
        InvalidResponseError("gateway x: no gateway"),
        SettingsError("no token"),
        TransportError("gateway x: it has expired"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_permanent_error_ends_the_wait(fault: GatewayError) -> None:
    """What only the user can mend ends the wait at once."""
    wait = Wait([CREATING, fault])
    assert wait.error is fault
    assert len(wait.looks) == 2


def test_fault_at_the_end() -> None:
    """A wait that ends while the API fails says so, and still knows the last status."""
    wait = Wait([CREATING, ServerError("gateway x: the API has failed", retryable=True)], timeout=8)
    assert isinstance(wait.error, WaitTimeoutError)
    assert "(can't be read just now; gateway x: the API has failed)" in str(wait.error)
    assert wait.error.status == "STATUS_CREATING"


def test_no_answer_at_all() -> None:
    """A look that never ends doesn't outlast the wait."""
    wait = Wait([None], timeout=30)
    assert isinstance(wait.error, WaitTimeoutError)
    assert wait.took == pytest.approx(30, abs=0.2)
    assert "(no answer yet)" in str(wait.error)
    assert wait.error.status == ""


def test_no_answer_after_some() -> None:
    """What was known before stays known then."""
    wait = Wait([CREATING, None], timeout=30)
    assert isinstance(wait.error, WaitTimeoutError)
    assert "(STATUS_CREATING)" in str(wait.error)


@pytest.mark.parametrize(("answer", "ends_with"), [(READY, type(None)), (CREATING, WaitTimeoutError)])
def test_no_time_at_all(answer: Gateway, ends_with: type) -> None:
    """A wait of zero seconds is one look."""
    wait = Wait([answer], timeout=0)
    assert isinstance(wait.error, ends_with)
    assert (len(wait.looks), wait.took) == (1, 0)


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_nobody_to_wait_for(looks: int) -> None:
    """Once there is nobody to wait for any more, the gateway isn't looked at again."""
    wait = Wait([CREATING], give_up_after=looks)
    assert wait.error is NOBODY
    assert len(wait.looks) == looks


def test_long_messages_of_conditions() -> None:
    """What a condition says is told on one line, and not at any length."""
    wait = Wait([_gateway("STATUS_FAILED", {"type": "Ready", "message": "two\nlines \x1b[31m" + "x" * 10_000})])
    assert isinstance(wait.error, WaitError)
    assert str(wait.error).isprintable()
    assert "two lines" in str(wait.error)
    assert len(str(wait.error)) < 600


def test_many_conditions() -> None:
    """However many aren't met, the message stays short; the error has them all."""
    many = [{"type": f"Ready{number:03}", "status": "False"} for number in range(500)]
    wait = Wait([_gateway("STATUS_FAILED", *many)])
    assert isinstance(wait.error, WaitError)
    assert "Ready009 is False; and 490 more conditions)" in str(wait.error)
    assert len(wait.error.conditions) == 500


class TestArguments:
    """What ``wait_for_ready`` takes."""

    @pytest.mark.parametrize(
        ("value", "wait"),
        [
            (None, None),
            (False, None),
            (True, WaitForReady()),
            (WaitForReady(timeout=60), WaitForReady(timeout=60)),
        ],
        ids=repr,
    )
    def test_taken(self, value: object, wait: WaitForReady | None) -> None:
        """True waits as usual, a WaitForReady as it says, anything blank not at all."""
        assert wait_of(value, "lookup 'x'") == wait

    @pytest.mark.parametrize("value", [0, 1, 60, "yes", 1.5, {"timeout": 60}, [], WaitForReady], ids=repr)
    def test_refused(self, value: object) -> None:
        """A number of seconds, which may have been meant, isn't guessed at."""
        with pytest.raises(InvalidArgumentError, match=r"^lookup 'x': wait_for_ready must be True or WaitForReady"):
            wait_of(value, "lookup 'x'")

    @pytest.mark.parametrize("name", ["timeout", "poll_interval"])
    @pytest.mark.parametrize("value", [-1, 86_401, float("nan"), float("inf"), "60", None, True, "45m"], ids=repr)
    def test_numbers(self, name: str, value: Any) -> None:
        """A number that can't be waited for is refused where it is written."""
        with pytest.raises(InvalidArgumentError, match=f"WaitForReady: {name} must be a number of seconds from "):
            WaitForReady(**{name: value})

    def test_no_storm(self) -> None:
        """Nobody polls without a pause."""
        with pytest.raises(InvalidArgumentError, match="poll_interval"):
            WaitForReady(poll_interval=0)
        assert WaitForReady(timeout=0, poll_interval=0.1) == WaitForReady(0, 0.1)


def test_conditions_are_told_on_one_line() -> None:
    """Whatever the API writes into a condition, it stands in the message on one line, without terminal escapes."""
    condition = {
        "type": "Ready\x1b[2J",
        "zone": "US\nEAST",
        "reason": "No\r\nNode",
        "message": "m\n" * 900,
        "status": "False",
    }
    gateway = parse_gateway({"spec": {"id": ID}, "status": {"conditions": [condition]}})
    (phrase,) = unmet(gateway)
    assert phrase.isprintable()
    assert phrase.startswith("Ready in US EAST is False (No Node: m m")
    assert len(phrase) < 700
