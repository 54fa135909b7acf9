"""The error classes: their hierarchy, messages and attributes."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import errors
from pulumi_coreweave_gateway.errors import (
    FleetError,
    GatewayError,
    InternalError,
    NotFoundError,
    NotReadyError,
    TransportError,
)

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__]
DETAILS: dict[str, Any] = {
    "http_status": 404,
    "grpc_code": "not_found",
    "request_id": "req-1",
    "server_message": "no such gateway",
    "retryable": True,
    "retry_after": 3.0,
    "timed_out": False,
}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_a_run_error(kind: type[GatewayError]) -> None:
    """Every error is a RunError, which ends a Pulumi program with its message and without a traceback."""
    assert issubclass(kind, pulumi.RunError)
    assert issubclass(kind, GatewayError)
    assert str(kind("gateway x: not there; check the id")) == "gateway x: not there; check the id"


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_error_can_be_pickled_and_copied(kind: type[GatewayError]) -> None:
    """A pickled or copied error has the same message and attributes."""
    error = kind("gateway x: not there", **DETAILS)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own
        assert type(again) is kind
        assert (str(again), vars(again)) == (str(error), DETAILS)


def test_pickle_keeps_status_conditions_and_failures() -> None:
    """The additional attributes of wait and fleet errors survive pickling."""
    unusable = NotReadyError("gateway x: has failed")
    unusable.status, unusable.conditions = "STATUS_FAILED", ("Ready is False (NoCapacity)",)
    fleet = FleetError("2 gateways could not be read")
    fleet.failures = {"x": unusable, "y": NotFoundError("gateway y: not found", **DETAILS)}
    again: FleetError = pickle.loads(pickle.dumps(fleet))  # noqa: S301 - our own
    assert list(again.failures) == ["x", "y"]
    first, second = again.failures.values()
    assert isinstance(first, NotReadyError)
    assert (first.status, first.conditions) == ("STATUS_FAILED", ("Ready is False (NoCapacity)",))
    assert (str(second), second.request_id) == ("gateway y: not found", "req-1")


def test_default_failures_are_read_only() -> None:
    """The default of failures, which all fleet errors share, is read-only."""
    with pytest.raises(TypeError):
        FleetError("none").failures["x"] = GatewayError("x")  # type: ignore[index]


def test_attributes_without_a_response() -> None:
    """Without a response, the attributes that describe it are None."""
    assert vars(TransportError("no such host")) == {**dict.fromkeys(DETAILS), "retryable": False, "timed_out": False}


def _break(secret: str) -> None:
    raise KeyError(secret)


def test_internal_error_names_class_and_place_but_not_the_text() -> None:
    """An internal error says where it happened, without the exception's text, which may hold secrets."""
    with pytest.raises(KeyError) as caught:
        _break("cw-secret")
    error = InternalError.from_exception("gateway x", caught.value)
    line = inspect.getsourcelines(_break)[1] + 1
    assert str(error).startswith(f"gateway x: unexpected KeyError at test_errors.py:{line}: this is a bug in ")
    assert "/issues" in str(error)
    assert "cw-secret" not in str(error) + repr(error)
    assert "\n" not in str(error)


def test_internal_error_without_traceback() -> None:
    """An exception without a traceback is reported at an unknown place."""
    assert "unexpected OSError at an unknown place" in str(
        InternalError.from_exception("gateway x", OSError("cw-secret"))
    )
