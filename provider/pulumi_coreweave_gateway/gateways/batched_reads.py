"""Reads of single gateways and of the list, batched while they wait for a thread."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from .fetch_many import LIST_FROM, Report
from .worker_threads import DaemonPool

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway

    _Read = tuple[str, Future[Gateway], Report]


class BatchedReads:
    """Answers reads that wait for a thread at the same time by one list, which is requested after all of them.

    A read that finds a free thread is one request by ID, as ever. Nothing is kept for later reads.

    Args:
        client: Sends the requests.
        pool: Runs them.

    """

    def __init__(self, client: GatewayClient, pool: DaemonPool) -> None:
        self.client = client
        self._pool = pool
        self._lock = threading.Lock()
        self._ids: list[_Read] = []
        self._lists: list[tuple[Future[tuple[Gateway, ...]], Report]] = []

    def get(self, gateway_id: str, report: Report) -> Future[Gateway]:
        """Read one gateway by its UUID.

        Args:
            gateway_id: The UUID.
            report: Called once, with a sentence, when the request has been failing for some seconds.

        """
        future: Future[Gateway] = Future()
        with self._lock:
            self._ids.append((gateway_id, future, report))
        self._pool.submit(self._answer)
        return future

    def all(self, report: Report) -> Future[tuple[Gateway, ...]]:
        """Read all gateways that the token may see.

        Args:
            report: Called once, with a sentence, when the request has been failing for some seconds.

        """
        future: Future[tuple[Gateway, ...]] = Future()
        with self._lock:
            self._lists.append((future, report))
        self._pool.submit(self._answer)
        return future

    def _answer(self) -> None:
        """Answer the next read, or all that wait if they are many or include the list."""
        with self._lock:
            together = bool(self._lists) or len(self._ids) >= LIST_FROM
            taken = len(self._ids) if together else 1
            ids, self._ids = self._ids[:taken], self._ids[taken:]
            lists, self._lists = self._lists, []
        if together:
            self._answer_by_list(ids, lists)
        else:
            for read in ids:
                self._answer_by_id(*read)

    def _answer_by_id(self, gateway_id: str, future: Future[Gateway], report: Report) -> None:
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(self.client.get(gateway_id, report=report))
            except Exception as error:  # noqa: BLE001 - it belongs to the caller that awaits the future
                future.set_exception(error)

    def _answer_by_list(self, ids: list[_Read], lists: list[tuple[Future[tuple[Gateway, ...]], Report]]) -> None:
        running = [future for future, _ in lists if future.set_running_or_notify_cancel()]
        gateways: tuple[Gateway, ...] = ()
        try:
            gateways = self.client.list(report=lists[-1][1] if lists else ids[-1][2])
        except Exception as error:  # noqa: BLE001 - it belongs to the callers that await the list
            for future in running:
                future.set_exception(error)
        else:
            for future in running:
                future.set_result(gateways)
        # Not in the list, or there is none: it may be too large, forbidden or broken where single gateways are not.
        listed = {gateway.spec.id: gateway for gateway in gateways}
        for gateway_id, read, report in ids:
            if gateway_id not in listed:
                self._pool.submit(partial(self._answer_by_id, gateway_id, read, report))
            elif read.set_running_or_notify_cancel():
                read.set_result(listed[gateway_id])
