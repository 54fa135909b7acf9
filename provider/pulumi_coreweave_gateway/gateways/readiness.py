"""Whether a gateway is ready, and what it lacks, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..errors import NotReadyError
from ..messages import one_line

READY = "STATUS_READY"
NEED_ENDPOINT = ("endpoint", "endpoints", "host", "openai_base_url")
"""The outputs that are empty until the gateway has an endpoint."""

_MAX_CONDITIONS = 10
_WAIT = "wait for it with GatewayLookup(…, wait_for_ready=True)"


def check_ready(
    subject: str, outputs: Mapping[str, Any], *, spell: Callable[[str], str] = str, remedy: str = _WAIT
) -> None:
    """Check that a gateway is ready.

    Args:
        subject: What was looked up, for the message.
        outputs: The gateway's outputs.
        spell: Returns the name of an argument or output as the user knows it.
        remedy: What to do until it is ready.

    Raises:
        NotReadyError: It isn't; the message has the status and the unmet conditions.

    """
    if outputs["ready"]:
        return
    unmet = unmet_conditions(outputs["conditions"])
    status = described_status(outputs["status"], unmet, has_endpoint=bool(outputs["endpoint"]))
    error = NotReadyError(f"{subject}: not ready ({status}); {remedy}, or omit {spell('require_ready')}")
    error.status, error.conditions = outputs["status"], unmet
    raise error


def warning_without_endpoint(
    subject: str, status: str, *, spell: Callable[[str], str] = str, remedy: str = _WAIT
) -> str:
    """Return the warning that a gateway has no endpoint yet; see :func:`check_ready`."""
    *names, last = map(spell, NEED_ENDPOINT)
    return (
        f"{subject}: the gateway has no endpoint ({status}), so {', '.join(names)} and {last} are empty; to fail "
        f"instead, pass {spell('require_ready')}, or {remedy}"
    )


def described_status(status: str, unmet: tuple[str, ...], *, has_endpoint: bool = True) -> str:
    """Return a status and its unmet conditions, for a message."""
    parts = [status, *unmet[:_MAX_CONDITIONS]]
    if status == READY and not has_endpoint:
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
