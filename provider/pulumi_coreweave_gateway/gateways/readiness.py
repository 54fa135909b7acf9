"""Whether a gateway is ready, and what it lacks, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import NotReadyError
from ..messages import one_line

NEED_ENDPOINT = ("endpoint", "endpoints", "host", "openai_base_url")
"""The outputs that are empty until the gateway has an endpoint."""

_MAX_CONDITIONS = 10


def check_ready(subject: str, outputs: Mapping[str, Any]) -> None:
    """Check that a gateway is ready.

    Args:
        subject: What was looked up, for the message.
        outputs: The gateway's outputs.

    Raises:
        NotReadyError: It isn't; the message has the status and the unmet conditions.

    """
    if outputs["ready"]:
        return
    unmet = unmet_conditions(outputs["conditions"])
    status = described_status(outputs["status"], unmet, has_endpoint=bool(outputs["endpoints"]))
    error = NotReadyError(
        f"{subject}: not ready ({status}); wait for it with wait_for_ready, or leave out require_ready"
    )
    error.status, error.conditions = outputs["status"], unmet
    raise error


def warning_without_endpoint(subject: str, status: str) -> str:
    """Return the warning that a gateway has no endpoint yet.

    Args:
        subject: What was looked up.
        status: The gateway's status.

    """
    empty = f"{', '.join(NEED_ENDPOINT[:-1])} and {NEED_ENDPOINT[-1]} are empty"
    return (
        f"{subject}: the gateway has no endpoint ({status}), so that {empty}; fail instead with require_ready, or wait "
        "for it with wait_for_ready"
    )


def described_status(status: str, unmet: tuple[str, ...], *, has_endpoint: bool = True) -> str:
    """Return a status and its unmet conditions, for a message."""
    parts = [status, *unmet[:_MAX_CONDITIONS]]
    if status == "STATUS_READY" and not has_endpoint:
        parts.insert(1, "no endpoint yet")
    if len(unmet) > _MAX_CONDITIONS:
        parts.append(f"and {len(unmet) - _MAX_CONDITIONS} more conditions")
    return "; ".join(parts)


def unmet_conditions(conditions: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the conditions, as outputs have them, that aren't met, each as one phrase on one line."""
    return tuple(_phrase(condition) for condition in conditions if condition["status"] != "True")


def _phrase(condition: Mapping[str, str]) -> str:
    where = f" in {one_line(condition['zone'])}" if condition["zone"] else ""
    why = ": ".join(filter(None, (one_line(condition["reason"]), one_line(condition["message"]))))
    return f"{one_line(condition['type'])}{where} is {one_line(condition['status'])}" + (f" ({why})" if why else "")
