"""Reading several gateways side by side: on a pool's threads, within one bound, all failures in one error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import (
    AuthenticationError,
    FleetError,
    GatewayError,
    GatewayNotFoundError,
    InternalError,
    PermissionDeniedError,
    TransportError,
)
from .request import FleetRequest

if TYPE_CHECKING:
    from ..client import GatewayClient
    from ..client.models import Gateway

GATEWAYS_PER_TIMEOUT = 100
"""A fleet of so many gateways may take twice as long as a single lookup."""

_ALL_THE_SAME = (AuthenticationError, PermissionDeniedError)
"""What is wrong with the token is wrong for every gateway: the rest isn't asked for."""
_REDIRECTS = range(300, 400)


def bound(lookup_timeout: float, gateways: int) -> float:
    """Return the seconds that reading so many gateways may take altogether."""
    return lookup_timeout * (1 + gateways / GATEWAYS_PER_TIMEOUT)


class FleetReading:
    """One reading of a fleet, under way as soon as it is made.

    Args:
        client: asks the API.
        request: which gateways.
        convert: takes a gateway to what is kept of it, on the pool's thread: of 1,000, that is a lot less.
        submit: runs a call on a pool's thread.
        refreshed: whether they were read before: one that is gone has vanished then, and is left out.

    """

    def __init__(
        self,
        client: GatewayClient,
        request: FleetRequest,
        convert: Callable[[Gateway], dict[str, Any]],
        submit: Callable[[Callable[[], Any]], Future[Any]],
        *,
        refreshed: bool = False,
    ) -> None:
        self._client = client
        self._request = request
        self._convert = convert
        self._skip_missing = refreshed or request.missing == "skip"
        self._stop = threading.Event()
        self._answered = threading.Event()
        self._lock = threading.Lock()
        self._ends: float | None = None
        ids = request.gateway_ids
        self.futures: Sequence[Future[Any]] = (
            [submit(self._all)] if ids is None else [submit(partial(self._one, gateway_id)) for gateway_id in ids]
        )

    def result(self) -> list[dict[str, Any]]:
        """Return the converted gateways, once all have been read.

        Raises:
            FleetError: some could not be read; it names them all.
            GatewayError: the list could not be read.

        """
        if self._request.gateway_ids is None:
            found: list[dict[str, Any]] = self.futures[0].result()
            return found
        answers = dict(zip(self._request.gateway_ids, (future.result() for future in self.futures), strict=True))
        failures = {key: answer for key, answer in answers.items() if isinstance(answer, GatewayError)}
        if failures:
            raise _fleet_error(failures, len(answers), unasked=self._stop.is_set())
        return [gateway for gateway in answers.values() if gateway is not None]

    def _all(self) -> list[dict[str, Any]]:
        try:
            return [self._convert(gateway) for gateway in self._client.list() if self._request.matches(gateway)]
        except GatewayError:
            raise
        except Exception as error:
            raise InternalError.from_exception("the list of gateways", error) from error

    def _one(self, gateway_id: str) -> dict[str, Any] | GatewayError | None:
        """Return a converted gateway, the error that kept it from being read, or None where it is left out."""
        if self._stop.is_set():
            return None
        try:
            gateway = self._client.get(gateway_id, seconds=min(self._client.lookup_timeout, self._left()))
            self._answered.set()
            return self._convert(gateway)
        except GatewayNotFoundError as error:
            self._answered.set()
            return None if self._skip_missing else error
        except GatewayError as error:
            if (_concerns_all(error) and not self._answered.is_set()) or isinstance(error, _ALL_THE_SAME):
                self._stop.set()
            return error
        except Exception as error:  # noqa: BLE001 - a defect, told as one
            return InternalError.from_exception(f"gateway {gateway_id}", error)

    def _left(self) -> float:
        """Return the seconds left for all; they count from the first request, not while other fleets are read."""
        with self._lock:
            if self._ends is None:
                gateways = len(self._request.gateway_ids or ())
                self._ends = time.monotonic() + bound(self._client.lookup_timeout, gateways)
            return self._ends - time.monotonic()


def _concerns_all(error: GatewayError) -> bool:
    """Return whether an error that outlasted all its attempts would be the same for any other gateway."""
    return error.retryable or isinstance(error, TransportError) or error.http_status in _REDIRECTS


def _fleet_error(failures: dict[str, GatewayError], total: int, *, unasked: bool) -> FleetError:
    """Return one error that names every gateway that failed, each reason once."""
    reasons: dict[tuple[type[GatewayError], int | None], list[str]] = {}
    for gateway_id, error in failures.items():
        reasons.setdefault((type(error), error.http_status), []).append(gateway_id)
    parts = [
        str(failures[first]) + (f" (the same for {', '.join(others)})" if others else "")
        for first, *others in reasons.values()
    ]
    rest = "; the rest was not asked for" if unasked and len(failures) < total else ""
    fleet_error = FleetError(f"{len(failures)} of {total} gateways could not be read: {' / '.join(parts)}{rest}")
    fleet_error.failures = failures
    return fleet_error
