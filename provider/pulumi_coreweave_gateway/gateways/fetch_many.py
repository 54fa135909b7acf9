"""Reading several gateways: by one list if they are many, otherwise side by side, within one time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import AuthenticationError, FleetError, GatewayError, NotFoundError, PermissionDeniedError
from .request import FleetRequest

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway

LIST_FROM = 16
"""From this number of gateways on, one list replaces requests by ID; docs/performance.md has the measurement."""
GATEWAYS_PER_TIMEOUT = 100
"""For each so many gateways, a fleet may take the time limit of one more lookup."""

Submit = Callable[[Callable[[], Any]], "Future[Any]"]
"""Runs a call on another thread."""
Report = Callable[[str], None]
"""Shows the user a sentence."""


def time_limit(lookup_timeout: float, gateways: int) -> float:
    """Return the seconds within which a number of gateways are read by their IDs.

    A list of all gateways, before or after the requests by ID, may take as long as one lookup.
    """
    return lookup_timeout * (2 + gateways / GATEWAYS_PER_TIMEOUT)


def read_fleet(
    client: GatewayClient,
    request: FleetRequest,
    submit: Submit,
    *,
    report: Report = lambda _: None,
    warn: Report = lambda _: None,
    refreshed: bool = False,
) -> list[Gateway]:
    """Return the gateways that a request asks for.

    Args:
        client: Sends the requests.
        request: The request.
        submit: Runs each request by ID.
        report: Called at most once, when requests have been failing for some seconds.
        warn: Called for each filter value that no gateway has.
        refreshed: Whether the gateways were read before, so that a missing one was deleted and is left out.

    Raises:
        FleetError: Some gateways could not be read; the message names them all.
        GatewayError: The list of gateways could not be read.

    """
    ids = request.gateway_ids
    if ids is None:
        gateways = client.list(report=report)
        for warning in request.warnings(gateways):
            warn(warning)
        return [gateway for gateway in gateways if request.matches(gateway)]
    skip = refreshed or request.missing == "skip"
    results = _FleetRead(client, len(ids), submit, report).read(ids, skip_deleted=skip)
    failures = {key: result for key, result in results.items() if isinstance(result, GatewayError)}
    if failures:
        raise _fleet_error(failures, len(ids), unrequested=len(ids) - len(results))
    return [gateway for gateway in results.values() if gateway is not None and not isinstance(gateway, GatewayError)]


def confirm_deleted(missing: Sequence[str], read_list: Callable[[], Iterable[Gateway]]) -> dict[str, Gateway | None]:
    """Return gateways that were not found by their IDs, None for each that isn't in the list of gateways either.

    With a wrong path in the endpoint, no ID is found, and no gateway may leave the state for that.

    Raises:
        GatewayError: The list could not be read.

    """
    try:
        listed = {gateway.spec.id: gateway for gateway in read_list()}
    except GatewayError as error:
        others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise error.about(f"gateway {missing[0]}{others}: not found, but can't confirm the deletion") from None
    return {key: listed.get(key) for key in missing}


class _FleetRead:
    """The requests of one fleet by IDs, within one time limit."""

    def __init__(self, client: GatewayClient, gateways: int, submit: Submit, report: Report) -> None:
        self._client = client
        self._submit = submit
        self._deadline = time.monotonic() + time_limit(client.lookup_timeout, gateways)
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
        listed: tuple[Gateway, ...] | None = None
        if len(ids) >= LIST_FROM:
            # Without a list all gateways are read by ID: it may be too large, forbidden or broken where they are not.
            with suppress(GatewayError):
                listed = self._list()
        by_id = {gateway.spec.id: gateway for gateway in listed or ()}
        found: dict[str, Gateway | GatewayError | None] = {key: by_id[key] for key in ids if key in by_id}
        futures = {key: self._submit(partial(self._get, key)) for key in ids if key not in by_id}
        results = {key: future.result() for key, future in futures.items()}
        found.update((key, result) for key, result in results.items() if result is not None)
        missing = [key for key, result in found.items() if isinstance(result, NotFoundError)]
        if skip_deleted and missing:
            try:
                found.update(confirm_deleted(missing, self._list if listed is None else lambda: listed))
            except GatewayError as error:
                found.update(dict.fromkeys(missing, error))
        return {key: found[key] for key in ids if key in found}

    def _list(self) -> tuple[Gateway, ...]:
        return self._client.list(seconds=self._seconds(), report=self._report_once)

    def _get(self, gateway_id: str) -> Gateway | GatewayError | None:
        """Return a gateway, the error of reading it, or None if it is no longer requested."""
        if self._stopped.is_set():
            return None
        try:
            gateway = self._client.get(gateway_id, seconds=self._seconds(), report=self._report_once)
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
        return min(self._client.lookup_timeout, self._deadline - time.monotonic())

    def _report_once(self, message: str) -> None:
        if not self._reported.is_set():
            self._reported.set()
            self._report(message)


def _fleet_error(failures: dict[str, GatewayError], total: int, *, unrequested: int) -> FleetError:
    """Return one error that names every gateway that failed, and each reason once."""
    reasons: dict[tuple[type[GatewayError], int | None], list[str]] = {}
    for gateway_id, error in failures.items():
        reasons.setdefault((type(error), error.http_status), []).append(gateway_id)
    parts = [
        str(failures[first]) + (f" (the same for {', '.join(others)})" if others else "")
        for first, *others in reasons.values()
    ]
    rest = f"; {unrequested} more were not requested" if unrequested else ""
    fleet_error = FleetError(f"{len(failures)} of {total} gateways could not be read: {' / '.join(parts)}{rest}")
    fleet_error.failures = failures
    return fleet_error
