"""The API's calls, and what replaces or delays their answers."""

from __future__ import annotations

import asyncio
import hmac
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from .recorder import Recorder
from .schema import UUID, WireStyle
from .scripting import (
    GATEWAYS_PATH,
    Answer,
    Faults,
    ScriptBook,
    TokenBucket,
    error_answer,
    json_answer,
    replace_headers,
)
from .store import GatewayStore, StoredGateway
from .times import parse_time

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Switches:
    """How the API behaves.

    Attributes:
        style: how it writes its answers.
        latency: seconds that each answer takes.
        page_size: gateways in each page of a list; 0 for one page.
        requests_per_second: calls beyond this rate are answered 429; 0 for no limit.

    """

    style: WireStyle = field(default_factory=WireStyle)
    latency: float = 0.0
    page_size: int = 0
    requests_per_second: float = 0.0


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
    """The API and all that it holds; its lock guards every attribute.

    Args:
        token: the bearer token that it requires.

    """

    def __init__(self, token: str) -> None:
        self.lock = threading.RLock()
        self.store = GatewayStore()
        self.recorder = Recorder(token)
        self._token = token
        self.reset()

    def reset(self) -> None:
        """Drop scripts, failures, switches and recorded requests."""
        with self.lock:
            self.recorder.reset()
            self.scripts = ScriptBook()
            self.faults = Faults()
            self.set_switches(Switches())

    def set_switches(self, switches: Switches) -> None:
        """Change how the API behaves; a rate limit starts with a full bucket."""
        self.switches = switches
        self._bucket = TokenBucket(switches.requests_per_second) if switches.requests_per_second else None

    async def respond(self, request: Request) -> Answer:
        """Record a request, and return its answer when it is due."""
        path = request.target.partition("?")[0]
        with self.lock:
            seen = self.recorder.begin(request.method, request.target, request.headers, request.connection)
            script = self.scripts.take(path, seen.attempt)
            replaced = script.answer if script else self.faults.take(path, seen.attempt)
            if not script and not replaced and self._bucket and not self._bucket.take(time.monotonic()):
                replaced = error_answer(429, "rate limit exceeded")
            delay = self.switches.latency + (script.delay if script else 0.0)
        if delay:
            await asyncio.sleep(delay)
        with self.lock:
            try:
                answer = replaced or self._own_answer(request)
            except Exception as error:  # noqa: BLE001 - clients get a readable answer even to a bug of the emulator
                _LOG.exception("The emulator failed to answer a request")
                answer = error_answer(500, f"the emulator failed: {type(error).__name__}: {error}")
            headers = replace_headers((("X-Request-Id", f"emulator-{seen.number}"),), answer.headers)
            if script and not replaced:
                headers = replace_headers(headers, script.headers)
            self.recorder.end(seen, answer.status)
        return Answer(answer.status, answer.body, headers)

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
        return json_answer({"gateway": stored.write(self.switches.style)})

    def _list_gateways(self, query: dict[str, str]) -> Answer:
        shown = list(self.store)
        if "updatedAfter" in query:
            try:
                earliest = parse_time(query["updatedAfter"])
            except ValueError as error:
                return error_answer(400, f"invalid updatedAfter: {error}")
            shown = [stored for stored in shown if (_updated_at(stored) or earliest) > earliest]
        more: dict[str, str] = {}
        if size := self.switches.page_size:
            token = query.get("pageToken") or "0"
            # What a token means is the server's business; here it is the place of the page's first gateway.
            if not (token.isascii() and token.isdecimal() and int(token) <= len(shown)):
                return error_answer(400, "invalid pageToken")
            start = int(token)
            if start + size < len(shown):
                more = {"nextPageToken": str(start + size)}
            shown = shown[start : start + size]
        for stored in shown:
            stored.reads += 1
        return json_answer({**self._list_field("items", [one.write(self.switches.style) for one in shown]), **more})

    def _get_parameters(self) -> Answer:
        zones = {zone for stored in self.store for zone in _strings(stored.as_given(), "spec", "zones")}
        return json_answer(self._list_field("zones", sorted(zones)))

    def _list_field(self, name: str, values: list[Any]) -> dict[str, Any]:
        """Return a field with a list; an empty list is a default and left out like any other."""
        if values or self.switches.style.defaults_present:
            return {name: values}
        return {name: None} if self.switches.style.nulls else {}


def _updated_at(stored: StoredGateway) -> int | None:
    """Return the time of a gateway's last update; None where it has none."""
    try:
        return parse_time(*_strings(stored.as_given(), "status", "updatedAt"))
    except (ValueError, TypeError):
        return None


def _strings(gateway: dict[str, Any], block: str, name: str) -> list[str]:
    """Return the strings in a field of a gateway that may hold anything."""
    found = gateway.get(block)
    value = found.get(name) if isinstance(found, dict) else None
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
