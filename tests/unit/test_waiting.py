"""Waiting until a gateway is ready, with a simulated clock."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Iterable
from typing import Any

import pytest

from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import (
    APIError,
    AuthenticationError,
    GatewayError,
    InvalidArgumentError,
    NotFoundError,
    NotReadyError,
)
from pulumi_coreweave_gateway.gateways.readiness import unmet_conditions
from pulumi_coreweave_gateway.program.waiting import (
    Progress,
    ReadyWait,
    Seen,
    WaitForReady,
    parse_wait_option,
    seen_gateway,
)

ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


class _Selector(selectors.DefaultSelector):
    """A selector that advances the clock instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Advance the clock by the timeout, and return the events that are ready."""
        self.now += max(timeout or 0.0, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    """An event loop with a simulated clock."""

    def __init__(self) -> None:
        self.clock = _Selector()
        super().__init__(self.clock)

    def time(self) -> float:
        """Return the simulated time in seconds."""
        return self.clock.now


class Wait:
    """A wait that has been run to its end.

    Args:
        responses: The result of each poll: a gateway, an error, or None for no response; the last one is repeated.
        fail_after: The number of polls after which the program fails.
        confirm: Whether READY at the first poll must be confirmed.
        options: The arguments of :class:`WaitForReady`.

    Attributes:
        error: The error that ended the wait; None if the gateway was ready.
        polls: The times of the polls, in seconds.
        messages: The logged messages.
        elapsed: The seconds that the wait took.

    """

    def __init__(
        self,
        responses: Iterable[Gateway | GatewayError | None],
        fail_after: int | None = None,
        *,
        confirm: bool = False,
        **options: float,
    ) -> None:
        self._responses = list(responses)
        self._fail_after = fail_after
        self.polls: list[float] = []
        self.messages: list[str] = []
        self.error: GatewayError | None = None
        self._loop = _Loop()
        progress = Progress(self.messages.append, self._loop.time)
        try:
            wait = ReadyWait(f"gateway {ID}", WaitForReady(**options), self._read, progress, self._check)
            self._loop.run_until_complete(wait.run(confirm=confirm))
        except GatewayError as error:
            self.error = error
        finally:
            self.elapsed = self._loop.time()
            self._loop.close()

    async def _read(self) -> Seen:
        self.polls.append(self._loop.time())
        response = self._responses.pop(0) if len(self._responses) > 1 else self._responses[0]
        if response is None:
            await asyncio.Event().wait()
        if isinstance(response, GatewayError):
            raise response
        assert response is not None
        return seen_gateway(response)

    def _check(self) -> None:
        if len(self.polls) == self._fail_after:
            raise PROGRAM_FAILED


def _gateway(status: str, *conditions: dict[str, str], endpoints: Iterable[str] = ()) -> Gateway:
    return parse_gateway(
        {"spec": {"id": ID}, "status": {"status": status, "conditions": list(conditions), "endpoints": list(endpoints)}}
    )


READY = _gateway("STATUS_READY", endpoints=["https://api.example"])
UPDATING = _gateway("STATUS_UPDATING", endpoints=["https://api.example"])
CREATING = _gateway("STATUS_CREATING")
PROGRAM_FAILED = GatewayError("the program has failed")
NOT_FOUND = NotFoundError(f"gateway {ID}: not found; check the id")


def test_ready_gateway_ends_the_wait_without_a_message() -> None:
    """A gateway that is ready at the first poll delays nothing and logs nothing."""
    wait = Wait([READY])
    assert (wait.error, wait.polls, wait.elapsed, wait.messages) == (None, [0], 0, [])


def test_each_change_is_logged_at_once() -> None:
    """The gateway is polled every five seconds by default, and each change of its status is one message."""
    wait = Wait([CREATING, CREATING, UPDATING, READY])
    assert wait.error is None
    assert wait.polls == pytest.approx([0, 5, 10, 15])
    assert wait.messages == [
        "waiting for STATUS_READY [0s elapsed]: STATUS_CREATING",
        "waiting for STATUS_READY [10s elapsed]: STATUS_UPDATING",
        "STATUS_READY after 15s",
    ]


def test_heartbeat_every_ten_seconds_then_every_thirty() -> None:
    """Without a change, a message is logged every 10 seconds, and after two minutes every 30 seconds."""
    wait = Wait([CREATING], timeout=240)
    times = [message.partition("[")[2].partition(" ")[0] for message in wait.messages]
    minute = [f"{number}s" for number in range(0, 60, 10)]
    second = ["1m00s", "1m10s", "1m20s", "1m30s", "1m40s", "1m50s"]
    assert times == [*minute, *second, "2m20s", "2m50s", "3m20s", "3m50s"]


def test_last_poll_is_at_the_end_of_the_timeout() -> None:
    """The last pause is shortened, so that the gateway is polled at the end of the timeout."""
    wait = Wait([CREATING, CREATING, CREATING, READY], timeout=12, poll_interval=5)
    assert wait.error is None
    assert wait.polls == pytest.approx([0, 5, 10, 12])


def test_timeout_error_has_status_conditions_and_remedy() -> None:
    """The error says how long the wait took, the last status and its conditions, and how to wait longer."""
    blocked = {
        "type": "CapacityReady",
        "status": "False",
        "reason": "NoCapacity",
        "message": "no H100 left",
        "zone": "Z",
    }
    satisfied = {"type": "DNSReady", "status": "True", "reason": "Done"}
    error = Wait([CREATING, _gateway("STATUS_CREATING", blocked, satisfied)], timeout=10).error
    assert isinstance(error, NotReadyError)
    assert str(error) == (
        f"gateway {ID}: not ready after 10s; increase the timeout with wait_for_ready=WaitForReady(timeout=…), "
        "or check the gateway (STATUS_CREATING; CapacityReady in Z is False (NoCapacity: no H100 left))"
    )
    assert error.timed_out
    assert error.status == "STATUS_CREATING"
    assert error.conditions == ("CapacityReady in Z is False (NoCapacity: no H100 left)",)


def test_ready_is_confirmed_if_an_update_may_have_started() -> None:
    """With confirmation, READY from before an update doesn't end the wait; READY after the update does."""
    wait = Wait([READY, UPDATING, UPDATING, READY], confirm=True)
    assert wait.error is None
    assert wait.polls == pytest.approx([0, 5, 10, 15])
    assert wait.messages[0] == "waiting for STATUS_READY [0s elapsed]: STATUS_READY; polling once more"


@pytest.mark.parametrize(("options", "polls"), [({}, [0, 5]), ({"timeout": 2}, [0, 2]), ({"timeout": 0}, [0])])
def test_confirmation_is_one_more_poll_within_the_timeout(options: dict[str, float], polls: list[float]) -> None:
    """A gateway that stays READY is polled once more, within the timeout."""
    wait = Wait([READY], None, confirm=True, **options)
    assert wait.error is None
    assert wait.polls == pytest.approx(polls)


def test_failed_poll_confirms_nothing() -> None:
    """A transient failure of the second poll doesn't confirm READY."""
    fault = APIError("the API failed", http_status=503, retryable=True)
    wait = Wait([READY, fault, UPDATING, READY], confirm=True)
    assert wait.error is None
    assert wait.polls == pytest.approx([0, 5, 10, 15])


@pytest.mark.parametrize(
    ("status", "why"), [("STATUS_FAILED", "has failed and can't recover"), ("STATUS_DELETING", "is being deleted")]
)
def test_unusable_gateway_ends_the_wait(status: str, why: str) -> None:
    """A gateway that will never be ready ends the wait at once, with its conditions."""
    failed = _gateway(status, {"type": "Ready", "status": "False", "reason": "QuotaExceeded"})
    wait = Wait([CREATING, failed])
    assert isinstance(wait.error, NotReadyError)
    assert not wait.error.timed_out
    assert why in str(wait.error)
    assert (wait.error.status, wait.error.conditions) == (status, ("Ready is False (QuotaExceeded)",))
    assert len(wait.polls) == 2


@pytest.mark.parametrize("status", ["STATUS_ERROR", "STATUS_UPDATING", "STATUS_UNSPECIFIED", "STATUS_HIBERNATING"])
def test_other_statuses_do_not_end_the_wait(status: str) -> None:
    """STATUS_ERROR, which may recover, and unknown statuses don't end the wait."""
    assert Wait([_gateway(status), READY]).error is None


@pytest.mark.parametrize("endpoints", [(), ["ftp://files.example.com"]], ids=["none", "unusable"])
def test_ready_without_endpoint_does_not_end_the_wait(endpoints: Iterable[str]) -> None:
    """A READY gateway without an endpoint isn't ready yet, and the message says so."""
    wait = Wait([_gateway("STATUS_READY", endpoints=endpoints), READY])
    assert wait.error is None
    assert wait.messages[0].endswith(": STATUS_READY; no endpoint yet")


def test_gateway_that_is_not_found_yet_does_not_end_the_wait() -> None:
    """A new gateway that the API doesn't find yet is polled again."""
    wait = Wait([NOT_FOUND, NOT_FOUND, CREATING, READY])
    assert wait.error is None
    assert wait.messages[0].endswith(": not found yet")


@pytest.mark.parametrize(("timeout", "elapsed"), [(2700, 60), (12, 12)])
def test_gateway_that_is_never_found_is_an_error(timeout: float, elapsed: float) -> None:
    """A gateway that isn't found for a minute, or until a shorter timeout, is an error."""
    wait = Wait([NOT_FOUND], timeout=timeout)
    assert wait.error is NOT_FOUND
    assert wait.elapsed == pytest.approx(elapsed)


@pytest.mark.parametrize("error", [NOT_FOUND, AuthenticationError("invalid token", http_status=401)], ids=type)
def test_permanent_error_ends_the_wait(error: GatewayError) -> None:
    """A permanent error ends the wait at once, and so does the deletion of the gateway."""
    wait = Wait([CREATING, error])
    assert wait.error is error
    assert len(wait.polls) == 2


def test_retryable_error_does_not_end_the_wait() -> None:
    """A transient failure doesn't end the wait, and its reason is logged without its remedy."""
    fault = APIError(f"gateway {ID}: the API failed (HTTP 503); try again later", http_status=503, retryable=True)
    wait = Wait([CREATING, fault, fault, READY])
    assert wait.error is None
    assert wait.messages[1].endswith(": can't be read at the moment: the API failed (HTTP 503)")


def test_repeated_failure_is_logged_once() -> None:
    """Failures of the same class and status are logged once, whatever their request ID."""
    faults = [
        APIError(f"the API failed (HTTP {status}, request {number})", http_status=status, retryable=True)
        for number, status in enumerate((503, 503, 500))
    ]
    wait = Wait([CREATING, *faults, READY], poll_interval=1)
    assert [message.partition("failed ")[2] for message in wait.messages[1:-1]] == [
        "(HTTP 503, request 0)",
        "(HTTP 500, request 2)",
    ]


def test_timeout_error_has_the_last_failure() -> None:
    """The error of a wait that times out while the API fails has the failure and the last status."""
    error = Wait([CREATING, APIError("gateway x: the API failed", retryable=True)], timeout=8).error
    assert isinstance(error, NotReadyError)
    assert "(can't be read at the moment: gateway x: the API failed)" in str(error)
    assert error.status == "STATUS_CREATING"


@pytest.mark.parametrize(("first", "text"), [([], "no response yet"), ([CREATING], "STATUS_CREATING")])
def test_poll_without_response_does_not_outlast_the_timeout(first: list[Gateway], text: str) -> None:
    """A request that never ends is cancelled at the timeout, and the error has the last status."""
    wait = Wait([*first, None], timeout=30)
    assert isinstance(wait.error, NotReadyError)
    assert wait.elapsed == pytest.approx(30, abs=0.2)
    assert f"({text})" in str(wait.error)


@pytest.mark.parametrize(("response", "error"), [(READY, type(None)), (CREATING, NotReadyError)])
def test_timeout_of_zero_is_one_poll(response: Gateway, error: type) -> None:
    """A wait of zero seconds reads the gateway once."""
    wait = Wait([response], timeout=0)
    assert isinstance(wait.error, error)
    assert (len(wait.polls), wait.elapsed) == (1, 0)


@pytest.mark.parametrize("polls", [0, 1, 3])
def test_failed_program_ends_the_wait(polls: int) -> None:
    """After a failure of the program, the gateway isn't polled again."""
    wait = Wait([CREATING], fail_after=polls)
    assert wait.error is PROGRAM_FAILED
    assert len(wait.polls) == polls


def test_many_conditions_are_cut_in_the_message_only() -> None:
    """The message names ten conditions; the error's attribute holds all of them."""
    many = [{"type": f"Ready{number:03}", "status": "False"} for number in range(500)]
    wait = Wait([_gateway("STATUS_FAILED", *many)])
    assert isinstance(wait.error, NotReadyError)
    assert "Ready009 is False; and 490 more conditions)" in str(wait.error)
    assert len(wait.error.conditions) == 500


def test_conditions_are_one_printable_line() -> None:
    """Conditions in messages have no line breaks or terminal escapes, and long text is shortened."""
    condition = {
        "type": "Ready\x1b[2J",
        "zone": "US\nEAST",
        "reason": "No\r\nNode",
        "message": "m\n" * 900,
        "status": "False",
    }
    (phrase,) = unmet_conditions(map(dict, _gateway("STATUS_FAILED", condition).status.conditions))
    assert phrase.isprintable()
    assert phrase.startswith("Ready�[2J in US�EAST is False (No��Node: m m")
    assert len(phrase) < 700


@pytest.mark.parametrize(
    ("value", "wait"),
    [(None, None), (False, None), (True, WaitForReady()), (WaitForReady(timeout=60), WaitForReady(timeout=60))],
    ids=repr,
)
def test_wait_option_is_a_bool_or_a_wait(value: object, wait: WaitForReady | None) -> None:
    """True means the defaults; False and None mean no wait."""
    assert parse_wait_option(value, "lookup 'x'") == wait


@pytest.mark.parametrize("value", [0, 60, "yes", WaitForReady], ids=repr)
def test_wait_option_rejects_other_values(value: object) -> None:
    """Other values, such as a number of seconds, are rejected."""
    with pytest.raises(InvalidArgumentError, match=r"^lookup 'x': wait_for_ready must be True or WaitForReady"):
        parse_wait_option(value, "lookup 'x'")


@pytest.mark.parametrize("name", ["timeout", "poll_interval"])
@pytest.mark.parametrize("value", [-1, 86_401, float("nan"), "60", None, True], ids=repr)
def test_wait_rejects_numbers_out_of_range(name: str, value: Any) -> None:
    """A timeout or an interval must be a number of seconds within a day."""
    with pytest.raises(InvalidArgumentError, match=f"WaitForReady: {name} must be a number of seconds from "):
        WaitForReady(**{name: value})


def test_timeout_may_be_zero_but_not_the_poll_interval() -> None:
    """A poll interval of 0 is rejected, while a timeout of 0 is accepted."""
    assert WaitForReady(timeout=0, poll_interval=0.1) == WaitForReady(0, 0.1)
    with pytest.raises(InvalidArgumentError, match="poll_interval"):
        WaitForReady(poll_interval=0)


def test_defaults_are_those_of_the_documentation() -> None:
    """By default a wait takes at most 45 minutes, and polls every 5 seconds."""
    assert WaitForReady() == WaitForReady(timeout=2700, poll_interval=5)
