"""An API that limits the rate of requests."""

from __future__ import annotations

import threading
import time
import uuid

from pulumi_coreweave_gateway.emulator import sample_gateway
from tests.server import Connection, Server, http

_GATEWAYS = "/v1alpha1/inference/gateways"


class LimitedApi(Server):
    """An API with some gateways that responds 429, without Retry-After, to requests beyond a rate.

    Args:
        count: the number of gateways, named ``gw-0`` and so on.
        rate: requests a second; as many may come at once.
        list_allowed: whether the token may list gateways.

    Attributes:
        ids: the gateways' IDs.
        rejected: how many requests got a 429.

    """

    def __init__(self, count: int, rate: float, *, list_allowed: bool = True) -> None:
        super().__init__(self._handle)
        self.ids = [str(uuid.UUID(int=number + 1, version=4)) for number in range(count)]
        self.rejected = 0
        gateways = [sample_gateway(one, name=f"gw-{number}") for number, one in enumerate(self.ids)]
        self._responses = {
            f"{_GATEWAYS}/{gateway_id}": http(200, {"gateway": gateway})
            for gateway_id, gateway in zip(self.ids, gateways, strict=True)
        }
        self._responses[_GATEWAYS] = http(200, {"items": gateways}) if list_allowed else http(403, {"code": 7})
        self._rate, self._tokens, self._filled = rate, rate, time.monotonic()
        self._lock = threading.Lock()

    def __enter__(self) -> LimitedApi:
        """Start it."""
        super().__enter__()
        return self

    @property
    def environ(self) -> dict[str, str]:
        """The settings of its users."""
        return {"COREWEAVE_API_ENDPOINT": self.url, "COREWEAVE_API_TOKEN": "tok-limited"}

    def _handle(self, connection: Connection) -> None:
        while head := connection.request():
            response = self._responses[head.split()[1].decode()] if self._allowed() else http(429, {"code": 8})
            connection.send(response.replace(b"Connection: close\r\n", b""))

    def _allowed(self) -> bool:
        """Return whether a request is within the rate: a bucket of tokens that fills at the rate."""
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._rate, self._tokens + (now - self._filled) * self._rate)
            self._filled = now
            allowed = self._tokens >= 1
            self._tokens -= allowed
            self.rejected += not allowed
            return allowed
