"""The requests that the emulator has received, with secrets masked."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

MAX_RECORDED = 20_000
"""How many requests are kept, the latest ones; all are counted."""

_MASK = "***"
_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "x-api-key"}


@dataclass(eq=False)
class RecordedRequest:
    """A request that the emulator has received.

    Attributes:
        number: counted from 1 since the last reset.
        attempt: counted from 1 among the requests to this path.
        time: when it arrived, in seconds since 1970.
        method: its method.
        path: its path as sent, without the query.
        query: its query as sent, without the ``?``.
        headers: its headers, with secrets masked; the values of a repeated header are joined by commas.
        status: the status of the response; None until it is sent.

    """

    number: int
    attempt: int
    time: float
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    status: int | None = None


@dataclass(frozen=True)
class Counts:
    """What the emulator has counted since the last reset.

    Attributes:
        requests: requests received.
        connections: connections on which they arrived.
        peak_concurrency: the most requests that waited for their response at the same time.
        by_status: responses with each status.
        by_path: requests to each path.

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
        """Forget all requests, and count from 1 again."""
        self._requests: deque[RecordedRequest] = deque(maxlen=MAX_RECORDED)
        self._connections: set[int] = set()
        self._paths: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._waiting: set[RecordedRequest] = set()
        self._count = self._peak = 0

    def begin(self, method: str, target: str, headers: Iterable[tuple[str, str]], connection: int) -> RecordedRequest:
        """Record a request: its method, path and query as sent, headers, and the number of its connection."""
        path, _, query = self._mask(target).partition("?")
        self._count += 1
        self._paths[path] += 1
        self._connections.add(connection)
        joined: dict[str, str] = {}
        for name, value in headers:
            masked = _MASK if name.lower() in _SECRET_HEADERS else self._mask(value)
            joined[name] = f"{joined[name]}, {masked}" if name in joined else masked
        request = RecordedRequest(
            number=self._count,
            attempt=self._paths[path],
            time=time.time(),
            method=method,
            path=path,
            query=query,
            headers=joined,
        )
        self._requests.append(request)
        self._waiting.add(request)
        self._peak = max(self._peak, len(self._waiting))
        return request

    def end(self, request: RecordedRequest, status: int) -> None:
        """Record the response to a request, unless it was received before the last reset."""
        if request in self._waiting:
            self._waiting.remove(request)
            request.status = status
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

    def requests(self) -> list[RecordedRequest]:
        """Return copies of the requests since the last reset, the latest :data:`MAX_RECORDED` of them."""
        return [replace(request) for request in self._requests]

    def _mask(self, text: str) -> str:
        return text.replace(self._token, _MASK)
