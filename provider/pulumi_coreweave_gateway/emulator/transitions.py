"""How a gateway changes by itself: after so many reads, or after so long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .inputs import InputError, check_count, check_object, check_seconds
from .times import now_text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Transition:
    """One change to come.

    Attributes:
        change: a merge patch for the gateway; None for the change to READY.
        after_reads: how many answers still show the gateway as it was.
        after_seconds: how long it stays as it was.

    """

    change: dict[str, Any] | None = None
    after_reads: int = 0
    after_seconds: float = 0.0

    def due(self, reads: int, seconds: float) -> bool:
        """Return whether it has come, ``reads`` answers and ``seconds`` after the one before it."""
        return reads >= self.after_reads and seconds >= self.after_seconds


def parse_transition(value: object) -> Transition:
    """Return a transition from ``{"afterReads" | "afterSeconds": …, "change": …}``.

    Raises:
        InputError: it is none.

    """
    found = check_object(value, ("afterReads", "afterSeconds", "change"))
    if "afterReads" in found and "afterSeconds" in found:
        raise InputError("afterReads and afterSeconds exclude each other")
    change = found.get("change")
    if change is not None and not isinstance(change, dict):
        raise InputError("change must be an object, merged into the gateway")
    return Transition(
        change=change,
        after_reads=check_count(found.get("afterReads", 0), "afterReads", 0),
        after_seconds=check_seconds(found.get("afterSeconds", 0), "afterSeconds"),
    )


WITHOUT_WHAT_READY_REPLACES = {"status": {"status": None, "endpoints": None, "updatedAt": None}}
"""The merge patch that leaves of a gateway what :func:`change_to_ready` looks at, or keeps."""


def change_to_ready(gateway: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch that a gateway undergoes when it becomes READY: endpoints, conditions, time."""
    spec, status = gateway["spec"], gateway.get("status", {})
    dns = spec.get("endpointConfiguration", {}).get("additionalDns", [])
    now = now_text()
    change: dict[str, Any] = {
        "status": "STATUS_READY",
        "endpoints": [f"https://api.{spec['id']}.gw.cwinference.com", *(f"https://{name}" for name in dns)],
        "updatedAt": now,
    }
    if status.get("conditions"):
        change["conditions"] = [
            {**condition, "status": "True", "reason": "Ready", "message": "", "lastUpdateTime": now}
            for condition in status["conditions"]
        ]
    return {"status": change}


def merged(target: object, change: object) -> Any:
    """Return ``target`` after a JSON merge patch (RFC 7396): null removes, objects merge, others replace."""
    if not isinstance(change, dict):
        return change
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
