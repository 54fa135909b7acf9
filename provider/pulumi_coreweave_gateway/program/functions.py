"""Functions: a gateway as a plain value, with no resource and no trace in the state.

They run in the program's process, in preview as well as in up. Under ``pulumi.runtime.set_mocks`` they answer what
the test's ``Mocks.call`` does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi

from ..errors import InvalidArgumentError
from ..gateways.request import FleetRequest
from ..gateways.worker_threads import start
from ..pulumi_internals import is_mocked
from . import clients as program_client
from . import mocks
from .dependencies import after_dependencies
from .fleet_inputs import Ids, Texts, fleet_request
from .inputs import checked_gateway, checked_profile, is_deferred
from .name_lookup import find_by_name, find_by_name_now
from .output_types import GatewayResult, GatewaysResult, typed_gateway


def get_gateway(
    gateway_id: str | None = None,
    *,
    gateway_name: str | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GatewayResult:
    """Return a gateway at once.

    Args:
        gateway_id: the gateway's UUID.
        gateway_name: its name, instead of the id.
        profile: the name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: taken for Pulumi's convention; a provider or a version can't be chosen.

    Raises:
        InvalidArgumentError: an argument is missing, malformed or of the wrong type; nothing is sent.
        GatewayError: the lookup failed. It is a ``pulumi.RunError``: one line if uncaught.

    """
    _check_options("get_gateway", opts)
    _refuse_outputs("get_gateway", gateway_id, gateway_name)
    asked = checked_gateway("get_gateway", gateway_id, gateway_name)
    profile_name = checked_profile("get_gateway", profile)
    by_id = gateway_id is not None
    if is_mocked():
        return typed_gateway(mocks.call_mock_now(mocks.GET_GATEWAY, _call(asked, profile_name, by_id=by_id)))
    if by_id:
        return _result(program_client.get_gateway(str(asked), profile_name).result())
    return _result(find_by_name_now("get_gateway", str(asked), profile_name))


def get_gateway_output(
    gateway_id: pulumi.Input[str] | None = None,
    *,
    gateway_name: pulumi.Input[str] | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GatewayResult]:
    """Return a gateway as an Output, from arguments that may be Outputs themselves.

    Args:
        gateway_id: the gateway's UUID.
        gateway_name: its name, instead of the id.
        profile: the name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: ``depends_on`` of ``pulumi.InvokeOutputOptions`` works; a provider or a version can't be chosen.

    Raises:
        InvalidArgumentError: an argument is missing, malformed or of the wrong type; nothing is sent. What is wrong
            with an Output's value, and every failure of the lookup itself, ends the program with one line.

    """
    what = "get_gateway_output"
    _check_options(what, opts)
    asked = checked_gateway(what, gateway_id, gateway_name)
    profile_name = checked_profile(what, profile)
    by_id = gateway_id is not None
    awaited = after_dependencies(asked, getattr(opts, "depends_on", None))
    deferred = is_deferred(awaited)

    async def get(value: str) -> GatewayResult:
        if is_mocked():
            answer = await mocks.call_mock(mocks.GET_GATEWAY, _call(value, profile_name, by_id=by_id))
            return typed_gateway(answer)
        if by_id:
            return _result(await asyncio.wrap_future(program_client.get_gateway(value, profile_name)))
        return _result(await find_by_name(what, value, profile_name, deferred=deferred))

    return pulumi.Output.from_input(awaited).apply(get)


def get_gateways(
    gateway_ids: list[str] | tuple[str, ...] | None = None,
    *,
    missing: str | None = None,
    zones: list[str] | tuple[str, ...] | None = None,
    statuses: list[str] | tuple[str, ...] | None = None,
    name_pattern: str | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> GatewaysResult:
    """Return several gateways at once: those with the given ids, or all that pass the given filters.

    Args:
        gateway_ids: the gateways' UUIDs; leave them out to get all that the token may see.
        missing: with ids, whether one that isn't found is an error (``"fail"``) or left out (``"skip"``).
        zones: without ids, only gateways in one of these zones. An empty list is refused, here and for ``statuses``:
            leave a filter out to get all.
        statuses: without ids, only gateways in one of these statuses, such as ``STATUS_READY``; all begin with
            ``STATUS_``.
        name_pattern: without ids, only gateways whose name matches, such as ``prod-*``.
        profile: the name of another organization's settings.
        opts: taken for Pulumi's convention; a provider or a version can't be chosen.

    Raises:
        InvalidArgumentError: an argument is malformed or of the wrong type; nothing is sent.
        FleetError: some could not be read; it names them all.
        GatewayError: anything else. It is a ``pulumi.RunError``: one line if uncaught.

    """
    _check_options("get_gateways", opts)
    for values in (gateway_ids, zones, statuses):
        _refuse_outputs("get_gateways", values, *(values if isinstance(values, (list, tuple)) else ()))
    _refuse_outputs("get_gateways", name_pattern)
    request = fleet_request(
        "get_gateways",
        gateway_ids=gateway_ids,
        missing=missing,
        zones=zones,
        statuses=statuses,
        name_pattern=name_pattern,
        profile=checked_profile("get_gateways", profile),
    ).request
    assert isinstance(request, FleetRequest)  # noqa: S101 - no argument is an Output
    if is_mocked():
        return _mocked_results(mocks.call_mock_now(mocks.GET_GATEWAYS, request.to_state()))
    return GatewaysResult(map(_result, _reader(request)()))


def get_gateways_output(
    gateway_ids: Ids | None = None,
    *,
    missing: str | None = None,
    zones: Texts | None = None,
    statuses: Texts | None = None,
    name_pattern: pulumi.Input[str] | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GatewaysResult]:
    """Return several gateways as an Output, from arguments that may be Outputs themselves.

    Args:
        gateway_ids: as for :func:`get_gateways`, and so are the rest.
        missing: what to do about an id that isn't found.
        zones: a filter.
        statuses: a filter.
        name_pattern: a filter.
        profile: the name of another organization's settings.
        opts: ``depends_on`` of ``pulumi.InvokeOutputOptions`` works; a provider or a version can't be chosen.

    Raises:
        InvalidArgumentError: an argument is malformed or of the wrong type; nothing is sent.

    """
    what = "get_gateways_output"
    _check_options(what, opts)
    request = fleet_request(
        what,
        gateway_ids=gateway_ids,
        missing=missing,
        zones=zones,
        statuses=statuses,
        name_pattern=name_pattern,
        profile=checked_profile(what, profile),
    ).request

    async def get(request: FleetRequest) -> GatewaysResult:
        if is_mocked():
            return _mocked_results(await mocks.call_mock(mocks.GET_GATEWAYS, request.to_state()))
        return GatewaysResult(map(_result, await asyncio.wrap_future(start(_reader(request)))))

    awaited: pulumi.Output[FleetRequest] = pulumi.Output.from_input(
        after_dependencies(request, getattr(opts, "depends_on", None))
    )
    return awaited.apply(get)


def _reader(request: FleetRequest) -> Callable[[], list[Any]]:
    """Return what reads a fleet, on any thread: the program's settings are those of this one."""
    from ..gateways.fetch_many import read_fleet

    if request.gateway_ids == ():
        return list
    client, pool = program_client.client_for(request.profile), program_client.pool_for(request.profile)

    report, warn = program_client.retry_log("get_gateways"), program_client.thread_log(pulumi.log.warn)
    return lambda: read_fleet(client, request, pool.submit, report=report, warn=warn)


def _result(gateway: Any) -> GatewayResult:
    from ..gateways.outputs import gateway_outputs

    return typed_gateway(gateway_outputs(gateway))


def _mocked_results(answer: dict[str, Any]) -> GatewaysResult:
    return GatewaysResult(map(typed_gateway, answer.get("gateways") or []))


def _call(asked: Any, profile: str, *, by_id: bool) -> dict[str, Any]:
    """Return the arguments under which a test's mocks are called."""
    return {"gatewayId" if by_id else "gatewayName": asked, "profile": profile}


def _refuse_outputs(what: str, *values: object) -> None:
    if any(is_deferred(value) for value in values):
        raise InvalidArgumentError(f"{what}: an Output is not known yet; use {what}_output, which takes Outputs")


def _check_options(what: str, opts: object) -> None:
    if opts is None:
        return
    if not isinstance(opts, pulumi.InvokeOptions):
        raise InvalidArgumentError(f"{what}: opts must be pulumi.InvokeOptions, not {type(opts).__name__}")
    for option in ("provider", "version", "plugin_download_url"):
        if getattr(opts, option, None):
            raise InvalidArgumentError(
                f"{what}: the option {option} can't be used: there is no provider to choose; for a second "
                "organization pass profile="
            )
