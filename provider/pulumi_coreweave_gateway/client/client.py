"""The client of the gateway API."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import weakref
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..config import Settings
from ..errors import InvalidResponseError
from ..validation import check_gateway_id
from .body import OF_GATEWAY, OF_LIST
from .http_errors import Subject, refuse_status
from .retry import Clock, Exchange

if TYPE_CHECKING:
    from .models import Gateway

GATEWAYS = "/v1alpha1/inference/gateways"
CONNECTIONS = 4
"""How many a client keeps by default."""

_MODELS = f"{__package__}.models"


class GatewayClient:
    """Reads gateways; safe to share between threads, and a context manager.

    Args:
        settings: endpoint, token and time-outs.
        connections: how many connections are kept, and how many requests may be under way at once.
        clock: the time, of the system by default.

    """

    def __init__(self, settings: Settings, *, connections: int = CONNECTIONS, clock: Clock = time) -> None:
        self._settings = settings
        self._exchange = Exchange(settings, connections, clock)
        # One that is given up for other settings ends its thread and connections once its last call is over.
        weakref.finalize(self, self._exchange.close).atexit = False
        if _MODELS not in sys.modules:
            # pydantic takes about as long to import as a request its answer: one goes on while the other is waited for.
            threading.Thread(target=_import_models, name="coreweave-models", daemon=True).start()

    @property
    def lookup_timeout(self) -> float:
        """Seconds that one gateway may take altogether."""
        return self._settings.lookup_timeout

    def has(self, settings: Settings) -> bool:
        """Tell whether it was made with these very settings."""
        return self._settings == settings

    def get(self, gateway_id: str, *, seconds: float | None = None) -> Gateway:
        """Return one gateway.

        Args:
            gateway_id: its UUID.
            seconds: how long it may take altogether, the setting's by default.

        Raises:
            InvalidArgumentError: the id isn't a UUID; nothing is sent.
            GatewayNotFoundError: there is no such gateway, or not in the token's organization.
            InvalidResponseError: the answer isn't that gateway.
            GatewayError: anything else.

        """
        checked = check_gateway_id(gateway_id)
        name = f"gateway {checked}"
        subject = Subject(name, one=True)
        answer = self._exchange.fetch(f"{GATEWAYS}/{checked}", subject, OF_GATEWAY, seconds)
        if isinstance(answer, dict) and "gateway" not in answer:
            refuse_status(subject, self._settings, answer)
        gateway = _parse(answer.get("gateway") if isinstance(answer, dict) else None, name)
        if gateway.spec.id != checked:
            raise InvalidResponseError(
                f"{name}: the API returned another gateway, {gateway.spec.id}; run the command again"
            )
        return gateway

    def list(self) -> tuple[Gateway, ...]:
        """Return all gateways that the token may see, sorted by id.

        Raises:
            InvalidResponseError: the answer isn't a list of gateways.
            GatewayError: anything else.

        """
        name = "the list of gateways"
        subject = Subject(name, one=False)
        answer: Any = self._exchange.fetch(GATEWAYS, subject, OF_LIST)
        if isinstance(answer, dict) and "items" not in answer:
            refuse_status(subject, self._settings, answer)
        items = answer.get("items") if isinstance(answer, dict) else answer
        if items is None and isinstance(answer, dict):
            items = []  # left out, as every default
        if not isinstance(items, list):
            raise InvalidResponseError(f"{name}: the API's answer holds no list; check {self._settings.names.endpoint}")
        gateways = [_parse(item, f"{name}, item {index}") for index, item in enumerate(items)]
        return tuple(sorted(gateways, key=lambda gateway: gateway.spec.id))

    def close(self) -> None:
        """Close the kept connections."""
        self._exchange.close()

    def __enter__(self) -> GatewayClient:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the kept connections."""
        self.close()


def _import_models() -> None:
    with contextlib.suppress(Exception):  # it is raised again where they are needed
        import_module(_MODELS)


def _parse(value: object, subject: str) -> Gateway:
    from .models import parse_gateway

    return parse_gateway(value, subject)
