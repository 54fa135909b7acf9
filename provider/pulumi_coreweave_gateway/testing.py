"""Mocks for unit tests of programs with lookups: no engine, no network, no token.

>>> pulumi.runtime.set_mocks(GatewayMocks([mock_gateway("prod")]))  # doctest: +SKIP

Waits end at once, and the lookup of a gateway that isn't among the given ones fails as with the real API.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pulumi

from .client.deployment_models import Deployment
from .client.models import Gateway, Listing, parse, parse_gateway
from .deployments.outputs import deployments_outputs
from .deployments.request import DeploymentsRequest
from .emulator.samples import sample_deployment, sample_gateway
from .errors import FleetError, NotFoundError
from .gateways.names import resolve_unique
from .gateways.outputs import gateway_outputs
from .gateways.readiness import check_ready
from .gateways.request import FleetRequest
from .program.deployments_lookup import TYPE_TOKEN as DEPLOYMENTS_LOOKUP
from .program.gateway_lookup import TYPE_TOKEN as GATEWAY_LOOKUP
from .program.gateways_lookup import TYPE_TOKEN as GATEWAYS_LOOKUP
from .program.mocks import GET_DEPLOYMENTS, GET_GATEWAY, GET_GATEWAYS, mock_gateway_id
from .providers import REQUIRE_READY
from .validation import validated_gateway_id

__all__ = [
    "DEPLOYMENTS_LOOKUP",
    "GATEWAYS_LOOKUP",
    "GATEWAY_LOOKUP",
    "GET_DEPLOYMENTS",
    "GET_GATEWAY",
    "GET_GATEWAYS",
    "GatewayMocks",
    "mock_deployment",
    "mock_gateway",
]


def mock_gateway(
    name: str = "gateway",
    *,
    gateway_id: str | None = None,
    ready: bool = True,
    zone: str = "US-EAST-04A",
    routing: Literal["body", "header", "path"] = "body",
    spec: Mapping[str, Any] | None = None,
    status: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a realistic gateway as the API would send it.

    Args:
        name: Its name.
        gateway_id: Its UUID; by default one made from the name, the same in every run.
        ready: READY with an endpoint; otherwise CREATING, without one.
        zone: Its zone.
        routing: How it finds the model that a request is for.
        spec: Fields of its spec to set, in the API's JSON form, such as ``{"zones": []}``.
        status: Fields of its status to set, in the API's JSON form, such as ``{"status": "STATUS_ERROR"}``.

    Raises:
        InvalidArgumentError: The ID isn't a UUID.

    """
    found = mock_gateway_id(name) if gateway_id is None else validated_gateway_id(gateway_id)
    gateway = sample_gateway(found, name=name, ready=ready, zone=zone, routing=routing)
    return {"spec": {**gateway["spec"], **(spec or {})}, "status": {**gateway["status"], **(status or {})}}


def mock_deployment(
    model: str = "model",
    *,
    gateway_ids: Iterable[str],
    name: str | None = None,
    deployment_id: str | None = None,
    ready: bool = True,
    spec: Mapping[str, Any] | None = None,
    status: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a realistic deployment as the API would send it.

    Args:
        model: The name of its model.
        gateway_ids: The UUIDs of the gateways that it is behind.
        name: Its name; by default the last part of the model's.
        deployment_id: Its UUID; by default one made from the name, the same in every run.
        ready: READY; otherwise CREATING.
        spec: Fields of its spec to set, in the API's JSON form, such as ``{"disabled": True}``.
        status: Fields of its status to set, in the API's JSON form, such as ``{"status": "STATUS_FAILED"}``.

    Raises:
        InvalidArgumentError: The ID isn't a UUID.

    """
    named = model.rpartition("/")[2] if name is None else name
    found = mock_gateway_id(f"deployment {named}") if deployment_id is None else validated_gateway_id(deployment_id)
    deployment = sample_deployment(found, name=named, model=model, gateway_ids=list(gateway_ids), ready=ready)
    return {"spec": {**deployment["spec"], **(spec or {})}, "status": {**deployment["status"], **(status or {})}}


class GatewayMocks(pulumi.runtime.Mocks):
    """Mocks that resolve lookups and functions with the given gateways.

    The constructor creates an event loop if the thread has none, so that ``set_mocks`` works at module level on
    Python 3.14 too.

    Args:
        gateways: The existing gateways, in the API's JSON form; :func:`mock_gateway` makes one.
        others: Mocks of all other resources and functions. By default a resource has its inputs as outputs and the
            ID ``NAME_id``, and a function returns nothing.
        deployments: The existing deployments, in the API's JSON form; :func:`mock_deployment` makes one.
        profiles: Other organizations by the profile that lookups name: the gateways of each, or mocks with its
            gateways and deployments.

    Raises:
        InvalidResponseError: One of them isn't a gateway or deployment as the API describes it.

    """

    def __init__(
        self,
        gateways: Iterable[Mapping[str, Any]] = (),
        others: pulumi.runtime.Mocks | None = None,
        *,
        deployments: Iterable[Mapping[str, Any]] = (),
        profiles: Mapping[str, Iterable[Mapping[str, Any]] | GatewayMocks] | None = None,
    ) -> None:
        _ensure_event_loop()
        self._organizations = {"": _parsed(gateways)}
        self._deployments = {"": tuple(parse(Deployment, dict(each), "deployment") for each in deployments)}
        for name, given in (profiles or {}).items():
            mocks = given if isinstance(given, GatewayMocks) else GatewayMocks(given)
            self._organizations[name], self._deployments[name] = mocks._organizations[""], mocks._deployments[""]
        self._others = others

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Return the ID and the outputs of a resource."""
        if args.typ == GATEWAY_LOOKUP:
            gateway, stamps = self._one(f"mocked lookup {args.name!r}", args.inputs), args.inputs["include_timestamps"]
            outputs = gateway_outputs(gateway, include_timestamps=stamps)
            if args.inputs.get(REQUIRE_READY):
                check_ready(f"gateway {gateway.spec.id}", outputs)
            return gateway.spec.id, {
                **outputs,
                **{name: args.inputs[name] for name in ("profile", "include_timestamps")},
            }
        if args.typ == GATEWAYS_LOOKUP:
            return args.resource_id, {**args.inputs, "gateways": self._several(args.inputs["request"])}
        if args.typ == DEPLOYMENTS_LOOKUP:
            return args.resource_id, {**args.inputs, **self._behind(args.inputs["request"])}
        if self._others is not None:
            return self._others.new_resource(args)
        return f"{args.name}_id", dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """Return the result of a function."""
        if args.token == GET_GATEWAY:
            return gateway_outputs(self._one("mocked get_gateway", args.args))
        if args.token == GET_GATEWAYS:
            return {"gateways": self._several(args.args)}
        if args.token == GET_DEPLOYMENTS:
            return self._behind(args.args)
        return self._others.call(args) if self._others is not None else {}

    def _one(self, label: str, arguments: Mapping[str, Any]) -> Gateway:
        gateways = self._organizations.get(arguments.get("profile") or "", {})
        name, gateway_id = arguments.get("gateway_name"), str(arguments.get("gateway_id"))
        if name is not None:
            return resolve_unique(label, name, Listing(tuple(gateways.values())))
        if gateway_id not in gateways:
            raise NotFoundError(f"gateway {gateway_id}: not among the mocked gateways")
        return gateways[gateway_id]

    def _several(self, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        request = FleetRequest.from_state(arguments)
        gateways = self._organizations.get(request.profile, {})
        if request.gateway_ids is None:
            chosen = list(filter(request.matches, gateways.values()))
        else:
            missing = [gateway_id for gateway_id in request.gateway_ids if gateway_id not in gateways]
            if missing and request.missing == "fail":
                error = FleetError(f"not among the mocked gateways: {', '.join(missing)}")
                error.failures = {
                    one: NotFoundError(f"gateway {one}: not among the mocked gateways") for one in missing
                }
                raise error
            chosen = [gateways[one] for one in request.gateway_ids if one in gateways]
        if not request.is_complete(chosen):
            raise NotFoundError("none of the mocked gateways matches the filters")
        return [gateway_outputs(gateway, include_timestamps=request.include_timestamps) for gateway in chosen]

    def _behind(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        request = DeploymentsRequest.from_state(arguments)
        found = request.select(Listing(self._deployments.get(request.profile, ())))
        return deployments_outputs(found, include_timestamps=request.include_timestamps)


def _parsed(gateways: Iterable[Mapping[str, Any]]) -> dict[str, Gateway]:
    parsed = [parse_gateway(dict(gateway), f"gateway {index}") for index, gateway in enumerate(gateways)]
    return {gateway.spec.id: gateway for gateway in sorted(parsed, key=lambda gateway: gateway.spec.id)}


def _ensure_event_loop() -> None:
    """Create an event loop if the thread has none: ``set_mocks`` needs one, and Python 3.14 doesn't create it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            asyncio.get_event_loop()
        except RuntimeError:
            asyncio.set_event_loop(asyncio.new_event_loop())
