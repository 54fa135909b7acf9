"""Reads of gateways with the settings of one profile: one, the list of all, or several.

The program, the provider's process and the plugin each read through a :class:`Reads`: one client with its connections,
as many threads, and the list of gateways, which lookups by name or by filters share.
"""

from __future__ import annotations

import asyncio
import builtins
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ..client import GatewayClient
from ..client.client import CONNECTIONS
from ..config import Settings
from ..errors import (
    AuthenticationError,
    FleetError,
    GatewayError,
    NotFoundError,
    PermissionDeniedError,
    without_surprises,
)
from ..messages import enumerated
from ..threads import DaemonPool
from .names import described_gateways, in_use
from .request import FleetRequest

if TYPE_CHECKING:
    from ..client.models import Gateway, Listing

LIST_FROM = 16
"""From this number of gateways on, one list replaces requests by ID; docs/performance.md has the measurement."""
GATEWAYS_PER_TIMEOUT = 100
"""For each so many gateways, a fleet may take the time limit of one more lookup."""
LIST_MAX_AGE = 5.0
"""Seconds for which calls that don't belong to one deployment share a list."""

_T = TypeVar("_T")

Report = Callable[[str], None]
"""Shows the user a sentence."""


def no_report(_: str) -> None:
    """Show nothing."""


class Reads:
    """Reads gateways; safe to share between threads.

    Args:
        settings: The endpoint, the token and the timeouts.

    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = GatewayClient(settings)
        self._pool = DaemonPool(CONNECTIONS, "coreweave-gateway")
        self._lock = threading.Lock()
        self._listing: Future[Listing[Gateway]] | None = None
        self._list_requested = 0.0

    def get(self, gateway_id: str, report: Report = no_report) -> Future[Gateway]:
        """Read one gateway on a thread, within the time limit of a lookup from now on.

        Args:
            gateway_id: The gateway's UUID.
            report: Called once, with a sentence, when the request has been failing for some seconds.

        Raises:
            TransportError: This process can't have another thread.

        """
        return self.start(lambda seconds: self.client.get(gateway_id, seconds=seconds, report=report))

    def start(self, call: Callable[[float], _T]) -> Future[_T]:
        """Start a lookup on a thread, within the time limit of a lookup from now on.

        Args:
            call: Makes its requests within the seconds that it gets.

        Raises:
            TransportError: This process can't have another thread.

        """
        deadline = time.monotonic() + self.settings.lookup_timeout
        return self.submit(lambda: call(deadline - time.monotonic()))

    def list(self, report: Report = no_report, *, max_age: float = LIST_MAX_AGE) -> Future[Listing[Gateway]]:
        """Return the list of all gateways, which is requested on a thread unless there is one that is new enough.

        Args:
            report: As for :meth:`get`.
            max_age: How many seconds ago the list may have been requested. One that failed is requested again.

        Raises:
            TransportError: This process can't have another thread.

        """
        with self._lock:
            now, found = time.monotonic(), self._listing
            if found is None or now - self._list_requested > max_age or (found.done() and found.exception()):
                found = self.start(lambda seconds: self.client.list(seconds=seconds, report=report))
                self._listing, self._list_requested = found, now
            return found

    async def list_with(
        self, name: str, report: Report = no_report, *, max_age: float = LIST_MAX_AGE, since: float | None = None
    ) -> Listing[Gateway]:
        """Return the list of all gateways for a lookup by name, which shares it with others.

        Args:
            name: The name.
            report: As for :meth:`get`.
            max_age: As for :meth:`list`.
            since: The time (``time.monotonic``) since which a gateway may have been created or replaced: if none has
                the name, or it is being deleted, a list that was requested before is requested again. None if no list
                is too old.

        Raises:
            GatewayError: The list could not be read.

        """
        listing = await _shared(self.list(report, max_age=max_age))
        if since is not None and not in_use(name, listing):
            listing = await _shared(self.list(report, max_age=time.monotonic() - since))
        return listing

    def fleet(
        self,
        request: FleetRequest,
        *,
        report: Report = no_report,
        warn: Report = no_report,
        refreshed: bool = False,
        max_age: float = 0.0,
    ) -> builtins.list[Gateway]:
        """Return the gateways that a request asks for; this blocks, and must not run on a thread of :meth:`get`.

        Args:
            request: The request.
            report: Called at most once, when requests have been failing for some seconds.
            warn: Called for each filter value that no gateway has.
            refreshed: Whether gateways with IDs were read before, so that those that were deleted are left out.
            max_age: As for :meth:`list`.

        Raises:
            FleetError: Some gateways could not be read; the message names ten of them for each reason.
            NotFoundError: No gateway matches the filters.
            GatewayError: The list of gateways could not be read.

        """
        if request.gateway_ids is None:
            return self._matching(request, self.list(report, max_age=max_age).result(), warn)
        skip = refreshed or request.missing == "skip"
        fleet = _FleetRead(self, len(request.gateway_ids), report, max_age)
        results = fleet.read(request.gateway_ids, skip_deleted=skip)
        failures = {key: result for key, result in results.items() if isinstance(result, GatewayError)}
        if failures:
            raise _fleet_error(failures, len(request.gateway_ids), unrequested=len(request.gateway_ids) - len(results))
        return [result for result in results.values() if result is not None and not isinstance(result, GatewayError)]

    def submit(self, call: Callable[[], _T]) -> Future[_T]:
        """Run a call on a thread; its future raises nothing but errors for the user."""
        return self._pool.submit(lambda: without_surprises("a lookup", call))

    @staticmethod
    def _matching(request: FleetRequest, listing: Listing[Gateway], warn: Report) -> builtins.list[Gateway]:
        for unreadable in listing.unreadable:
            if request.may_match(unreadable):
                raise unreadable.error
        found = [gateway for gateway in listing.items if request.matches(gateway)]
        warnings = request.warnings(listing.items)
        if not found and request.missing != "skip":
            reason = "; ".join(warnings) or f"gateways visible to the token: {described_gateways(listing.items)}"
            raise NotFoundError(
                f"no gateway matches: {reason}; correct the filters, or accept an empty list with missing='skip'"
            )
        for warning in warnings:
            warn(warning)
        return found


async def _shared(future: Future[_T]) -> _T:
    """Return a result that other lookups share: the request goes on if this one is cancelled."""
    return await asyncio.shield(asyncio.wrap_future(future))


def time_limit(lookup_timeout: float, gateways: int) -> float:
    """Return the seconds within which a number of gateways are read by their IDs.

    A list of all gateways, before or after the requests by ID, may take as long as one lookup.
    """
    return lookup_timeout * (2 + gateways / GATEWAYS_PER_TIMEOUT)


class _FleetRead:
    """The requests of one fleet by IDs, within one time limit."""

    def __init__(self, reads: Reads, gateways: int, report: Report, max_age: float) -> None:
        self._reads = reads
        self._max_age = max_age
        self._deadline = time.monotonic() + time_limit(reads.settings.lookup_timeout, gateways)
        self._report = report
        self._reported = threading.Event()
        self._stopped = threading.Event()
        self._answered = threading.Event()

    def read(self, ids: Sequence[str], *, skip_deleted: bool) -> dict[str, Gateway | GatewayError | None]:
        """Return each gateway, or the error of reading it, by its ID, in the order of the IDs.

        Args:
            ids: The IDs, without duplicates.
            skip_deleted: Whether to return None for a gateway that was deleted.

        Returns:
            A dictionary without the gateways that were no longer requested after an error that concerns all of them.

        """
        listing: Listing[Gateway] | None = None
        if len(ids) >= LIST_FROM:
            # Without a list all gateways are read by ID: it may be too large, forbidden or broken where they are not.
            with suppress(GatewayError):
                listing = self._list()
        by_id = {gateway.spec.id: gateway for gateway in listing.items} if listing else {}
        found: dict[str, Gateway | GatewayError | None] = {key: by_id[key] for key in ids if key in by_id}
        futures = {key: self._reads.submit(partial(self._get, key)) for key in ids if key not in by_id}
        results = {key: future.result() for key, future in futures.items()}
        found.update((key, result) for key, result in results.items() if result is not None)
        missing = [key for key, result in found.items() if isinstance(result, NotFoundError)]
        if skip_deleted and missing:
            try:
                found.update(confirm_deleted(missing, self._list if listing is None else lambda: listing))
            except GatewayError as error:
                found.update(dict.fromkeys(missing, error))
        return {key: found[key] for key in ids if key in found}

    def _list(self) -> Listing[Gateway]:
        return self._reads.list(self._report_once, max_age=self._max_age).result()

    def _get(self, gateway_id: str) -> Gateway | GatewayError | None:
        """Return a gateway, the error of reading it, or None if it is no longer requested."""
        if self._stopped.is_set():
            return None
        try:
            gateway = self._reads.client.get(gateway_id, seconds=self._seconds(), report=self._report_once)
        except GatewayError as error:
            if isinstance(error, NotFoundError):
                self._answered.set()
            # An invalid token concerns all gateways, and so does an API that has answered none until its deadline.
            unavailable = error.retryable and not self._answered.is_set()
            if unavailable or isinstance(error, (AuthenticationError, PermissionDeniedError)):
                self._stopped.set()
            return error
        self._answered.set()
        return gateway

    def _seconds(self) -> float:
        """Return the time limit of the next request."""
        return min(self._reads.settings.lookup_timeout, self._deadline - time.monotonic())

    def _report_once(self, message: str) -> None:
        if not self._reported.is_set():
            self._reported.set()
            self._report(message)


def confirm_deleted(
    missing: Sequence[str], read_list: Callable[[], Listing[Gateway]]
) -> Mapping[str, Gateway | GatewayError | None]:
    """Return what the list says of gateways that were not found by their IDs; None for each that it doesn't contain.

    With a wrong path in the endpoint, no ID is found, and no gateway may leave the state for that.

    Raises:
        GatewayError: The list could not be read completely.

    """
    try:
        listing = read_list()
        nameless = next((item for item in listing.unreadable if not item.id), None)
        if nameless is not None:
            raise nameless.error  # it may be any of them
    except GatewayError as error:
        others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise error.about(f"gateway {missing[0]}{others}: not found, but can't confirm the deletion") from None
    listed: dict[str, Gateway | GatewayError] = {item.id: item.error for item in listing.unreadable}
    listed.update((gateway.spec.id, gateway) for gateway in listing.items)
    return {key: listed.get(key) for key in missing}


def _fleet_error(failures: Mapping[str, GatewayError], total: int, *, unrequested: int) -> FleetError:
    """Return one error that has each reason once, and for each of them the first gateways that failed."""
    reasons: dict[tuple[type[GatewayError], int | None], list[str]] = {}
    for gateway_id, error in failures.items():
        reasons.setdefault((type(error), error.http_status), []).append(gateway_id)
    parts = [
        str(failures[first]) + (f" (the same kind of error for {enumerated(others)})" if others else "")
        for first, *others in reasons.values()
    ]
    rest = f"; {unrequested} more were not requested" if unrequested else ""
    fleet_error = FleetError(f"{len(failures)} of {total} gateways could not be read: {' / '.join(parts)}{rest}")
    fleet_error.failures = failures
    return fleet_error
