"""The API's calls, and what replaces or delays their answers."""

from __future__ import annotations

import asyncio
import hmac
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from .recorder import Recorder
from .schema import UUID
from .scripting import (
    GATEWAYS_PATH,
    Answer,
    Faults,
    Script,
    TokenBucket,
    error_answer,
    json_answer,
    replace_headers,
    take_script,
)
from .store import GatewayStore
from .times import parse_time

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """A request to the API.

    Attributes:
        method: its method.
        target: its path and query as sent.
        headers: its headers, in the order sent.
        connection: a number that no other connection has.

    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    connection: int


class Api:
    """The API and all that it holds.

    Args:
        token: the bearer token that it requires.

    Attributes:
        lock: guards every other attribute.
        store: the gateways.
        recorder: the requests seen.
        scripts: answers that replace or delay those of the API.
        faults: failures of a share of the calls.
        latency: seconds that each answer takes.
        page_size: gateways in each page of a list; 0 for one page.
        bucket: the rate limit; None for no limit.

    """

    def __init__(self, token: str) -> None:
        self.lock = threading.RLock()
        self.store = GatewayStore()
        self.recorder = Recorder(token)
        self._token = token
        self.reset()

    def reset(self) -> None:
        """Drop all but the gateways."""
        self.recorder.reset()
        self.scripts: list[Script] = []
        self.faults = Faults()
        self.latency = 0.0
        self.page_size = 0
        self.bucket: TokenBucket | None = None

    async def respond(self, request: Request) -> Answer:
        """Record a request, and return its answer when it is due."""
        path = request.target.partition("?")[0]
        with self.lock:
            seen = self.recorder.begin(request.method, request.target, request.headers, request.connection)
            script = take_script(self.scripts, path, seen.attempt)
            replaced = script.answer if script else self.faults.take(path, seen.attempt)
            if not script and not replaced and self.bucket and not self.bucket.take(time.monotonic()):
                replaced = error_answer(429, "rate limit exceeded")
            delay = self.latency + (script.delay if script else 0.0)
        if delay:
            await asyncio.sleep(delay)
        with self.lock:
            try:
                answer = replaced or self._own_answer(request)
            except Exception as error:  # noqa: BLE001 - clients get a readable answer even to a bug of the emulator
                _LOG.exception("The emulator failed to answer a request")
                answer = error_answer(500, f"the emulator failed: {type(error).__name__}: {error}")
            headers = replace_headers((("X-Request-Id", f"emulator-{seen.number}"),), answer.headers)
            self.recorder.end(seen, answer.status)
        return Answer(answer.status, answer.body, replace_headers(headers, script.headers) if script else headers)

    def _own_answer(self, request: Request) -> Answer:
        path, _, query = request.target.partition("?")
        parent, _, name = path.rpartition("/")
        if path != GATEWAYS_PATH and (parent != GATEWAYS_PATH or not name):
            return error_answer(404, "not found")
        if request.method != "GET":
            return error_answer(405, f"method {request.method} not allowed", ("Allow", "GET"))
        if reason := self._refuse_credentials(request):
            return error_answer(401, reason, ("WWW-Authenticate", "Bearer"))
        if path == GATEWAYS_PATH:
            return self._list_gateways({key: values[0] for key, values in parse_qs(query, True).items()})
        return self._get_parameters() if name == "parameters" else self._get_gateway(unquote(name))

    def _refuse_credentials(self, request: Request) -> str | None:
        """Return why a request is unauthenticated; None if it carries the token."""
        sent = [value for name, value in request.headers if name.lower() == "authorization"]
        scheme, _, token = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
        if scheme.lower() != "bearer":
            return "missing bearer token"
        same = hmac.compare_digest(token.strip().encode("utf-8", "replace"), self._token.encode())
        return None if same else "invalid bearer token"

    def _get_gateway(self, gateway_id: str) -> Answer:
        if UUID.fullmatch(gateway_id) is None:
            return error_answer(400, "invalid gateway id: must be a UUID")
        try:
            stored = self.store.get(gateway_id)
        except KeyError:
            return error_answer(404, f"gateway {gateway_id.lower()} not found")
        stored.reads += 1
        return json_answer({"gateway": stored.value})

    def _list_gateways(self, query: dict[str, str]) -> Answer:
        shown = list(self.store)
        if "updatedAfter" in query:
            try:
                earliest = parse_time(query["updatedAfter"])
            except ValueError as error:
                return error_answer(400, f"invalid updatedAfter: {error}")
            shown = [one for one in shown if _updated_at(one.value, default=earliest) > earliest]
        more = {}
        if self.page_size:
            token = query.get("pageToken") or "0"
            # What a token means is the server's business; here it is the place of the page's first gateway.
            if not (token.isascii() and token.isdecimal() and int(token) <= len(shown)):
                return error_answer(400, "invalid pageToken")
            end = int(token) + self.page_size
            more = {"nextPageToken": str(end)} if end < len(shown) else {}
            shown = shown[int(token) : end]
        for stored in shown:
            stored.reads += 1
        # Fields at their default are left out, an empty list too.
        return json_answer(({"items": [one.value for one in shown]} if shown else {}) | more)

    def _get_parameters(self) -> Answer:
        zones = {zone for stored in self.store for zone in stored.value["spec"].get("zones", [])}
        return json_answer({"zones": sorted(zones)} if zones else {})


def _updated_at(gateway: dict[str, Any], default: int) -> int:
    """Return the time of a gateway's last update, in nanoseconds since 1970."""
    text = gateway.get("status", {}).get("updatedAt")
    return default if text is None else parse_time(text)
