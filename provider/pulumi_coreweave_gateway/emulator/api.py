"""The API's calls, and what replaces or delays their responses."""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, unquote

from .recorder import Recorder
from .schema import UUID, parse_time
from .scripting import (
    GATEWAYS_PATH,
    Failures,
    Response,
    Script,
    TokenBucket,
    error_response,
    json_response,
    take_script,
)
from .store import GatewayStore

_LOG = logging.getLogger(__name__)
_NEVER = "0001-01-01T00:00:00Z"


class Api:
    """The API and its state.

    Args:
        token: the bearer token that it requires.

    Attributes:
        lock: guards every other attribute.
        store: the gateways.
        recorder: the requests received.
        scripts: responses that replace or delay those of the API.
        failures: failures of a share of the requests.
        latency: seconds that each response takes.
        bucket: the rate limit; None for no limit.

    """

    def __init__(self, token: str) -> None:
        self.lock = threading.RLock()
        self.store = GatewayStore()
        self.recorder = Recorder(token)
        self._token = token
        self.reset()

    def reset(self) -> None:
        """Drop everything but the gateways."""
        self.recorder.reset()
        self.scripts: list[Script] = []
        self.failures = Failures()
        self.latency = 0.0
        self.bucket: TokenBucket | None = None

    def respond(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        connection: int,
        wait: Callable[[float], object],
    ) -> Response:
        """Record a request, and return the response when it is due.

        Args:
            method: its method.
            target: its path and query as sent.
            headers: its headers.
            connection: the number of its connection.
            wait: waits for a number of seconds.

        """
        headers = list(headers)
        path = target.partition("?")[0]
        with self.lock:
            seen = self.recorder.begin(method, target, headers, connection)
            script = take_script(self.scripts, path)
            replaced = script.response if script else self.failures.take(path, seen.attempt)
            if not script and not replaced and self.bucket and not self.bucket.take():
                replaced = error_response(429, "rate limit exceeded")
            delay = self.latency + (script.delay if script else 0.0)
        if delay:
            wait(delay)
        with self.lock:
            try:
                response = replaced or self._own_response(method, target, headers)
            except Exception as error:  # noqa: BLE001 - clients get a readable response even to a bug of the emulator
                _LOG.exception("The emulator failed to respond to a request")
                response = error_response(500, f"the emulator failed: {type(error).__name__}: {error}")
            self.recorder.end(seen, response.status)
        added = {"X-Request-Id": f"emulator-{seen.number}"}
        return Response(
            response.status, response.body, {**added, **response.headers, **(script.headers if script else {})}
        )

    def _own_response(self, method: str, target: str, headers: Iterable[tuple[str, str]]) -> Response:
        path, _, query = target.partition("?")
        parent, _, name = path.rpartition("/")
        if path != GATEWAYS_PATH and (parent != GATEWAYS_PATH or not name):
            return error_response(404, "not found")
        if method != "GET":
            return error_response(405, f"method {method} not allowed", Allow="GET")
        if reason := self._refuse_credentials(headers):
            return error_response(401, reason, **{"Www-Authenticate": "Bearer"})
        if path == GATEWAYS_PATH:
            return self._list_gateways({key: values[0] for key, values in parse_qs(query, True).items()})
        return self._get_parameters() if name == "parameters" else self._get_gateway(unquote(name))

    def _refuse_credentials(self, headers: Iterable[tuple[str, str]]) -> str | None:
        """Return why a request is unauthenticated; None if it carries the token."""
        sent = [value for name, value in headers if name.lower() == "authorization"]
        scheme, _, token = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
        if scheme.lower() != "bearer":
            return "missing bearer token"
        same = hmac.compare_digest(token.strip().encode(), self._token.encode())
        return None if same else "invalid bearer token"

    def _get_gateway(self, gateway_id: str) -> Response:
        if UUID.fullmatch(gateway_id) is None:
            return error_response(400, "invalid gateway id: must be a UUID")
        stored = self.store.find(gateway_id)
        if stored is None:
            return error_response(404, f"gateway {gateway_id.lower()} not found")
        stored.reads += 1
        return json_response({"gateway": stored.value})

    def _list_gateways(self, query: dict[str, str]) -> Response:
        listed = list(self.store)
        if "updatedAfter" in query:
            try:
                earliest = parse_time(query["updatedAfter"])
            except ValueError as error:
                return error_response(400, f"invalid updatedAfter: {error}")
            listed = [
                stored
                for stored in listed
                if parse_time(stored.value.get("status", {}).get("updatedAt", _NEVER)) > earliest
            ]
        for stored in listed:
            stored.reads += 1
        # Fields at their default are left out, an empty list too.
        return json_response({"items": [stored.value for stored in listed]} if listed else {})

    def _get_parameters(self) -> Response:
        zones = {zone for stored in self.store for zone in stored.value["spec"].get("zones", [])}
        return json_response({"zones": sorted(zones)} if zones else {})
