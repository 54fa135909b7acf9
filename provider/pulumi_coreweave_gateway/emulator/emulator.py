"""The emulator as an object: start, stop, and what tests do with it."""

from __future__ import annotations

import copy
import os
import re
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .resources import DEPLOYMENTS, GATEWAYS, EmulatorError, Resource, described, merge, parse, parse_all
from .samples import sample_deployment, sample_gateway
from .server import API, Api, HttpServer, RecordedRequest, Response, Script, error_response, json_response

if TYPE_CHECKING:
    import pytest

EXAMPLE_GATEWAYS = Path(__file__).with_name("example.yaml")
"""A file with two example gateways, one READY and one CREATING, and two deployments behind the first one."""

_NAMESPACE = uuid.UUID("5f0c3c1e-6d0e-4f0c-9b59-3f6c2b1c7a10")
_SHOWN_GATEWAYS = 5
_FIRST_STATUS, _FIRST_ERROR, _LAST_STATUS = 200, 400, 599
_FRAMING = {"content-length", "transfer-encoding"}


class Emulator:
    """CoreWeave's inference API on loopback, in threads of this process.

    A context manager; :meth:`start` and :meth:`stop` do the same. A method raises :class:`EmulatorError`, and changes
    nothing, if nothing has the given ID or an argument is invalid.

    Args:
        gateways: The initial gateways: a list in the API's JSON form, or the path of a YAML file, which may have
            deployments, too.
        token: The bearer token that it requires; a random one by default.
        host: The address to listen on.
        port: The port; 0 for any that is free.

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
        self.replace(gateways)

    def __enter__(self) -> Emulator:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def __repr__(self) -> str:
        """Leave the token out."""
        return f"<{type(self).__name__} {self._url if self._server else 'stopped'}>"

    def start(self) -> None:
        """Start to listen, at a new URL unless the port is given.

        Raises:
            EmulatorError: It is running already, or it can't listen there.

        """
        if self._server is not None:
            raise EmulatorError(f"the emulator is running already, at {self._url}")
        try:
            self._server = HttpServer(self._api, self._host, self._port)
        except (OSError, UnicodeError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise EmulatorError(f"can't listen on {self._host} port {self._port}: {reason}") from None
        self._url = self._server.url

    def stop(self) -> None:
        """Close all connections and stop listening; do nothing if it isn't running."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    @property
    def url(self) -> str:
        """The URL that it listens on, such as ``http://127.0.0.1:40123``; after :meth:`stop`, the last one.

        Raises:
            EmulatorError: It was never started.

        """
        if not self._url:
            raise EmulatorError("the emulator has no URL before it is started: use `with`, or call start()")
        return self._url

    @property
    def token(self) -> str:
        """The bearer token that it requires."""
        return self._token

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables with which a program uses the emulator, for ``LocalWorkspaceOptions(env_vars=…)``.

        Raises:
            EmulatorError: It was never started.

        """
        return {"COREWEAVE_API_ENDPOINT": self.url, "COREWEAVE_API_TOKEN": self._token}

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
            gateway: ``{"spec": …, "status": …}``, in the API's JSON form; excludes the other arguments.
            gateway_id: Its UUID; by default one made from the name, the same in every run.
            name: Its name.
            ready: READY with endpoints; otherwise CREATING, without endpoints.
            zone: Its zone.
            routing: How it finds the model that a request is for.
            additional_dns: Further DNS names of its endpoint.

        """
        with self._api.lock:
            if gateway is None:
                new_id = gateway_id or self._new_id(name)
                gateway = sample_gateway(
                    new_id, name=name, ready=ready, zone=zone, routing=routing, additional_dns=additional_dns
                )
            return self._put(GATEWAYS, gateway)

    def add_deployment(
        self,
        deployment: Mapping[str, Any] | None = None,
        *,
        deployment_id: str | None = None,
        name: str | None = None,
        model: str = "meta-llama/Llama-3.1-8B",
        gateway_ids: Sequence[str] = (),
        ready: bool = True,
    ) -> str:
        """Add the given deployment, or else a realistic one, and return its ID.

        Args:
            deployment: ``{"spec": …, "status": …}``, in the API's JSON form; excludes the other arguments.
            deployment_id: Its UUID; by default one made from the name, the same in every run.
            name: Its name; by default one made from that of the model.
            model: The name of its model.
            gateway_ids: The UUIDs of the gateways that it is behind.
            ready: READY; otherwise CREATING, while it loads the model's weights.

        """
        with self._api.lock:
            if deployment is None:
                name = name or re.sub(r"[^a-z0-9]+", "-", model.rpartition("/")[2].lower())
                new_id = deployment_id or self._new_id(f"{DEPLOYMENTS}/{name}")
                deployment = sample_deployment(new_id, name=name, model=model, gateway_ids=gateway_ids, ready=ready)
            return self._put(DEPLOYMENTS, deployment)

    def replace(self, gateways: Iterable[Mapping[str, Any]] | str | os.PathLike[str]) -> None:
        """Replace all gateways and deployments.

        Args:
            gateways: The new gateways, as for the constructor.

        """
        if isinstance(gateways, (str, os.PathLike)):
            from .files import load  # PyYAML is needed for files alone

            resources = load(gateways)
        else:
            resources = parse_all({GATEWAYS: list(gateways)})
        with self._api.lock:
            self._api.resources = resources

    def get(self, resource_id: str) -> dict[str, Any]:
        """Return a gateway or deployment as the API would send it; this doesn't count as a response."""
        with self._api.lock:
            return copy.deepcopy(self._find(resource_id).value)

    def served(self) -> str:
        """Return what it serves, in one line: the gateways with IDs and statuses, and the number of deployments."""
        with self._api.lock:
            resources = list(self._api.resources.values())
        gateways = [described(resource.value) for resource in resources if resource.kind == GATEWAYS]
        shown = ", ".join(gateways[:_SHOWN_GATEWAYS]) or "no gateways"
        more = f", and {len(gateways) - _SHOWN_GATEWAYS} more" if len(gateways) > _SHOWN_GATEWAYS else ""
        deployments = len(resources) - len(gateways)
        return f"{shown}{more}; {deployments} deployment{'s' * (deployments != 1)}"

    def change(
        self, resource_id: str, *, spec: Mapping[str, Any] | None = None, status: Mapping[str, Any] | None = None
    ) -> None:
        """Merge changes into a gateway or deployment (RFC 7396).

        None removes a field, objects merge, and anything else replaces the field.

        Args:
            resource_id: Its UUID.
            spec: Fields of its spec, in the API's JSON form.
            status: Fields of its status, in the API's JSON form.

        """
        with self._api.lock:
            resource = self._find(resource_id)
            changed = parse(merge(resource.value, {"spec": spec or {}, "status": status or {}}))
            if changed["spec"]["id"] != resource.value["spec"]["id"]:
                raise EmulatorError("spec.id can't be changed")
            resource.value = changed

    def remove(self, resource_id: str) -> None:
        """Remove a gateway or deployment."""
        with self._api.lock:
            self._find(resource_id)
            del self._api.resources[resource_id.lower()]

    def become_ready(self, resource_id: str, *, after_reads: int = 0) -> None:
        """Make a gateway or deployment READY; a gateway then has endpoints.

        Args:
            resource_id: Its UUID.
            after_reads: How many responses still show it unchanged; those to a list that contains it count, too.

        """
        with self._api.lock:
            self._find(resource_id).become_ready(after_reads)

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

        Scripts for one gateway or path come before those for all requests; then those for a number of requests come
        before those for all, and older before newer.

        Args:
            status: The HTTP status. Without a status and a body, it is the emulator's own response, with the headers
                and the delay.
            gateway_id: Only for requests that get this gateway.
            path: Only for requests to this path.
            headers: Further headers.
            json: The body; an error without a body has the API's for its status.
            text: The body, as a string.
            delay: Seconds before the response.
            times: How many requests get it; None for all, until the next call with None for the same requests.

        """
        if gateway_id is not None and path is not None:
            raise EmulatorError("gateway_id and path exclude each other")
        if json is not None and text is not None:
            raise EmulatorError("json and text exclude each other")
        if times is not None and times < 1:
            raise EmulatorError(f"times must be 1 or more, not {times!r}")
        if headers and _FRAMING & {name.lower() for name in headers}:
            raise EmulatorError(f"headers that say where the body ends can't be scripted: {', '.join(_FRAMING)}")
        if gateway_id is not None:
            path = f"{API}/{GATEWAYS}/{gateway_id}"
        response = _scripted_response(status, json, text)
        titled = {name.title(): value for name, value in (headers or {}).items()}
        script = Script(response, titled, delay, path.lower() if path else None, times)
        with self._api.lock:
            if times is None:
                kept = [one for one in self._api.scripts if (one.path, one.remaining) != (script.path, None)]
                self._api.scripts[:] = kept
            self._api.scripts.append(script)

    def requests(self) -> list[RecordedRequest]:
        """Return the requests received, at most the latest 10,000."""
        with self._api.lock:
            return list(self._api.requests)

    def _put(self, kind: str, value: object) -> str:
        parsed = parse(value)
        new_id: str = parsed["spec"]["id"]
        self._api.resources[new_id.lower()] = Resource(kind, parsed)
        return new_id

    def _find(self, resource_id: str) -> Resource:
        found = self._api.resources.get(resource_id.lower())
        if found is None:
            raise EmulatorError(f"the emulator has no gateway or deployment with the ID {resource_id}")
        return found

    def _new_id(self, name: str) -> str:
        self._added[name] = self._added.get(name, 0) + 1
        return str(uuid.uuid5(_NAMESPACE, f"{name}/{self._added[name]}"))


def _scripted_response(status: int | None, json: Any, text: str | None) -> Response | None:
    """Return the response that a script describes; None for the emulator's own."""
    if status is not None and not _FIRST_STATUS <= status <= _LAST_STATUS:
        raise EmulatorError(f"status must be between {_FIRST_STATUS} and {_LAST_STATUS}, not {status!r}")
    if json is not None:
        return json_response(json, status or 200)
    if text is not None:
        content = text.encode("utf-8", "backslashreplace")
        return Response(status or 200, content, {"Content-Type": "text/plain; charset=utf-8"})
    if status is not None and status >= _FIRST_ERROR:
        return error_response(status, "scripted by the emulator")
    return None if status is None else Response(status)
