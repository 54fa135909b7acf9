"""The emulator as an object: start, stop, and what tests do with it."""

from __future__ import annotations

import copy
import os
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from .api import Api
from .recorder import Counts, RecordedRequest
from .samples import sample_gateway
from .schema import EmulatorError, encode_json, parse_gateways
from .scripting import (
    GATEWAYS_PATH,
    Failures,
    Response,
    Script,
    TokenBucket,
    check_headers,
    check_status,
    error_response,
    require,
)
from .server import HttpServer
from .store import Transition

if TYPE_CHECKING:
    import pytest

EXAMPLE_GATEWAYS = Path(__file__).with_name("example.yaml")
"""A file with two example gateways, one READY and one CREATING."""

_NAMESPACE = uuid.UUID("5f0c3c1e-6d0e-4f0c-9b59-3f6c2b1c7a10")
_PROXY_VARIABLES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_FIRST_ERROR = 400


class Emulator:
    """CoreWeave's gateway API on loopback, in threads of this process.

    A context manager; :meth:`start` and :meth:`stop` do the same. A method raises :class:`EmulatorError`, and changes
    nothing, if there is no such gateway, the API could not send the gateway, or an argument is out of range.

    Args:
        gateways: the initial gateways: a list as on the wire, or the path of a YAML file.
        token: the bearer token that it requires; a random one by default.
        host: the address to listen on.
        port: the port; 0 for any that is free.

    """

    def __init__(
        self,
        gateways: Iterable[Mapping[str, Any]] | str | os.PathLike[str] = (),
        *,
        token: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._token = token or f"emulator-{secrets.token_hex(12)}"
        self._host, self._port = host, port
        self._api = Api(self._token)
        self._server: HttpServer | None = None
        self._url = ""
        self._added: dict[str, int] = {}
        self._initial = _load(gateways)
        self._api.store.replace(self._initial)

    def __enter__(self) -> Emulator:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<{type(self).__name__} {self._url or 'stopped'}>"

    def start(self) -> None:
        """Start to listen, at a new URL."""
        try:
            self._server = HttpServer(self._api, self._host, self._port)
        except (OSError, UnicodeError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise EmulatorError(f"can't listen on {self._host} port {self._port}: {reason}") from None
        self._url = self._server.url

    def stop(self) -> None:
        """Close all connections and stop listening; do nothing if it is stopped already."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    @property
    def url(self) -> str:
        """The URL that it listens on, such as ``http://127.0.0.1:40123``."""
        return self._url

    @property
    def token(self) -> str:
        """The bearer token that it requires."""
        return self._token

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables with which a program uses the emulator, for ``LocalWorkspaceOptions(env_vars=…)``.

        If the environment names a proxy, they exempt the emulator from it.
        """
        found = {"COREWEAVE_API_ENDPOINT": self._url, "COREWEAVE_API_TOKEN": self._token}
        if any(os.environ.get(name) for name in _PROXY_VARIABLES):
            exempt = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
            found["no_proxy"] = found["NO_PROXY"] = f"{exempt},{self._host}" if exempt else self._host
        return found

    def setenv(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Set :attr:`environ` in this process for the rest of a test, for an inline program.

        Args:
            monkeypatch: pytest's fixture.

        """
        for name, value in self.environ.items():
            monkeypatch.setenv(name, value)

    def add(
        self,
        gateway: Mapping[str, Any] | None = None,
        *,
        gateway_id: str | None = None,
        name: str = "gateway",
        ready: bool = True,
        zone: str = "US-EAST-04A",
        routing: Literal["body", "header", "path"] = "body",
        additional_dns: Sequence[str] = (),
    ) -> str:
        """Add the given gateway, or else a realistic one, and return its ID.

        Args:
            gateway: as on the wire, ``{"spec": …, "status": …}``; excludes the other arguments.
            gateway_id: its UUID; by default one made from the name, the same in every run.
            name: its name.
            ready: READY with endpoints; otherwise CREATING, without endpoints.
            zone: its zone.
            routing: how it finds the model that a request is for.
            additional_dns: further DNS names of its endpoint.

        """
        with self._api.lock:
            if gateway is None:
                gateway = sample_gateway(
                    gateway_id or self._new_id(name),
                    name=name,
                    ready=ready,
                    zone=zone,
                    routing=routing,
                    additional_dns=additional_dns,
                )
            return self._api.store.put(gateway)

    def replace(self, gateways: Iterable[Mapping[str, Any]] | str | os.PathLike[str]) -> None:
        """Replace all gateways.

        Args:
            gateways: a list as on the wire, or the path of a YAML file.

        """
        loaded = _load(gateways)
        with self._api.lock:
            self._api.store.replace(loaded)

    def get(self, gateway_id: str) -> dict[str, Any]:
        """Return a gateway as the API would send it; this doesn't count as a read."""
        with self._api.lock:
            return copy.deepcopy(self._api.store.get(gateway_id).value)

    def change(
        self, gateway_id: str, *, spec: Mapping[str, Any] | None = None, status: Mapping[str, Any] | None = None
    ) -> None:
        """Merge changes into a gateway (RFC 7396): None removes a field, objects merge, anything else replaces.

        Args:
            gateway_id: its UUID.
            spec: fields of its spec, as on the wire.
            status: fields of its status, as on the wire.

        """
        with self._api.lock:
            changes = {"spec": spec, "status": status}
            self._api.store.change(gateway_id, {name: value for name, value in changes.items() if value})

    def remove(self, gateway_id: str) -> None:
        """Remove a gateway."""
        with self._api.lock:
            self._api.store.remove(gateway_id)

    def become_ready(self, gateway_id: str, *, after_reads: int = 0) -> None:
        """Make a gateway READY, with endpoints.

        Args:
            gateway_id: its UUID.
            after_reads: how many responses still show it unchanged; those to a list that contains it count, too.

        """
        self.transition(gateway_id, after_reads=after_reads)

    def transition(self, gateway_id: str, change: Mapping[str, Any] | None = None, *, after_reads: int = 0) -> None:
        """Schedule a change of a gateway; a second transition counts from the first.

        Args:
            gateway_id: its UUID.
            change: merged into it, such as ``{"status": {"status": "STATUS_FAILED"}}``; by default the change to READY.
            after_reads: as for :meth:`become_ready`.

        """
        require(after_reads >= 0, f"after_reads must be 0 or more, not {after_reads!r}")
        with self._api.lock:
            self._api.store.add_transition(gateway_id, Transition(change, after_reads))

    def script(
        self,
        status: int | None = None,
        *,
        gateway_id: str | None = None,
        path: str | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        text: str | None = None,
        delay: float = 0.0,
        times: int | None = 1,
    ) -> None:
        """Script the next responses.

        Scripts for one gateway or path come before those for all requests, older before newer.

        Args:
            status: the HTTP status. Without a status and a body, it is the emulator's own response, with the headers
                and the delay.
            gateway_id: only for requests that get this gateway.
            path: only for requests to this path.
            headers: further headers.
            json: the body; an error without a body has the API's for its status.
            text: the body, as text.
            delay: seconds before the response.
            times: how many requests get it; None for all.

        """
        require(gateway_id is None or path is None, "gateway_id and path exclude each other")
        require(json is None or text is None, "json and text exclude each other")
        require(delay >= 0, f"delay must be 0 or more, not {delay!r}")
        require(times is None or times >= 1, f"times must be 1 or more, not {times!r}")
        if gateway_id is not None:
            path = f"{GATEWAYS_PATH}/{gateway_id}"
        require(
            path is None or (path.startswith("/") and "?" not in path), "path must begin with '/' and have no query"
        )
        if status is not None:
            check_status(status)
        response = _scripted_response(status, json, text)
        script = Script(response, check_headers(headers), delay, path.lower() if path else None, times)
        with self._api.lock:
            self._api.scripts.append(script)

    def fail_some(self, share: float, statuses: Sequence[int] = (429, 503), *, seed: str = "") -> None:
        """Make a share of the requests fail, the same ones in every run: chosen by path and attempt.

        Args:
            share: from 0 (no request fails) to 1 (every request fails).
            statuses: the HTTP statuses; a failing request gets one of them.
            seed: another seed makes other requests fail.

        """
        require(0 <= share <= 1, f"share must be between 0 and 1, not {share!r}")
        require(bool(statuses), "statuses must not be empty")
        for status in statuses:
            check_status(status)
        with self._api.lock:
            self._api.failures = Failures(share, statuses, seed)

    def switch(self, *, latency: float | None = None, requests_per_second: float | None = None) -> None:
        """Change how the emulator responds; what is not given stays.

        Args:
            latency: seconds that each response takes.
            requests_per_second: respond 429 to requests beyond this rate (a token bucket that holds one second's
                requests); 0 for no limit.

        """
        for name, value in (("latency", latency), ("requests_per_second", requests_per_second)):
            require(value is None or value >= 0, f"{name} must be 0 or more, not {value!r}")
        with self._api.lock:
            if latency is not None:
                self._api.latency = latency
            if requests_per_second is not None:
                self._api.bucket = TokenBucket(requests_per_second) if requests_per_second else None

    def requests(self) -> list[RecordedRequest]:
        """Return the requests received since the last reset."""
        with self._api.lock:
            return self._api.recorder.requests()

    def counts(self) -> Counts:
        """Return the counts since the last reset; cheap even after many requests."""
        with self._api.lock:
            return self._api.recorder.counts()

    def forget_requests(self) -> None:
        """Forget the requests received, and count from 1 again; all else stays."""
        with self._api.lock:
            self._api.recorder.reset()

    def reset(self) -> None:
        """Return to the initial gateways, without scripts, failures, limits, latency and recorded requests."""
        with self._api.lock:
            self._added.clear()
            self._api.reset()
            self._api.store.replace(self._initial)

    def _new_id(self, name: str) -> str:
        self._added[name] = self._added.get(name, 0) + 1
        return str(uuid.uuid5(_NAMESPACE, f"{name}/{self._added[name]}"))


def _load(gateways: Iterable[Mapping[str, Any]] | str | os.PathLike[str]) -> list[dict[str, Any]]:
    if not isinstance(gateways, (str, os.PathLike)):
        return parse_gateways(list(gateways))
    from .files import load_gateways  # PyYAML is needed for files alone

    return load_gateways(gateways)


def _scripted_response(status: int | None, json: Any, text: str | None) -> Response | None:
    """Return the response that a script describes; None for the emulator's own."""
    if json is not None:
        return Response(status or 200, encode_json(json), {"Content-Type": "application/json"})
    if text is not None:
        content = text.encode("utf-8", "backslashreplace")
        return Response(status or 200, content, {"Content-Type": "text/plain; charset=utf-8"})
    if status is not None and status >= _FIRST_ERROR:
        return error_response(status, "scripted by the emulator")
    return None if status is None else Response(status)
