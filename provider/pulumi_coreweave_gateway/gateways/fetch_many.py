"""Reading several gateways: by one list if they are many, otherwise side by side, within one time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import AuthenticationError, FleetError, GatewayError, GatewayNotFoundError, PermissionDeniedError
from .request import FleetRequest

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway

LIST_FROM = 16
"""From this number of gateways on, one list is faster than requests by ID, and puts less load on the API."""
GATEWAYS_PER_TIMEOUT = 100
"""Reading this number of gateways may take twice as long as a single lookup."""

Submit = Callable[[Callable[[], Any]], "Future[Any]"]
"""Runs a call on another thread."""
Report = Callable[[str], None]
"""Gets a sentence for the user."""


def time_limit(lookup_timeout: float, gateways: int) -> float:
    """Return the seconds within which a number of gateways are read."""
    return lookup_timeout * (1 + gateways / GATEWAYS_PER_TIMEOUT)


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
    report = _only_once(report)
    if request.gateway_ids is None:
        gateways = client.list(report=report)
        for warning in request.warnings(gateways):
            warn(warning)
        return [gateway for gateway in gateways if request.matches(gateway)]
    confirm = refreshed or request.missing == "skip"
    results = _read_by_id(client, request.gateway_ids, submit, report, confirm=confirm)
    failures = {key: result for key, result in results.items() if isinstance(result, GatewayError)}
    if failures:
        raise _fleet_error(failures, len(request.gateway_ids), unrequested=len(request.gateway_ids) - len(results))
    return [gateway for gateway in results.values() if gateway is not None and not isinstance(gateway, GatewayError)]


def _only_once(report: Report) -> Report:
    """Return a function that reports the first of many messages."""
    reported = threading.Event()

    def report_first(message: str) -> None:
        if not reported.is_set():
            reported.set()
            report(message)

    return report_first


def _read_by_id(
    client: GatewayClient, gateway_ids: Sequence[str], submit: Submit, report: Report, *, confirm: bool
) -> dict[str, Gateway | GatewayError | None]:
    """Return each gateway, or the error of reading it, by its ID, in the order of the IDs.

    Args:
        client: Sends the requests.
        gateway_ids: The IDs, without duplicates.
        submit: Runs each request by ID.
        report: Called when a request has been failing for some seconds.
        confirm: Whether to return None for a gateway that doesn't exist: it isn't found by its ID, and isn't in the
            list of gateways either. With a wrong path in the endpoint, every ID is not found.

    Returns:
        A dictionary without the gateways that were not requested any more after an error that concerns all of them.

    """
    listed: dict[str, Gateway] | None = None
    found: dict[str, Gateway | GatewayError | None] = {}
    if len(gateway_ids) >= LIST_FROM:
        try:
            listed = _list(client, report)
        except GatewayError:
            # It may be too large, forbidden or broken where single gateways are not.
            listed = None
        found = {key: listed[key] for key in gateway_ids if key in listed} if listed else {}
    by_id = _SideBySide(client, len(gateway_ids), report)
    found.update(by_id.read([key for key in gateway_ids if key not in found], submit))
    missing = [key for key, result in found.items() if isinstance(result, GatewayNotFoundError)]
    if confirm and missing:
        try:
            found.update(confirm_deleted(client, missing, report, listed))
        except GatewayError as error:
            found.update(dict.fromkeys(missing, error))
    return {key: found[key] for key in gateway_ids if key in found}


def confirm_deleted(
    client: GatewayClient, missing: Sequence[str], report: Report, listed: dict[str, Gateway] | None = None
) -> dict[str, Gateway | None]:
    """Return gateways that were not found by their IDs, None for each that isn't in the list of gateways either.

    A wrong path in the endpoint, or a proxy, makes every ID be not found, and nothing may leave the state for that.

    Raises:
        GatewayError: The list could not be read.

    """
    if listed is None:
        try:
            listed = _list(client, report)
        except GatewayError as error:
            others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise error.about(f"gateway {missing[0]}{others}: not found, but can't confirm the deletion") from None
    return {key: listed.get(key) for key in missing}


def _list(client: GatewayClient, report: Report) -> dict[str, Gateway]:
    return {gateway.spec.id: gateway for gateway in client.list(report=report)}


class _SideBySide:
    """Requests by ID, within one time limit that starts with the first of them."""

    def __init__(self, client: GatewayClient, gateways: int, report: Report) -> None:
        self._client = client
        self._report = report
        self._ends = time.monotonic() + time_limit(client.lookup_timeout, gateways)
        self._stopped = threading.Event()
        self._answered = threading.Event()

    def read(self, gateway_ids: Sequence[str], submit: Submit) -> dict[str, Gateway | GatewayError]:
        """Return each gateway, or the error of reading it, by its ID."""
        futures = {gateway_id: submit(partial(self._get, gateway_id)) for gateway_id in gateway_ids}
        results = {gateway_id: future.result() for gateway_id, future in futures.items()}
        return {gateway_id: result for gateway_id, result in results.items() if result is not None}

    def _get(self, gateway_id: str) -> Gateway | GatewayError | None:
        """Return a gateway, the error of reading it, or None if it is not requested any more."""
        if self._stopped.is_set():
            return None
        seconds = min(self._client.lookup_timeout, self._ends - time.monotonic())
        try:
            gateway = self._client.get(gateway_id, seconds=seconds, report=self._report)
        except GatewayError as error:
            if isinstance(error, GatewayNotFoundError):
                self._answered.set()
            # An invalid token concerns all gateways, and so does an API that has answered none until its deadline.
            unavailable = error.retryable and not self._answered.is_set()
            if unavailable or isinstance(error, (AuthenticationError, PermissionDeniedError)):
                self._stopped.set()
            return error
        self._answered.set()
        return gateway


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
