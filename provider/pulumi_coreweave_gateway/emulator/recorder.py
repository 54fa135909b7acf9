"""The requests that the emulator has seen, tokens masked."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

MAX_RECORDED = 20_000
"""How many requests are kept in full, the latest ones; all are counted."""

_MASK = "***"
_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "x-api-key"}


@dataclass(eq=False)
class SeenRequest:
    """A request that the emulator has seen.

    Attributes:
        number: counted from 1 since the last reset.
        attempt: counted from 1 among the requests to this path.
        time: when it came, in seconds since 1970.
        method: its method.
        path: its path as sent, without the query.
        query: its query as sent, without the ``?``.
        headers: its headers, tokens masked; the values of a repeated header are joined by commas.
        connection: the connection it came on, counted from 1 since the last reset.
        status: the status it was answered; None while it waits for its answer.

    """

    number: int
    attempt: int
    time: float
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    connection: int
    status: int | None = None


@dataclass(frozen=True)
class Counts:
    """What the emulator has counted since the last reset.

    Attributes:
        requests: requests to the API.
        connections: connections on which they came.
        peak_concurrency: the most that waited for their answer at the same moment.
        by_status: how many were answered each status.
        by_path: how many were sent to each path.

    """

    requests: int = 0
    connections: int = 0
    peak_concurrency: int = 0
    by_status: Mapping[int, int] = field(default_factory=dict)
    by_path: Mapping[str, int] = field(default_factory=dict)


class Recorder:
    """Records requests and counts them; the caller holds a lock.

    Args:
        token: the token, which is masked wherever it occurs.

    """

    def __init__(self, token: str) -> None:
        self._token = token
        self.reset()

    def reset(self) -> None:
        """Forget all requests, and count from 1 again, connections too."""
        self._requests: deque[SeenRequest] = deque(maxlen=MAX_RECORDED)
        self._connections: dict[int, int] = {}
        self._paths: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._waiting: set[SeenRequest] = set()
        self._count = self._peak = 0

    def begin(self, method: str, target: str, headers: Iterable[tuple[str, str]], connection: int) -> SeenRequest:
        """Record a request.

        Args:
            method: its method.
            target: its path and query as sent.
            headers: its headers.
            connection: a number that no other connection has.

        """
        path, _, query = self._mask(target).partition("?")
        self._count += 1
        self._paths[path] += 1
        joined: dict[str, str] = {}
        for name, value in headers:
            masked = self._mask_header(name, value)
            joined[name] = f"{joined[name]}, {masked}" if name in joined else masked
        seen = SeenRequest(
            number=self._count,
            attempt=self._paths[path],
            time=time.time(),
            method=method,
            path=path,
            query=query,
            headers=joined,
            connection=self._connections.setdefault(connection, len(self._connections) + 1),
        )
        self._requests.append(seen)
        self._waiting.add(seen)
        self._peak = max(self._peak, len(self._waiting))
        return seen

    def end(self, seen: SeenRequest, status: int) -> None:
        """Record the answer to a request, unless it came before the last reset."""
        if seen in self._waiting:
            self._waiting.remove(seen)
            seen.status = status
            self._statuses[status] += 1

    def counts(self) -> Counts:
        """Return the counts since the last reset."""
        return Counts(
            requests=self._count,
            connections=len(self._connections),
            peak_concurrency=self._peak,
            by_status=dict(sorted(self._statuses.items())),
            by_path=dict(self._paths),
        )

    def requests(self) -> list[SeenRequest]:
        """Return the requests since the last reset, the latest :data:`MAX_RECORDED` of them."""
        return [replace(seen) for seen in self._requests]

    def _mask_header(self, name: str, value: str) -> str:
        if name.lower() not in _SECRET_HEADERS:
            return self._mask(value)
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {_MASK}" if space and scheme.lower() in {"bearer", "basic"} else _MASK

    def _mask(self, text: str) -> str:
        return text.replace(self._token, _MASK)
