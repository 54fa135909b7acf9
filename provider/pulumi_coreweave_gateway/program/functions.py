"""Functions: gateways as plain values, without a resource and without a trace in the state.

They run in the program's process, in every command that runs the program. Under ``pulumi.runtime.set_mocks`` they
return what the test's ``Mocks.call`` returns.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, overload

import pulumi

from ..errors import NotFoundError, naming
from ..gateways.names import in_use, resolve_unique
from ..gateways.outputs import gateway_outputs
from ..gateways.readiness import check_ready, warning_without_endpoint
from ..gateways.reads import LIST_MAX_AGE
from ..gateways.request import FleetRequest
from ..messages import quote_for_message
from ..pulumi_internals import is_mocked
from ..threads import run_on_thread
from . import mocks
from .arguments import (
    SequenceNotStr,
    check_invoke_options,
    is_deferred,
    refuse_outputs,
    validated_flag,
    validated_fleet_input,
    validated_gateway,
    validated_profile_input,
)
from .cli_command import tears_down, waits_for_ready
from .guarded_outputs import after_invoke_dependencies
from .output_types import GatewayResult, GatewaysResult, typed_gateway, typed_gateways
from .requests import reads_for, retry_log, thread_log
from .waiting import find_by_name

if TYPE_CHECKING:
    from ..client.models import Gateway

_UNKNOWN: Any = pulumi.output.UNKNOWN
"""The result in a teardown if a gateway is gone: nothing that uses it is updated."""


@overload
def get_gateway(
    gateway_id: str,
    *,
    gateway_name: None = None,
    require_ready: bool = False,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GatewayResult: ...


@overload
def get_gateway(
    gateway_id: None = None,
    *,
    gateway_name: str,
    require_ready: bool = False,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GatewayResult: ...


def get_gateway(
    gateway_id: str | None = None,
    *,
    gateway_name: str | None = None,
    require_ready: bool = False,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GatewayResult:
    """Look up a gateway, and return it as a plain value.

    The call blocks the program for at most ``lookupTimeout``.

    Args:
        gateway_id: The gateway's UUID.
        gateway_name: The gateway's name, instead of its ID; case matters.
        require_ready: Whether it is an error if the gateway isn't ready.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: Invoke options; ``provider`` and ``version`` are not supported.

    Returns:
        The gateway, including its timestamps.

    Raises:
        InvalidArgumentError: An argument is invalid; nothing was sent.
        SettingsError: A setting is missing or invalid; nothing was sent.
        NotFoundError: No gateway has the ID or the name.
        AmbiguousNameError: Several gateways have the name.
        NotReadyError: The gateway isn't ready, and ``require_ready`` is given.
        GatewayError: The request failed. All of these are a ``pulumi.RunError``: one line if nothing catches it.

    Examples:
        >>> gateway = get_gateway(gateway_name="prod")
        >>> pulumi.export("zones", gateway.zones)

    """
    label = "get_gateway"
    check_invoke_options(label, opts)
    refuse_outputs(label, gateway_id, gateway_name)
    asked = str(validated_gateway(label, gateway_id, gateway_name))
    profile_name = validated_profile_input(label, profile)
    by_id, must_be_ready = gateway_id is not None, validated_flag(label, "require_ready", require_ready)
    named = f"gateway {asked}" if by_id else _named(label, asked)
    if is_mocked():
        arguments = _mock_arguments(asked, profile_name, by_id=by_id)
        found = typed_gateway(mocks.call_mock(mocks.GET_GATEWAY, arguments))
    elif by_id:
        found = _result(_request(asked, profile_name).result())
    else:
        report, began = retry_log("the list of gateways"), time.monotonic()
        with naming(named):
            reads = reads_for(profile_name)
            listing = reads.list(report).result()
            if not in_use(asked, listing):
                # It may have been created or replaced since an earlier call requested the list.
                listing = reads.list(report, max_age=time.monotonic() - began).result()
        found = _result(resolve_unique(named, asked, listing))
    return _checked(found, named, must_be_ready=must_be_ready)


@overload
def get_gateway_output(
    gateway_id: pulumi.Input[str],
    *,
    gateway_name: None = None,
    require_ready: bool = False,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GatewayResult]: ...


@overload
def get_gateway_output(
    gateway_id: None = None,
    *,
    gateway_name: pulumi.Input[str],
    require_ready: bool = False,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GatewayResult]: ...


def get_gateway_output(
    gateway_id: pulumi.Input[str] | None = None,
    *,
    gateway_name: pulumi.Input[str] | None = None,
    require_ready: bool = False,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GatewayResult]:
    """Look up a gateway, and return it as an Output.

    Unlike :func:`get_gateway`, it accepts Outputs and doesn't block the program.

    Args:
        gateway_id: The gateway's UUID.
        gateway_name: The gateway's name, instead of its ID; case matters.
        require_ready: Whether it is an error if the gateway isn't ready.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: Invoke options; ``depends_on`` is supported, ``provider`` and ``version`` are not.

    Returns:
        The gateway, including its timestamps; unknown while an argument, or a resource in ``depends_on``, is.

    Raises:
        InvalidArgumentError: An argument that is known is invalid. Any other error ends the program with one line.
        SettingsError: The token is stored in plaintext in the stack configuration.

    Examples:
        >>> gateway = get_gateway_output(config.require("gatewayId"))
        >>> pulumi.export("base_url", gateway.openai_base_url)

    """
    label = "get_gateway_output"
    check_invoke_options(label, opts)
    asked = validated_gateway(label, gateway_id, gateway_name)
    profile_name = validated_profile_input(label, profile)
    by_id, must_be_ready = gateway_id is not None, validated_flag(label, "require_ready", require_ready)
    awaited = after_invoke_dependencies(label, asked, opts)
    deferred = is_deferred(awaited)

    async def find(value: str, named: str) -> GatewayResult:
        if is_mocked():
            arguments = _mock_arguments(value, profile_name, by_id=by_id)
            return typed_gateway(mocks.call_mock(mocks.GET_GATEWAY, arguments))
        if by_id:
            return _result(await asyncio.wrap_future(_request(value, profile_name)))
        return _result(await find_by_name(named, value, profile_name, deferred=deferred, max_age=LIST_MAX_AGE))

    async def get(value: str) -> GatewayResult:
        named = f"gateway {value}" if by_id else _named(label, value)
        try:
            return _checked(await find(value, named), named, must_be_ready=must_be_ready)
        except NotFoundError:
            if tears_down():
                return _UNKNOWN  # type: ignore[no-any-return]
            raise

    known: pulumi.Output[str] = pulumi.Output.from_input(awaited)
    return known.apply(get)


def get_gateways(
    gateway_ids: SequenceNotStr[str] | None = None,
    *,
    missing: Literal["fail", "skip"] | None = None,
    zones: SequenceNotStr[str] | None = None,
    statuses: SequenceNotStr[str] | None = None,
    name_pattern: str | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GatewaysResult:
    """Look up several gateways: those with the given IDs, or all that match the given filters.

    The call blocks the program. Its requests, and its time limit, are those of :class:`GatewaysLookup`.

    Args:
        gateway_ids: The UUIDs of at most 10,000 gateways; without them, all that the token may see.
        missing: What to do if a gateway isn't found by its ID, or if none matches the filters: ``"fail"`` (the
            default), or ``"skip"`` it and accept an empty list.
        zones: A filter: only gateways in one of these zones; case doesn't matter. An empty list is an error, for this
            and for ``statuses``: leave a filter out to match all gateways.
        statuses: A filter: only gateways with one of these statuses, such as ``STATUS_READY``.
        name_pattern: A filter: only gateways whose name matches a shell pattern such as ``prod-*``; case matters.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: Invoke options; ``provider`` and ``version`` are not supported.

    Returns:
        The gateways in the order of the IDs, without duplicates; without IDs, sorted by ID.

    Raises:
        InvalidArgumentError: An argument is invalid, or IDs and filters are given together; nothing was sent.
        SettingsError: A setting is missing or invalid; nothing was sent.
        FleetError: Some gateways could not be read; its ``failures`` has each of them.
        GatewayError: The list of gateways could not be read. All of these are a ``pulumi.RunError``: one line if
            nothing catches it.

    Examples:
        >>> for gateway in get_gateways(statuses=["STATUS_READY"]):
        ...     pulumi.export(gateway.name, gateway.endpoint)

    """
    label = "get_gateways"
    check_invoke_options(label, opts)
    refuse_outputs(label, gateway_ids, zones, statuses, name_pattern)
    request = validated_fleet_input(label, gateway_ids, missing, zones, statuses, name_pattern, profile=profile)
    assert isinstance(request, FleetRequest)  # noqa: S101 - no argument is an Output
    if is_mocked():
        return typed_gateways(mocks.call_mock(mocks.GET_GATEWAYS, request.to_state()).get("gateways") or [])
    return _fleet_read(label, request)()


def get_gateways_output(
    gateway_ids: pulumi.Input[SequenceNotStr[pulumi.Input[str]]] | None = None,
    *,
    missing: Literal["fail", "skip"] | None = None,
    zones: pulumi.Input[SequenceNotStr[pulumi.Input[str]]] | None = None,
    statuses: pulumi.Input[SequenceNotStr[pulumi.Input[str]]] | None = None,
    name_pattern: pulumi.Input[str] | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GatewaysResult]:
    """Look up several gateways, and return them as an Output.

    Unlike :func:`get_gateways`, it accepts Outputs and doesn't block the program.

    Args:
        gateway_ids: The UUIDs of at most 10,000 gateways; without them, all that the token may see.
        missing: What to do if a gateway isn't found by its ID, or if none matches the filters: ``"fail"`` (the
            default), or ``"skip"`` it and accept an empty list.
        zones: A filter: only gateways in one of these zones; case doesn't matter.
        statuses: A filter: only gateways with one of these statuses, such as ``STATUS_READY``.
        name_pattern: A filter: only gateways whose name matches a shell pattern such as ``prod-*``; case matters.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: Invoke options; ``depends_on`` is supported, ``provider`` and ``version`` are not.

    Returns:
        The gateways, in the same order; unknown while an argument, or a resource in ``depends_on``, is.

    Raises:
        InvalidArgumentError: An argument that is known is invalid, or IDs and filters are given together. Any other
            error ends the program with one line.
        SettingsError: The token is stored in plaintext in the stack configuration.

    Examples:
        >>> gateways = get_gateways_output([network.gateway_id, config.require("gatewayId")])
        >>> pulumi.export("endpoints", gateways.endpoints)

    """
    label = "get_gateways_output"
    check_invoke_options(label, opts)
    asked = validated_fleet_input(label, gateway_ids, missing, zones, statuses, name_pattern, profile=profile)

    async def get(request: FleetRequest) -> GatewaysResult:
        if is_mocked():
            answer = mocks.call_mock(mocks.GET_GATEWAYS, request.to_state())
            return typed_gateways(answer.get("gateways") or [])
        # What the call had to wait for may have created a gateway.
        max_age = 0.0 if deferred else LIST_MAX_AGE
        asked_for = replace(request, missing="skip") if tears_down() else request
        read = _fleet_read(label, asked_for, max_age=max_age)
        found = await asyncio.wrap_future(run_on_thread(read, "coreweave-fleet"))
        return found if request.is_complete(found) else _UNKNOWN

    awaited = after_invoke_dependencies(label, asked, opts)
    deferred = is_deferred(awaited)
    known: pulumi.Output[FleetRequest] = pulumi.Output.from_input(awaited)
    return known.apply(get)


def _request(gateway_id: str, profile: str) -> Future[Gateway]:
    """Request one gateway."""
    label = f"gateway {gateway_id}"
    with naming(label):
        return reads_for(profile).get(gateway_id, retry_log(label))


def _checked(found: GatewayResult, label: str, *, must_be_ready: bool) -> GatewayResult:
    """Return a gateway; without an endpoint, and unless the command only refreshes or destroys, warn or raise.

    Raises:
        NotReadyError: It must be ready, and isn't.

    """
    if waits_for_ready():
        if must_be_ready:
            check_ready(label, found)
        elif not found.endpoint:
            pulumi.log.warn(warning_without_endpoint(label, found.status))
    return found


def _fleet_read(label: str, request: FleetRequest, *, max_age: float = LIST_MAX_AGE) -> Callable[[], GatewaysResult]:
    """Return a function that reads a fleet, on any thread, with the settings that the program has on this one."""
    if request.gateway_ids == ():
        return GatewaysResult
    with naming(label):
        reads = reads_for(request.profile)
    report, warn = retry_log(label), thread_log(pulumi.log.warn, label)

    def read() -> GatewaysResult:
        with naming(label):
            gateways = reads.fleet(request, report=report, warn=warn, max_age=max_age)
            return GatewaysResult(map(_result, gateways))

    return read


def _result(gateway: Gateway) -> GatewayResult:
    return typed_gateway(gateway_outputs(gateway))


def _mock_arguments(asked: str, profile: str, *, by_id: bool) -> dict[str, Any]:
    """Return the arguments with which a test's mocks are called."""
    return {"gateway_id" if by_id else "gateway_name": asked, "profile": profile}


def _named(label: str, name: str) -> str:
    """Return the label of a lookup by name in error messages."""
    return f"{label} {quote_for_message(name)}"
