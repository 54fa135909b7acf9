"""The client of the gateway API."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from ..config import Settings
from ..errors import GatewayError, InvalidResponseError, TransportError
from ..messages import server_text
from ..validation import validated_gateway_id

if TYPE_CHECKING:
    from .deployment_models import Deployment
    from .models import Gateway, Item, Listing, Unreadable
    from .retry import Clock, Report

    _T = TypeVar("_T", bound=Item)

GATEWAYS = "/v1alpha1/inference/gateways"
DEPLOYMENTS = "/v1alpha1/inference/deployments"
WHOAMI = "/v1beta1/auth/whoami"
CONNECTIONS = 16
"""How many requests of a client are in progress at once by default, each on a connection that is kept."""
MAX_ITEMS = 10_000
"""How many items a list may have: as many as a fleet."""

_MIB = 1024 * 1024
_MAX_OBJECT = 4 * _MIB
_MAX_PAGE = 16 * _MIB
"""Bytes of a page of a list, after decompression."""
_MAX_PAGE_TOKEN = 2048
_LEAST_TIME = 0.1
"""Seconds without which a request isn't sent: others have used up its time, as pages of a list or in a queue."""


class GatewayClient:
    """Reads gateways; safe to share between threads, and a context manager.

    Transient failures are retried until the lookup's deadline, 0.2 to 5 s apart. After a 429, the requests that were
    rejected wait in a queue, and only the first one is sent again.

    Args:
        settings: The endpoint, the token and the time limits.
        connections: How many connections are kept, and how many requests may be in progress at once.
        clock: The clock, by default the system's.

    Raises:
        GatewayError: The client's libraries can't be loaded.

    """

    def __init__(self, settings: Settings, *, connections: int = CONNECTIONS, clock: Clock = time) -> None:
        try:
            # Imported late, because they import requests and pydantic.
            from . import models, retry
        except (ImportError, OSError) as error:
            reason = type(error).__name__
        else:
            self._models = models
            self._settings = settings
            self._clock = clock
            self._http = retry.RetryingClient(settings, connections, clock)
            return
        raise GatewayError(
            f"the client's libraries can't be loaded ({reason}); reinstall the package, or raise the limit of open "
            "files (`ulimit -n`)"
        )

    def get(self, gateway_id: str, *, seconds: float | None = None, report: Report | None = None) -> Gateway:
        """Return one gateway.

        Args:
            gateway_id: The UUID of the gateway.
            seconds: The time limit for all attempts, by default the setting's.
            report: Called once, with a sentence, when the lookup has been failing for some seconds.

        Raises:
            InvalidArgumentError: The ID isn't a UUID; nothing is sent.
            NotFoundError: The gateway doesn't exist, or belongs to another organization.
            InvalidResponseError: The response isn't that gateway.
            GatewayError: The request failed.

        """
        checked = validated_gateway_id(gateway_id)
        label = f"gateway {checked}"
        answer = self._fetch(f"{GATEWAYS}/{checked}", label, "gateway", seconds, report)
        gateway = self._models.parse(self._models.Gateway, answer.get("gateway"), label)
        if gateway.spec.id != checked:
            raise InvalidResponseError(
                f"{label}: the API returned another gateway, {gateway.spec.id}; run the command again"
            )
        return gateway

    def list(self, *, seconds: float | None = None, report: Report | None = None) -> Listing[Gateway]:
        """Return all gateways that the token may read.

        Args:
            seconds: The time limit for all pages and attempts, by default the setting's.
            report: Called once for each page, with a sentence, when it has been failing for some seconds.

        Raises:
            InvalidResponseError: The response isn't a list of gateways, or too long.
            GatewayError: The request failed.

        """
        return self._list(self._models.Gateway, GATEWAYS, "the list of gateways", seconds, report)

    def list_deployments(
        self, gateway_id: str = "", *, seconds: float | None = None, report: Report | None = None
    ) -> Listing[Deployment]:
        """Return all deployments that the token may read.

        Args:
            gateway_id: The gateway whose deployments the API is asked for, ``""`` for all. An API that doesn't know
                this filter returns all, too.
            seconds: As for :meth:`list`, and likewise the rest.
            report: As for :meth:`list`.

        """
        from .deployment_models import Deployment

        path = f"{DEPLOYMENTS}?parentGatewayId={validated_gateway_id(gateway_id)}" if gateway_id else DEPLOYMENTS
        return self._list(Deployment, path, "the list of deployments", seconds, report)

    def organization(self) -> str:
        """Return the ID of the token's organization, ``""`` if the API doesn't say; not every token may ask."""
        principal = self._fetch(WHOAMI, "the token's organization", "principal", None, None).get("principal")
        found = principal.get("orgUid") if isinstance(principal, dict) else None
        return server_text(found, self._settings.token.reveal()) if isinstance(found, str) else ""

    def close(self) -> None:
        """Close the kept connections that are not in use."""
        self._http.close()

    def __enter__(self) -> GatewayClient:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the kept connections."""
        self.close()

    def _fetch(self, path: str, label: str, key: str, seconds: float | None, report: Report | None) -> dict[str, Any]:
        """Return the JSON object of a response.

        Args:
            path: The path on the server.
            label: What is requested, for messages.
            key: The member of the object that contains it: ``items`` if it is a list.
            seconds: The time limit, by default the setting's.
            report: See :meth:`get`.

        """
        from .failures import from_error_body
        from .transport import Call

        single = key != "items"
        call = Call(path, label, _MAX_OBJECT if single else _MAX_PAGE, single=single)
        limit = self._settings.lookup_timeout if seconds is None else seconds
        if limit < min(_LEAST_TIME, self._settings.lookup_timeout):
            raise TransportError(
                f"{label}: no time was left for the request; increase {self._settings.names.lookup_timeout}",
                retryable=True,
                timed_out=True,
            )
        answer = self._http.fetch(call, seconds=limit, report=report)
        if not isinstance(answer, dict):
            raise InvalidResponseError(
                f"{label}: the API's response is not a JSON object; check {self._settings.names.endpoint}"
            )
        error = from_error_body(answer, call, self._settings) if key not in answer else None
        if error is not None:
            raise error
        return answer

    def _list(self, kind: type[_T], path: str, label: str, seconds: float | None, report: Report | None) -> Listing[_T]:
        """Return all pages of a list as one."""
        names, limit = self._settings.names, self._settings.lookup_timeout if seconds is None else seconds
        deadline = self._clock.monotonic() + limit
        items: dict[str, _T] = {}
        unreadable: list[Unreadable] = []
        seen: set[str] = set()
        number, query = 0, ""
        while True:
            page = self._fetch(f"{path}{query}", label, "items", deadline - self._clock.monotonic(), report)
            found = page.get("items")
            if found is None and page.keys() <= {"items", "nextPageToken"}:
                found = []  # omitted, like every default in proto3; what has other members instead is no list
            if not isinstance(found, list):
                raise InvalidResponseError(f"{label}: the API's response contains no list; check {names.endpoint}")
            number += len(found)
            if number > MAX_ITEMS:
                raise InvalidResponseError(
                    f"{label}: it has more than {MAX_ITEMS:,} items; look up gateways by their IDs, and deployments by "
                    "gateway"
                )
            for item in found:
                if self._clock.monotonic() > deadline:
                    raise TransportError(
                        f"{label}: not read within {limit:g} s; increase {names.lookup_timeout}", timed_out=True
                    )
                read = self._models.parse_item(kind, item)
                if isinstance(read, self._models.Unreadable):
                    unreadable.append(read)
                else:
                    items[read.spec.id] = read
            token = page.get("nextPageToken")
            if token is None or token == "":  # anything else that is false breaks the contract
                return self._models.Listing(
                    tuple(items[key] for key in sorted(items)),
                    tuple(item for item in unreadable if item.id not in items),
                )
            if not _is_page_token(token) or token in seen:
                raise InvalidResponseError(
                    f"{label}: the API's nextPageToken is invalid or repeated; check {names.endpoint}"
                )
            seen.add(token)
            query = f"{'&' if '?' in path else '?'}pageToken={quote(token, safe='')}"


def _is_page_token(token: object) -> bool:
    if not isinstance(token, str) or len(token) > _MAX_PAGE_TOKEN:
        return False
    return not any("\ud800" <= mark <= "\udfff" for mark in token)
