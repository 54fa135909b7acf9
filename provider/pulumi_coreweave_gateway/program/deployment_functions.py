"""Functions: deployments as plain values, without a resource; see :mod:`.functions`."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pulumi

from ..deployments.outputs import deployments_outputs
from ..deployments.request import DeploymentsRequest, validated_deployments
from ..errors import NotFoundError, naming
from ..pulumi_internals import is_mocked
from . import mocks
from .arguments import check_invoke_options, refuse_outputs, validated_request
from .cli_command import tears_down
from .guarded_outputs import after_invoke_dependencies
from .output_types import DeploymentsResult, typed_deployments
from .requests import reads_for, retry_log


def get_deployments(
    *,
    gateway_id: str | None = None,
    model: str | None = None,
    missing: Literal["fail", "skip"] | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> DeploymentsResult:
    """Look up the deployments behind a gateway, or all of an organization: which models answer.

    The call blocks the program for at most ``lookupTimeout``.

    Args:
        gateway_id: The UUID of the gateway that they are behind; without it, all that the token may see.
        model: The exact name of their model; without it, all models.
        missing: What to do if there are no such deployments: ``"fail"`` (the default), or ``"skip"`` for an empty list.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: Invoke options; ``provider`` and ``version`` are not supported.

    Returns:
        The deployments, including their timestamps, sorted by model, name and ID.

    Raises:
        InvalidArgumentError: An argument is invalid; nothing was sent.
        SettingsError: A setting is missing or invalid; nothing was sent.
        NotFoundError: There are no such deployments.
        GatewayError: The list of deployments could not be read. All of these are a ``pulumi.RunError``: one line if
            nothing catches it.

    Examples:
        >>> for deployment in get_deployments(gateway_id=config.require("gatewayId")):
        ...     pulumi.export(deployment.name, deployment.status)

    """
    label = "get_deployments"
    check_invoke_options(label, opts)
    refuse_outputs(label, gateway_id, model)
    arguments = {"gateway_id": gateway_id, "model": model, "missing": missing}
    request = validated_request(label, validated_deployments, arguments, profile)
    assert isinstance(request, DeploymentsRequest)  # noqa: S101 - no argument is an Output
    if is_mocked():
        return typed_deployments(mocks.call_mock(mocks.GET_DEPLOYMENTS, request.to_state()))
    with naming(label):
        found = request.start(reads_for(request.profile), retry_log(label)).result()
    return typed_deployments(deployments_outputs(found))


def get_deployments_output(
    *,
    gateway_id: pulumi.Input[str] | None = None,
    model: pulumi.Input[str] | None = None,
    missing: Literal["fail", "skip"] | None = None,
    profile: str | None = None,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[DeploymentsResult]:
    """Look up deployments, and return them as an Output.

    Unlike :func:`get_deployments`, it accepts Outputs and doesn't block the program.

    Args:
        gateway_id: The UUID of the gateway that they are behind; without it, all that the token may see.
        model: The exact name of their model; without it, all models.
        missing: What to do if there are no such deployments: ``"fail"`` (the default), or ``"skip"`` for an empty list.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.
        opts: Invoke options; ``depends_on`` is supported, ``provider`` and ``version`` are not.

    Returns:
        The deployments, in the same order; unknown while an argument, or a resource in ``depends_on``, is.

    Raises:
        InvalidArgumentError: An argument that is known is invalid. Any other error ends the program with one line.
        SettingsError: The token is stored in plaintext in the stack configuration.

    Examples:
        >>> deployments = get_deployments_output(gateway_id=gateway.id)
        >>> pulumi.export("models", deployments.models)

    """
    label = "get_deployments_output"
    check_invoke_options(label, opts)
    arguments = {"gateway_id": gateway_id, "model": model, "missing": missing}
    asked = validated_request(label, validated_deployments, arguments, profile)

    async def get(request: DeploymentsRequest) -> Any:
        if is_mocked():
            return typed_deployments(mocks.call_mock(mocks.GET_DEPLOYMENTS, request.to_state()))
        try:
            with naming(label):
                found = await asyncio.wrap_future(request.start(reads_for(request.profile), retry_log(label)))
                return typed_deployments(deployments_outputs(found))
        except NotFoundError:
            if tears_down():
                # Nothing that uses the models is updated without them.
                return pulumi.output.UNKNOWN
            raise

    return pulumi.Output.from_input(after_invoke_dependencies(label, asked, opts)).apply(get)
