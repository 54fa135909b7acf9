"""An emulator that runs, as a Python object: its controls as methods."""

from __future__ import annotations

import base64
import json as json_module
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from .samples import sample_gateway

_NAMESPACE = uuid.UUID("5f0c3c1e-6d0e-4f0c-9b59-3f6c2b1c7a10")
_TIMEOUT = 30.0
_FIRST_ERROR = 400
_PROXY_VARIABLES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_NOTHING: Any = object()


class EmulatorError(Exception):
    """The emulator could not be started or reached, or refused a control; one line that says why."""


@dataclass(frozen=True)
class SeenRequest:
    """A request that the emulator has seen.

    Attributes:
        number: counted from 1 since the last reset.
        attempt: the same among the requests to this path.
        time: when it came, in seconds since 1970.
        method: its method.
        path: its path as sent.
        query: its query as sent, without the ``?``.
        headers: its headers, tokens masked.
        connection: which connection it came on, counted from 1 since the last reset.
        status: the status it was answered; None while it is not.

    """

    number: int
    attempt: int
    time: float
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    connection: int
    status: int | None


@dataclass(frozen=True)
class Counts:
    """What the emulator has counted since the last reset.

    Attributes:
        requests: requests to the API.
        connections: connections on which they came.
        peak_concurrency: the most that were under way at the same moment.
        by_status: how many were answered each status.
        by_path: how many were sent to each path.

    """

    requests: int
    connections: int
    peak_concurrency: int
    by_status: Mapping[int, int]
    by_path: Mapping[str, int]


class Emulator:
    """Talks to the controls of an emulator that runs.

    Args:
        url: where it answers, such as ``http://127.0.0.1:40123``.
        token: the bearer token that it asks for.

    Every method raises :class:`EmulatorError` if the emulator can't be reached or refuses what it is told.

    """

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token
        self._made: dict[str, int] = {}

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<{type(self).__name__} {self.url}>"

    @property
    def token(self) -> str:
        """The bearer token that it asks for."""
        return self._token

    @property
    def environ(self) -> dict[str, str]:
        """The environment that leads a Pulumi program here, for ``LocalWorkspaceOptions(env_vars=…)``.

        Where a proxy is set, they exempt this machine from it.
        """
        found = {"COREWEAVE_API_ENDPOINT": self.url, "COREWEAVE_API_TOKEN": self._token}
        if any(os.environ.get(name) for name in _PROXY_VARIABLES):
            exempt = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
            here = str(urlsplit(self.url).hostname)
            found["no_proxy"] = found["NO_PROXY"] = f"{exempt},{here}" if exempt else here
        return found

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
        unchecked: bool = False,
    ) -> str:
        """Add a gateway: this one, or a realistic one made from the other arguments.

        Args:
            gateway: as on the wire, ``{"spec": …, "status": …}``.
            gateway_id: its UUID; one made from the name, the same in every run, if it has none.
            name: its name.
            ready: READY with endpoints; otherwise CREATING, without any.
            zone: the zone it is in.
            organization_id: the organization that owns it.
            routing: how it finds the model that a request is for.
            additional_dns: further DNS names of its endpoint.
            unchecked: the gateway is answered as it is, even if the API could never send it.

        Returns:
            Its id.

        """
        if gateway is not None:
            spec = gateway.get("spec")
            found = spec.get("id") if isinstance(spec, Mapping) else None
            gateway_id = gateway_id or (found if isinstance(found, str) else None)
        gateway_id = gateway_id or self._new_id(name)
        if gateway is None:
            gateway = sample_gateway(
                gateway_id,
                name=name,
                ready=ready,
                zone=zone,
                organization_id=organization_id,
                routing=routing,
                additional_dns=additional_dns,
            )
        self._send("PUT", _gateway_path(gateway_id, unchecked), gateway)
        return gateway_id

    def replace(self, gateways: Iterable[Mapping[str, Any]]) -> None:
        """Have these gateways, as on the wire, and no others: one request, however many they are."""
        self._send("PUT", "/gateways", {"gateways": list(gateways)})

    def get(self, gateway_id: str) -> dict[str, Any]:
        """Return a gateway as the emulator keeps it; that is no read of it."""
        found: dict[str, Any] = self._send("GET", _gateway_path(gateway_id))
        return found

    def change(
        self,
        gateway_id: str,
        *,
        spec: Mapping[str, Any] | None = None,
        status: Mapping[str, Any] | None = None,
        unchecked: bool = False,
    ) -> None:
        """Merge changes into a gateway: None removes a field, objects merge, anything else replaces.

        Args:
            gateway_id: its UUID.
            spec: fields of its spec, as on the wire.
            status: fields of its status, as on the wire.
            unchecked: the result is answered as it is, even if the API could never send it.

        """
        change = {key: value for key, value in (("spec", spec), ("status", status)) if value is not None}
        self._send("PATCH", _gateway_path(gateway_id, unchecked), change)

    def remove(self, gateway_id: str) -> None:
        """Have a gateway no more."""
        self._send("DELETE", _gateway_path(gateway_id))

    def become_ready(
        self, gateway_id: str, *, after_reads: int | None = None, after_seconds: float | None = None
    ) -> None:
        """Let a gateway become READY, with its endpoints; without a number, at once.

        Args:
            gateway_id: its UUID.
            after_reads: how many answers still show it as it is; both a get and a list are one.
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
            change: merged into it, such as ``{"status": {"status": "STATUS_FAILED"}}``; without, to READY.
            after_reads: how many answers still show it as it is; both a get and a list are one.
            after_seconds: how long it stays as it is.

        """
        wanted = (("change", change), ("afterReads", after_reads), ("afterSeconds", after_seconds))
        body = {key: value for key, value in wanted if value is not None}
        self._send("POST", f"{_gateway_path(gateway_id)}/transitions", body)

    def script(
        self,
        status: int | None = None,
        *,
        gateway_id: str | None = None,
        path: str | None = None,
        headers: Mapping[str, str | Sequence[str]] | None = None,
        json: Any = _NOTHING,
        text: str | None = None,
        body: bytes | None = None,
        delay: float = 0.0,
        times: int | None = _NOTHING,
        attempts: Sequence[int] = (),
    ) -> None:
        """Script the next answers.

        Args:
            status: the HTTP status. Without it and a body, the emulator's own answer, with headers and delay.
            gateway_id: only calls that get this gateway.
            path: only calls to this path.
            headers: further headers.
            json: the body; without any body, an error has that of the API for its status.
            text: the body, as text.
            body: the body, as bytes.
            delay: seconds before the answer.
            times: for how many calls: one, if not said, or as many as ``attempts`` are; None for all.
            attempts: only the calls with these numbers, counted for each path from 1.

        """
        wanted = {
            "status": status,
            "id": gateway_id,
            "path": path,
            "headers": None if headers is None else dict(headers),
            "text": text,
            "base64": None if body is None else base64.b64encode(body).decode(),
            "delay": delay or None,
            "attempts": list(attempts) or None,
        }
        script: dict[str, Any] = {key: value for key, value in wanted.items() if value is not None}
        if json is not _NOTHING:
            script["json"] = json
        if times is not _NOTHING:
            script["times"] = times
        self._send("POST", "/scripts", script)

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
            share: from 0 (none) to 1 (all).
            statuses: a failing call gets one of them.
            seed: another seed makes other calls fail.
            headers: further headers of the failing answers.

        """
        faults = {"share": share, "statuses": list(statuses), "seed": seed, "headers": dict(headers or {})}
        self._send("PUT", "/faults", faults)

    def switch(
        self,
        *,
        enum_numbers: bool | None = None,
        status_true: bool | None = None,
        endpoints_without_scheme: bool | None = None,
        nulls: bool | None = None,
        defaults_present: bool | None = None,
        latency: float | None = None,
    ) -> None:
        """Change how the emulator writes its answers; what is not given stays.

        Args:
            enum_numbers: enums come as their numbers.
            status_true: a condition's status comes as ``STATUS_TRUE``.
            endpoints_without_scheme: endpoints come without ``https://``.
            nulls: null for what would be left out.
            defaults_present: defaults are not left out.
            latency: seconds that each answer takes.

        """
        wanted = {
            "enumNumbers": enum_numbers,
            "statusTrue": status_true,
            "endpointsWithoutScheme": endpoints_without_scheme,
            "nulls": nulls,
            "defaultsPresent": defaults_present,
            "latency": latency,
        }
        self._send("PATCH", "/switches", {key: value for key, value in wanted.items() if value is not None})

    def requests(self) -> list[SeenRequest]:
        """Return the requests to the API since the last reset."""
        return [SeenRequest(**seen) for seen in self._send("GET", "/requests")["requests"]]

    def counts(self) -> Counts:
        """Return what was counted since the last reset; cheap even after many requests."""
        found = self._send("GET", "/counts")
        return Counts(
            requests=found["requests"],
            connections=found["connections"],
            peak_concurrency=found["peakConcurrency"],
            by_status={int(status): count for status, count in found["byStatus"].items()},
            by_path=found["byPath"],
        )

    def forget_requests(self) -> None:
        """Forget the requests seen, and start counting anew; all else stays."""
        self._send("DELETE", "/requests")

    def reset(self) -> None:
        """Return to the start: the gateways and switches it began with, nothing scripted, nothing seen."""
        self._made.clear()
        self._send("POST", "/reset")

    def _new_id(self, name: str) -> str:
        self._made[name] = self._made.get(name, 0) + 1
        return str(uuid.uuid5(_NAMESPACE, f"{name}/{self._made[name]}"))

    def _send(self, method: str, path: str, body: object = _NOTHING) -> Any:
        """Send a control, and return what it answers."""
        # Not by urllib, which would ask a proxy for what is on this machine.
        where = urlsplit(self.url)
        connection = HTTPConnection(where.hostname or "", where.port, timeout=_TIMEOUT)
        data = None if body is _NOTHING else json_module.dumps(body).encode()
        try:
            connection.request(method, f"/_emulator{path}", data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as reason:
            raise EmulatorError(f"The emulator at {self.url} can't be reached: {reason}") from None
        finally:
            connection.close()
        try:
            found: Any = json_module.loads(content) if content else None
            refusal = str(found["message"]) if answer.status >= _FIRST_ERROR else None
        except (ValueError, LookupError, TypeError):
            # Something else answers at this URL, or the server below the emulator did.
            raise EmulatorError(
                f"The emulator at {self.url} answered {method} {path} with {answer.status} and an unexpected body"
            ) from None
        if refusal is not None:
            raise EmulatorError(f"The emulator refused {method} {path}: {refusal}")
        return found


def _gateway_path(gateway_id: str, unchecked: bool = False) -> str:
    return f"/gateways/{quote(gateway_id, safe='')}{'?unchecked=true' if unchecked else ''}"
