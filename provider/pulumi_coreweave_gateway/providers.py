"""The dynamic providers: what runs in their process (``python -m pulumi.dynamic``) when the engine reads a lookup.

A state names, for each lookup, this module and an instance in it. Neither may ever change: a state that an older
version wrote must be refreshed and destroyed by every later one. All dynamic providers of a program share the process
and its four threads, so a read is one bounded call.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from pulumi.dynamic import ConfigureRequest, ReadResult, ResourceProvider

from .config import API_ENDPOINT, Settings, resolve_settings
from .deployments.outputs import deployments_outputs
from .deployments.request import DeploymentsRequest
from .errors import GatewayError, InvalidArgumentError, NotFoundError, SettingsError, without_surprises
from .gateways.outputs import gateway_outputs
from .gateways.readiness import check_ready
from .gateways.reads import Reads, Report, confirm_deleted
from .gateways.request import FleetRequest
from .pulumi_internals import report_without_traceback

if TYPE_CHECKING:
    from .client.models import Gateway

ALLOW_MISSING = "allow_missing"
"""The input by which a program that is being destroyed accepts that a gateway is gone."""
REQUIRE_READY = "require_ready"
"""The input by which a gateway must be ready."""
LOOKUP_NAME = "__name"
"""The lookup's name in the program, for messages; displays leave out such keys."""


_reads: dict[Settings, Reads] = {}
"""Those of this process, which all providers share."""
_lock = threading.Lock()


class _Provider(ResourceProvider):
    """The base class of the providers; they never create, update or delete."""

    serialize_as_secret_always = False  # a name is no secret

    def __init__(self) -> None:
        super().__init__()
        self._config: Callable[[str], str | None] = lambda _: None
        self._environ: Mapping[str, str] = os.environ

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack configuration; the SDK calls this once, before the first read."""
        report_without_traceback(GatewayError)
        self._config = req.config.get

    def check(self, _olds: dict[str, Any], _news: dict[str, Any]) -> NoReturn:
        """Refuse to create a lookup: the engine checks what it is about to create, and never a read.

        Raises:
            InvalidArgumentError: Always.

        """
        raise InvalidArgumentError(
            "a lookup can't be created: a transformation has replaced its resource options; merge them instead, with "
            "pulumi.ResourceOptions.merge(args.opts, …)"
        )

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return a lookup's outputs, or an empty ID, which removes it from the state.

        Args:
            id_: The lookup's ID.
            props: The inputs on a read step, the previous outputs on a refresh.

        Raises:
            GatewayError: The lookup failed; the state isn't changed.

        """
        outputs = without_surprises(f"the lookup of {id_}", lambda: self._outputs(id_, props))
        return ReadResult("", {}) if outputs is None else ReadResult(id_, outputs)

    def _outputs(self, id_: str, props: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the outputs, or None if the gateway was deleted since it was last read."""
        raise NotImplementedError

    def _reads_for(self, profile: str, program_endpoint: str) -> Reads:
        """Return the reads with a profile, whose client keeps its connections.

        Args:
            profile: The profile, ``""`` for the default one.
            program_endpoint: The endpoint to which an inline program of the Automation API has sent its own requests,
                for names, waits and functions; ``""`` if there were none.

        Raises:
            SettingsError: A setting is invalid, or the program has other settings than this process.

        """
        settings = resolve_settings(self._config, self._environ, profile=profile or None)
        with _lock:
            reads = _reads[settings] = _reads.get(settings) or Reads(settings)
        if program_endpoint and program_endpoint != reads.settings.endpoint:
            names = reads.settings.names
            raise SettingsError(
                f"the program uses the endpoint {program_endpoint}, but the provider uses {reads.settings.endpoint}; "
                f"an inline program of the Automation API reads os.environ: set {names.variables('endpoint')[0]} and "
                f"{names.variables('token')[0]} there as well as in env_vars"
            )
        return reads


class GatewayProvider(_Provider):
    """Reads one gateway by its UUID."""

    def __reduce__(self) -> str:
        """Pickle to the name of the module's instance."""
        return "GATEWAY"

    def _outputs(self, id_: str, props: Mapping[str, Any]) -> dict[str, Any] | None:
        # Only outputs have a status: a gateway that isn't found now was found before.
        is_refresh = "status" in props
        profile, stamps = str(props.get("profile") or ""), bool(props.get("include_timestamps"))
        reads = self._reads_for(profile, str(props.get(API_ENDPOINT) or ""))
        may_be_gone = is_refresh or bool(props.get(ALLOW_MISSING))
        gateway = _read(reads, id_, _stderr_log(_label(props)), may_be_gone=may_be_gone)
        if gateway is None:
            return None
        outputs = gateway_outputs(gateway, include_timestamps=stamps)
        if props.get(REQUIRE_READY):
            check_ready(f"gateway {id_}", outputs)
        return {**outputs, **_kept(props), "profile": profile, "include_timestamps": stamps}


class GatewaysProvider(_Provider):
    """Reads several gateways."""

    def __reduce__(self) -> str:
        """Pickle to the name of the module's instance."""
        return "GATEWAYS"

    def _outputs(self, _id: str, props: Mapping[str, Any]) -> dict[str, Any]:
        request = FleetRequest.from_state(props["request"])
        kept = {**_kept(props), "request": request.to_state(), "profile": request.profile}
        if request.gateway_ids == ():
            return {**kept, "gateways": []}
        label = _label(props)
        gateways = self._reads_for(request.profile, str(props.get(API_ENDPOINT) or "")).fleet(
            replace(request, missing="skip") if props.get(ALLOW_MISSING) else request,
            report=_stderr_log(label),
            warn=_stderr_log(f"warning: {label}"),
            # Only outputs have gateways: one that isn't found now was found before.
            refreshed="gateways" in props,
        )
        members = [gateway_outputs(gateway, include_timestamps=request.include_timestamps) for gateway in gateways]
        return {**kept, "gateways": members}


class DeploymentsProvider(_Provider):
    """Reads deployments."""

    def __reduce__(self) -> str:
        """Pickle to the name of the module's instance."""
        return "DEPLOYMENTS"

    def _outputs(self, _id: str, props: Mapping[str, Any]) -> dict[str, Any]:
        request = DeploymentsRequest.from_state(props["request"])
        reads = self._reads_for(request.profile, str(props.get(API_ENDPOINT) or ""))
        try:
            found = request.start(reads, _stderr_log(_label(props))).result()
        except NotFoundError:
            if not props.get(ALLOW_MISSING):
                raise
            found = []
        outputs = deployments_outputs(found, include_timestamps=request.include_timestamps)
        return {**_kept(props), "request": request.to_state(), "profile": request.profile, **outputs}


def _label(props: Mapping[str, Any]) -> str:
    """Return the label of a lookup in messages, such as ``lookup 'prod'``."""
    return f"lookup {str(props.get(LOOKUP_NAME) or '')!r}"


def _kept(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a later refresh needs of the inputs, which gets the outputs alone."""
    return {LOOKUP_NAME: props[LOOKUP_NAME]} if LOOKUP_NAME in props else {}


def _read(reads: Reads, gateway_id: str, report: Report, *, may_be_gone: bool) -> Gateway | None:
    """Return a gateway, or None if it may be gone, and is."""
    try:
        return reads.client.get(gateway_id, report=report)
    except NotFoundError:
        if not may_be_gone:
            raise
    found = confirm_deleted([gateway_id], lambda: reads.list(report, max_age=0.0).result())[gateway_id]
    if isinstance(found, GatewayError):
        raise found
    return found


def _stderr_log(label: str) -> Callable[[str], None]:
    """Return a function that shows the user a message: the engine displays what this process writes to stderr."""

    def log(message: str) -> None:
        # A message that can't be shown, for example because the disk behind stderr is full, is no reason to fail.
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{label}: {message}\n")
            sys.stderr.flush()

    return log


GATEWAY = GatewayProvider()
"""The provider of :class:`pulumi_coreweave_gateway.GatewayLookup`."""

GATEWAYS = GatewaysProvider()
"""The provider of :class:`pulumi_coreweave_gateway.GatewaysLookup`."""

DEPLOYMENTS = DeploymentsProvider()
"""The provider of :class:`pulumi_coreweave_gateway.DeploymentsLookup`."""
