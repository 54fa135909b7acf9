"""Reads of single gateways and of the list, batched while they wait for a thread."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from .fetch_many import LIST_FROM, Report
from .worker_threads import DaemonPool, complete

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway


@dataclass(frozen=True)
class _Read:
    """A read that waits for a thread: of one gateway, or of the list if there is no ID."""

    gateway_id: str | None
    report: Report
    future: Future[Any] = field(default_factory=Future)


class BatchedReads:
    """Combines reads that wait for a thread at the same time into one request for the list of gateways.

    The list is requested after all of these reads, and nothing is cached for later ones. A read that finds a free
    thread is one request by ID.

    Args:
        client: Sends the requests.
        pool: Runs them.

    """

    def __init__(self, client: GatewayClient, pool: DaemonPool) -> None:
        self.client = client
        self.pool = pool
        self._lock = threading.Lock()
        self._waiting: list[_Read] = []

    def get(self, gateway_id: str, report: Report) -> Future[Gateway]:
        """Read one gateway.

        Args:
            gateway_id: The gateway's UUID.
            report: Called once, with a sentence, when the request has been failing for some seconds.

        """
        return self._submit(_Read(gateway_id, report))

    def all(self, report: Report) -> Future[tuple[Gateway, ...]]:
        """Read all gateways that the token may see.

        Args:
            report: Called once, with a sentence, when the request has been failing for some seconds.

        """
        return self._submit(_Read(None, report))

    def _submit(self, read: _Read) -> Future[Any]:
        with self._lock:
            self._waiting.append(read)
        self.pool.submit(self._answer)
        return read.future

    def _answer(self) -> None:
        """Answer the next read, or all that wait if they are many or include the list."""
        with self._lock:
            lists = [read for read in self._waiting if read.gateway_id is None]
            batch = lists or len(self._waiting) >= LIST_FROM
            taken = len(self._waiting) if batch else 1
            reads, self._waiting = self._waiting[:taken], self._waiting[taken:]
        if batch:
            self._answer_by_list(reads, (lists or reads)[0].report)
        else:
            for read in reads:
                self._answer_by_id(read)

    def _answer_by_id(self, read: _Read) -> None:
        complete(read.future, lambda: self.client.get(str(read.gateway_id), report=read.report))

    def _answer_by_list(self, reads: list[_Read], report: Report) -> None:
        requested: Future[tuple[Gateway, ...]] = Future()
        complete(requested, lambda: self.client.list(report=report))
        # Without a list all gateways are read by ID: it may be too large, forbidden or broken where they are not.
        listed = {} if requested.exception() else {gateway.spec.id: gateway for gateway in requested.result()}
        for read in reads:
            if read.gateway_id is None:
                complete(read.future, requested.result)
            elif read.gateway_id in listed:
                complete(read.future, partial(listed.__getitem__, read.gateway_id))
            else:
                self.pool.submit(partial(self._answer_by_id, read))
