"""The requests that the emulator has seen, tokens masked."""

from __future__ import annotations

import time
import weakref
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = 20_000
"""How many requests are kept in full, the latest ones; the counts go on."""

MASK = "***"
_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "x-api-key"}


@dataclass(eq=False)
class SeenCall:
    """One request to the API.

    Attributes:
        number: counted from 1 since the last reset.
        attempt: the same among the requests to this path.
        time: when it came, in seconds since 1970.
        method: its method.
        path: its path as sent, without the query.
        query: its query as sent, without the ``?``.
        headers: its headers, in the order sent.
        connection: which connection it came on, counted from 1.
        status: the status it was answered; None while it is not.

    """

    number: int
    attempt: int
    time: float
    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    connection: int
    status: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for the controls; a header that came twice has its values joined by commas."""
        headers: dict[str, str] = {}
        for name, value in self.headers:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return {**vars(self), "headers": headers}


class Journal:
    """What was asked, on how many connections, and what was answered.

    Args:
        token: the token that must not be shown, wherever it turns up.

    """

    def __init__(self, token: str) -> None:
        self._token = token
        self.reset()

    def reset(self) -> None:
        """Forget all: numbers start at 1 again, for connections too."""
        self._calls: deque[SeenCall] = deque(maxlen=KEPT)
        self._connections: weakref.WeakKeyDictionary[object, int] = weakref.WeakKeyDictionary()
        self._paths: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._under_way: set[SeenCall] = set()
        self._requests = self._opened = self._peak = 0

    def begin(self, method: str, target: str, headers: Iterable[tuple[str, str]], transport: object | None) -> SeenCall:
        """Record a request whose headers are in.

        Args:
            method: its method.
            target: its path and query as sent.
            headers: its headers.
            transport: what stands for its connection.

        """
        raw_path, _, query = target.partition("?")
        path = self._masked(raw_path)
        self._requests += 1
        self._paths[path] += 1
        call = SeenCall(
            number=self._requests,
            attempt=self._paths[path],
            time=time.time(),
            method=method,
            path=path,
            query=self._masked(query),
            headers=[(name, self._masked_header(name, value)) for name, value in headers],
            connection=self._connection(transport),
        )
        self._calls.append(call)
        self._under_way.add(call)
        self._peak = max(self._peak, len(self._under_way))
        return call

    def end(self, call: SeenCall, status: int) -> None:
        """Record what a request is answered, unless it came before the last reset."""
        if call not in self._under_way:
            return
        self._under_way.remove(call)
        call.status = status
        self._statuses[status] += 1

    def counts(self) -> dict[str, Any]:
        """Return the counts since the last reset."""
        return {
            "requests": self._requests,
            "connections": self._opened,
            "peakConcurrency": self._peak,
            "byStatus": {str(status): count for status, count in sorted(self._statuses.items())},
            "byPath": dict(self._paths),
        }

    def calls(self) -> list[dict[str, Any]]:
        """Return the requests since the last reset, the latest :data:`KEPT` of them."""
        return [call.as_json() for call in self._calls]

    def _connection(self, transport: object | None) -> int:
        if transport is None:
            return 0
        number = self._connections.get(transport)
        if number is None:
            self._opened += 1
            number = self._connections[transport] = self._opened
        return number

    def _masked_header(self, name: str, value: str) -> str:
        if name.lower() not in _SECRET_HEADERS:
            return self._masked(value)
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {MASK}" if space and scheme.lower() in {"bearer", "basic"} else MASK

    def _masked(self, text: str) -> str:
        return text.replace(self._token, MASK)
