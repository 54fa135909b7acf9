"""The client of the gateway API."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..config import Settings
from ..errors import InvalidResponseError
from ..validation import validated_gateway_id
from .body import MAX_GATEWAY, MAX_LIST
from .http_errors import reject_error_body
from .rate_limit import Clock
from .retry import Call, Report, RetryingClient

if TYPE_CHECKING:
    from .models import Gateway, Listing

GATEWAYS = "/v1alpha1/inference/gateways"
CONNECTIONS = 4
"""How many connections a client keeps by default."""

_LIST = "the list of gateways"


class GatewayClient:
    """Reads gateways; safe to share between threads, and a context manager.

    Transient failures are retried up to 10 times, 0.2 to 5 s apart, within the lookup's deadline. After a 429 all
    clients of the same endpoint and token slow down, and retry until the deadline.

    Args:
        settings: The endpoint, the token and the timeouts.
        connections: How many connections are kept, and how many requests may be in progress at once.
        clock: The clock, by default the system's.

    """

    def __init__(self, settings: Settings, *, connections: int = CONNECTIONS, clock: Clock = time) -> None:
        self._settings = settings
        self._clock = clock
        self._http = RetryingClient(settings, connections, clock)

    @property
    def lookup_timeout(self) -> float:
        """The time limit of one lookup in seconds."""
        return self._settings.lookup_timeout

    def uses(self, settings: Settings) -> bool:
        """Return whether the client was made with the same settings."""
        return self._settings == settings

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
        subject = f"gateway {checked}"
        call = Call(f"{GATEWAYS}/{checked}", subject, MAX_GATEWAY, single=True)
        answer = self._http.fetch(call, seconds=self.lookup_timeout if seconds is None else seconds, report=report)
        if isinstance(answer, dict) and "gateway" not in answer:
            reject_error_body(answer, subject, self._settings)
        gateway = _parse(answer.get("gateway") if isinstance(answer, dict) else None, subject)
        if gateway.spec.id != checked:
            raise InvalidResponseError(
                f"{subject}: the API returned another gateway, {gateway.spec.id}; run the command again"
            )
        return gateway

    def list(self, *, seconds: float | None = None, report: Report | None = None) -> Listing[Gateway]:
        """Return all gateways that the token may read, sorted by ID.

        Args:
            seconds: The time limit for all pages and attempts, by default the setting's.
            report: Called once for each page, with a sentence, when it has been failing for some seconds.

        Raises:
            InvalidResponseError: The response isn't a list of gateways.
            GatewayError: The request failed.

        """
        deadline = self._clock.monotonic() + (self.lookup_timeout if seconds is None else seconds)
        gateways: list[Gateway] = []
        page_token, seen = "", {""}
        while True:
            path = f"{GATEWAYS}?pageToken={quote(page_token, safe='')}" if page_token else GATEWAYS
            call = Call(path, _LIST, MAX_LIST, single=False)
            answer = self._http.fetch(call, seconds=deadline - self._clock.monotonic(), report=report)
            for item in _items(answer, self._settings):
                gateways.append(_parse(item, f"{_LIST}, item {len(gateways)}"))
            page_token = (answer.get("nextPageToken") if isinstance(answer, dict) else None) or ""
            if not page_token:
                from .models import Listing

                return Listing(tuple(sorted(gateways, key=lambda gateway: gateway.spec.id)))
            if not isinstance(page_token, str) or page_token in seen:
                raise InvalidResponseError(
                    f"{_LIST}: the API's nextPageToken is invalid or repeated; check {self._settings.names.endpoint}"
                )
            seen.add(page_token)

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def __enter__(self) -> GatewayClient:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the kept connections."""
        self.close()


def _items(answer: Any, settings: Settings) -> list[Any]:
    """Return the items of a page of the list."""
    if isinstance(answer, dict) and "items" not in answer:
        reject_error_body(answer, _LIST, settings)
    items = answer.get("items") if isinstance(answer, dict) else answer
    if items is None and isinstance(answer, dict):
        return []  # omitted, like every default in proto3
    if not isinstance(items, list):
        raise InvalidResponseError(f"{_LIST}: the API's response holds no list; check {settings.names.endpoint}")
    return items


def _parse(value: object, subject: str) -> Gateway:
    from .models import parse_gateway

    return parse_gateway(value, subject)
