"""The emulator as an object: start, stop, and what tests do with it."""

from __future__ import annotations

import copy
import os
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol

from .api import Api
from .recorder import Counts, SeenRequest
from .samples import sample_gateway
from .schema import UUID, GatewayDataError, encode_json, parse_gateways
from .scripting import (
    GATEWAYS_PATH,
    Answer,
    Faults,
    Script,
    TokenBucket,
    check_at_least,
    check_status,
    comparable_path,
    error_answer,
    header_pairs,
)
from .server import HttpServer
from .store import Transition, merge

EXAMPLE_GATEWAYS = Path(__file__).with_name("example.yaml")
"""A file with two example gateways, one READY and one CREATING."""

_NAMESPACE = uuid.UUID("5f0c3c1e-6d0e-4f0c-9b59-3f6c2b1c7a10")
_PROXY_VARIABLES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_NOT_GIVEN: Any = object()
_FIRST_ERROR = 400


class EmulatorError(Exception):
    """The emulator can't start, or can't do what it is told; the message is one line."""


class _MonkeyPatch(Protocol):
    def setenv(self, name: str, value: str) -> None: ...


class Emulator:
    """CoreWeave's gateway API on loopback, in a thread of this process.

    A context manager; :meth:`start` and :meth:`stop` do the same. It answers when :meth:`start` returns. Wherever a
    method can't do what it is told, it raises :class:`EmulatorError` and changes nothing: there is no such gateway,
    the API could not send the gateway, or an argument is out of its range.

    Args:
        gateways: the gateways that it starts with: a list as on the wire, or the path of a YAML file.
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
        with self._changes():
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
        """Start to answer, at a new URL."""
        server = HttpServer(self._api.respond, self._host, self._port)
        try:
            self._url = server.start()
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise EmulatorError(f"can't listen on {self._host} port {self._port}: {reason}") from None
        self._server = server

    def stop(self) -> None:
        """Close all connections and stop; harmless when it has stopped already."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    @property
    def url(self) -> str:
        """The URL at which it answers, such as ``http://127.0.0.1:40123``."""
        return self._url

    @property
    def token(self) -> str:
        """The bearer token that it requires."""
        return self._token

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that lead a program here, for ``LocalWorkspaceOptions(env_vars=…)``.

        Where the environment has a proxy, they exempt the emulator from it.
        """
        found = {"COREWEAVE_API_ENDPOINT": self._url, "COREWEAVE_API_TOKEN": self._token}
        if any(os.environ.get(name) for name in _PROXY_VARIABLES):
            exempt = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
            found["no_proxy"] = found["NO_PROXY"] = f"{exempt},{self._host}" if exempt else self._host
        return found

    def setenv(self, monkeypatch: _MonkeyPatch) -> None:
        """Set :attr:`environ` in this process for the rest of a test: what an inline program needs.

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
        organization_id: str = "org-7f3a",
        routing: Literal["body", "header", "path"] = "body",
        additional_dns: Sequence[str] = (),
    ) -> str:
        """Add a gateway, and return its id: this one, or a realistic one made from the other arguments.

        Args:
            gateway: as on the wire, ``{"spec": …, "status": …}``.
            gateway_id: its UUID; by default one made from the name, the same in every run.
            name: its name.
            ready: READY with endpoints; otherwise CREATING without endpoints.
            zone: the zone it is in.
            organization_id: the organization that owns it.
            routing: how it finds the model that a request is for.
            additional_dns: further DNS names of its endpoint.

        """
        with self._changes():
            if gateway is None:
                gateway = sample_gateway(
                    gateway_id or self._new_id(name),
                    name=name,
                    ready=ready,
                    zone=zone,
                    organization_id=organization_id,
                    routing=routing,
                    additional_dns=additional_dns,
                )
            elif gateway_id is None:
                gateway = merge({"spec": {"id": self._new_id(name)}}, gateway)
            else:
                gateway = merge(gateway, {"spec": {"id": gateway_id}})
            return self._api.store.put(gateway)

    def replace(self, gateways: Iterable[Mapping[str, Any]] | str | os.PathLike[str]) -> None:
        """Have these gateways and no others: a list as on the wire, or the path of a YAML file."""
        with self._changes():
            self._api.store.replace(_load(gateways))

    def get(self, gateway_id: str) -> dict[str, Any]:
        """Return a gateway as the API would send it, which doesn't count as a read."""
        with self._changes(gateway_id):
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
        with self._changes(gateway_id):
            changes = {"spec": spec, "status": status}
            self._api.store.change(gateway_id, {name: value for name, value in changes.items() if value is not None})

    def remove(self, gateway_id: str) -> None:
        """Remove a gateway."""
        with self._changes(gateway_id):
            self._api.store.remove(gateway_id)

    def become_ready(
        self, gateway_id: str, *, after_reads: int | None = None, after_seconds: float | None = None
    ) -> None:
        """Let a gateway become READY with its endpoints; by default at once.

        Args:
            gateway_id: its UUID.
            after_reads: how many answers still show it as it is; a get is one, and so is a list that has it.
            after_seconds: how long it stays as it is.

        """
        self.transition(gateway_id, after_reads=after_reads, after_seconds=after_seconds)

    def transition(
        self,
        gateway_id: str,
        change: Mapping[str, Any] | None = None,
        *,
        after_reads: int | None = None,
        after_seconds: float | None = None,
    ) -> None:
        """Let a gateway change by itself; a second transition counts from the first.

        Args:
            gateway_id: its UUID.
            change: merged into it, such as ``{"status": {"status": "STATUS_FAILED"}}``; None for the change to READY.
            after_reads: as for :meth:`become_ready`.
            after_seconds: as for :meth:`become_ready`.

        """
        with self._changes(gateway_id):
            if after_reads is not None and after_seconds is not None:
                raise EmulatorError("after_reads and after_seconds exclude each other")
            check_at_least("after_reads", after_reads or 0, 0)
            check_at_least("after_seconds", after_seconds or 0, 0)
            self._api.store.add_transition(gateway_id, Transition(change, after_reads or 0, after_seconds or 0.0))

    def script(
        self,
        status: int | None = None,
        *,
        gateway_id: str | None = None,
        path: str | None = None,
        headers: Mapping[str, str | Sequence[str]] | None = None,
        json: Any = _NOT_GIVEN,
        text: str | None = None,
        body: bytes | None = None,
        delay: float = 0.0,
        times: int | None = _NOT_GIVEN,
        attempts: Sequence[int] = (),
    ) -> None:
        """Script the next answers.

        Scripts for one gateway or path come before those for all calls, older before newer.

        Args:
            status: the HTTP status. Without status and body, the emulator's own answer, with the headers and delay.
            gateway_id: only calls that get this gateway.
            path: only calls to this path.
            headers: further headers.
            json: the body; an error without any body has the API's for its status.
            text: the body, as text.
            body: the body, as bytes.
            delay: seconds before the answer.
            times: for how many calls: one by default, or as many as ``attempts`` has; None for all.
            attempts: only the calls with these numbers, counted from 1 for each path.

        """
        with self._changes():
            if gateway_id is not None:
                if path is not None or UUID.fullmatch(gateway_id) is None:
                    raise EmulatorError("gateway_id must be a UUID, and excludes a path")
                path = f"{GATEWAYS_PATH}/{gateway_id}"
            elif path is not None and (not path.startswith("/") or "?" in path):
                raise EmulatorError("path must begin with '/' and have no query")
            if times is _NOT_GIVEN:
                times = len(set(attempts)) or 1
            check_at_least("delay", delay, 0)
            check_at_least("times", 1 if times is None else times, 1)
            check_at_least("attempts", min(attempts, default=1), 1)
            self._api.scripts.append(
                Script(
                    _scripted_answer(status, json, text, body),
                    header_pairs(headers),
                    delay,
                    None if path is None else comparable_path(path),
                    attempts,
                    times,
                )
            )

    def fail_some(
        self,
        share: float,
        statuses: Sequence[int] = (429, 503),
        *,
        seed: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Let a share of the calls fail, the same ones in every run: chosen by path and attempt.

        Args:
            share: from 0 (no call fails) to 1 (every call fails).
            statuses: the HTTP statuses; a failing call gets one of them.
            seed: another seed makes other calls fail.
            headers: further headers of the failing answers.

        """
        with self._changes():
            if not 0 <= share <= 1 or not statuses:
                raise EmulatorError(f"share must be between 0 and 1, not {share!r}, and statuses must not be empty")
            for status in statuses:
                check_status(status)
            self._api.faults = Faults(share, statuses, seed, header_pairs(headers))

    def switch(
        self, *, latency: float | None = None, page_size: int | None = None, requests_per_second: float | None = None
    ) -> None:
        """Change how the emulator answers; what is not given stays.

        Args:
            latency: seconds that each answer takes.
            page_size: gateways in each page of a list; 0 for one page.
            requests_per_second: answer 429 to calls beyond this rate (a token bucket that holds one second's calls);
                0 for no limit.

        """
        with self._changes():
            check_at_least("latency", latency or 0, 0)
            check_at_least("page_size", page_size or 0, 0)
            check_at_least("requests_per_second", requests_per_second or 0, 0)
            if latency is not None:
                self._api.latency = latency
            if page_size is not None:
                self._api.page_size = page_size
            if requests_per_second is not None:
                self._api.bucket = TokenBucket(requests_per_second) if requests_per_second else None

    def requests(self) -> list[SeenRequest]:
        """Return the requests to the API since the last reset."""
        with self._api.lock:
            return self._api.recorder.requests()

    def counts(self) -> Counts:
        """Return what was counted since the last reset; cheap even after many requests."""
        with self._api.lock:
            return self._api.recorder.counts()

    def forget_requests(self) -> None:
        """Forget the requests seen, and count from 1 again; all else stays."""
        with self._api.lock:
            self._api.recorder.reset()

    def reset(self) -> None:
        """Return to the gateways that it started with: nothing scripted, nothing switched, nothing seen."""
        with self._api.lock:
            self._added.clear()
            self._api.reset()
            self._api.store.replace(self._initial)

    def _new_id(self, name: str) -> str:
        self._added[name] = self._added.get(name, 0) + 1
        return str(uuid.uuid5(_NAMESPACE, f"{name}/{self._added[name]}"))

    @contextmanager
    def _changes(self, gateway_id: str | None = None) -> Iterator[None]:
        """Hold the lock, and turn what goes wrong into an EmulatorError."""
        try:
            with self._api.lock:
                yield
        except KeyError:
            raise EmulatorError(f"the emulator has no gateway {gateway_id}") from None
        except (GatewayDataError, ValueError) as error:
            raise EmulatorError(str(error)) from None


def _load(gateways: Iterable[Mapping[str, Any]] | str | os.PathLike[str]) -> list[dict[str, Any]]:
    if not isinstance(gateways, (str, os.PathLike)):
        return parse_gateways(list(gateways))
    from .files import load_gateways  # PyYAML is needed for files alone

    return load_gateways(gateways)


def _scripted_answer(status: int | None, json: Any, text: str | None, body: bytes | None) -> Answer | None:
    """Return the answer that a script describes; None for the emulator's own."""
    bodies = []
    if json is not _NOT_GIVEN:
        bodies.append(("application/json", encode_json(json)))
    if text is not None:
        bodies.append(("text/plain; charset=utf-8", text.encode("utf-8", "backslashreplace")))
    if body is not None:
        bodies.append(("application/octet-stream", bytes(body)))
    if len(bodies) > 1:
        raise ValueError("json, text and body exclude each other")
    if status is not None:
        check_status(status)
    if bodies:
        [(content_type, content)] = bodies
        return Answer(status or 200, content, (("Content-Type", content_type),))
    if status is not None and status >= _FIRST_ERROR:
        return error_answer(status, "scripted by the emulator")
    return None if status is None else Answer(status)
