"""Controls that the emulator had; they go as soon as no test uses them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .emulator import Emulator


class Counts:
    """What the emulator has counted."""

    def __init__(self, emulator: Emulator) -> None:
        seen = emulator.requests()
        self.requests = len(seen)
        self.connections = len({request.connection for request in seen})
        self.peak_concurrency = sum(request.status is None for request in seen)
        self.by_status = dict(Counter(request.status for request in seen if request.status))
        self.by_path = dict(Counter(request.path for request in seen))


class Deprecated:
    """Controls that go."""

    def fail_some(self: Any, share: float, statuses: tuple[int, ...] = (), *, seed: str = "") -> None:
        """Nothing does this any more."""
        raise NotImplementedError

    def switch(self: Any, *, latency: float = 0.0, requests_per_second: float = 0.0) -> None:
        """Delay every response."""
        del requests_per_second
        self.script(delay=latency, times=None)

    def transition(self: Any, gateway_id: str, change: Mapping[str, Any], *, after_reads: int = 0) -> None:
        """Change a gateway later."""
        with self._api.lock:
            resource = self._find(gateway_id)
            resource.next_change, resource.reads_left = change, after_reads
            resource.apply_due_change()

    def counts(self: Any) -> Counts:
        """Return the counts."""
        return Counts(self)

    def forget_requests(self: Any) -> None:
        """Forget the requests."""
        with self._api.lock:
            self._api.requests.clear()

    def reset(self: Any) -> None:
        """Drop everything."""
        with self._api.lock:
            self._api.scripts.clear()
            self._api.requests.clear()
            self._api.resources.clear()
            self._added.clear()
