"""Schemathesis makes up calls from the contract, good and bad; the emulator answers as the contract says."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS

if TYPE_CHECKING:
    import requests

    from pulumi_coreweave_gateway.emulator import Emulator

pytestmark = pytest.mark.enable_socket

SCHEMA = schemathesis.openapi.from_path(Path(__file__).with_name("openapi.yaml"))

# To the contract an id is any text; that it must be a UUID stands in its description alone. Query parameters
# that nobody knows are ignored, as servers in front of gRPC do. The values of both are tested below.
NOT_IN_THE_CONTRACT: list[Any] = CHECKS.get_by_names(["positive_data_acceptance", "negative_data_rejection"])

GATEWAY_IDS = tuple(f"0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a0{number}" for number in (1, 2, 3, 9))

REPEATABLE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=list(HealthCheck),
)


@SCHEMA.parametrize()
@REPEATABLE
def test_calls_made_from_the_contract(
    case: schemathesis.Case[Any], emulator: Emulator, session: requests.Session
) -> None:
    """No call that anybody can make, right or wrong, gets an answer outside of the contract."""
    answer = case.call_and_validate(
        base_url=emulator.url,
        session=session,
        headers={"Authorization": f"Bearer {emulator.token}"},
        excluded_checks=NOT_IN_THE_CONTRACT,
    )
    assert answer.json().keys() <= {"gateway", "items", "nextPageToken", "zones", "code", "message"}


@SCHEMA.include(path="/v1alpha1/inference/gateways/{id}").parametrize()
@pytest.mark.parametrize("gateway_id", GATEWAY_IDS)
@REPEATABLE
def test_calls_for_gateways_that_may_be_there(
    case: schemathesis.Case[Any], gateway_id: str, emulator: Emulator, session: requests.Session
) -> None:
    """A gateway that is there is answered as the contract has it, and one that isn't as an error."""
    case.path_parameters["id"] = gateway_id
    answer = case.call_and_validate(
        base_url=emulator.url,
        session=session,
        headers={"Authorization": f"Bearer {emulator.token}"},
        excluded_checks=NOT_IN_THE_CONTRACT,
    )
    if case.meta is None or case.meta.generation.mode.is_positive:
        assert answer.status_code == (404 if gateway_id == GATEWAY_IDS[-1] else 200)


@REPEATABLE
@given(text=st.text(min_size=1, max_size=80))
def test_invalid_ids(text: str, emulator: Emulator, session: requests.Session) -> None:
    """An invalid ID gets a 400, or a 404 where it changes the path."""
    answer = session.get(
        f"{emulator.url}/v1alpha1/inference/gateways/{quote(text, safe='')}",
        headers={"Authorization": f"Bearer {emulator.token}"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) in {(400, 3), (404, 5)}


@REPEATABLE
@given(text=st.one_of(st.text(max_size=40), st.from_regex(r"\A[0-9TZ:.+-]{1,35}\Z")))
def test_invalid_times(text: str, emulator: Emulator, session: requests.Session) -> None:
    """A filter by an invalid time gets a 400, never an unfiltered list."""
    answer = session.get(
        f"{emulator.url}/v1alpha1/inference/gateways",
        params={"updatedAfter": text},
        headers={"Authorization": f"Bearer {emulator.token}"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 3)


@REPEATABLE
@given(moment=st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.timezones()))
def test_valid_times(moment: datetime, emulator: Emulator, session: requests.Session) -> None:
    """A filter by a time returns the gateways that changed after it, in any time zone."""
    text = moment.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
    answer = session.get(
        f"{emulator.url}/v1alpha1/inference/gateways",
        params={"updatedAfter": text},
        headers={"Authorization": f"Bearer {emulator.token}"},
        timeout=10,
    )
    changed_at = datetime(2025, 1, 31, 8, 4, 31, 123456, tzinfo=timezone.utc)  # and 789 nanoseconds
    expected = [GATEWAY_IDS[0]] if moment <= changed_at else []
    assert [gateway["spec"]["id"] for gateway in answer.json().get("items", [])] == expected
