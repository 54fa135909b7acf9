"""The resource :class:`DeploymentsLookup`: the models behind a gateway, read in a single step."""

# No annotations as strings here: the SDK would compile each of them anew for every single lookup.

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pulumi

from ..deployments.request import DeploymentsRequest, validated_deployments
from ..errors import InvalidArgumentError, naming
from ..gateways.readiness import described_status, unmet_conditions
from ..gateways.reads import no_report
from ..messages import one_line
from ..providers import ALLOW_MISSING, DEPLOYMENTS, LOOKUP_NAME
from ..pulumi_internals import PROVIDER_KEY, is_mocked, provider_reference, row_log
from .arguments import after_dependencies, is_deferred, read_options, validated_options, validated_request
from .cli_command import tears_down, waits_for_ready
from .guarded_outputs import guard_outputs, require_known, unknown_unless
from .output_types import DeploymentResult
from .requests import endpoint_input, reads_for
from .waiting import (
    UNUSABLE,
    Progress,
    ReadyWait,
    Seen,
    WaitForReady,
    check_still_ready,
    parse_wait_option,
)

if TYPE_CHECKING:
    from ..client.deployment_models import Deployment

TYPE_TOKEN = "pulumi-python:dynamic/coreweave:DeploymentsLookup"  # noqa: S105 - a type's name, which states contain

_MAX_NAMED = 3
_WAIT = WaitForReady(timeout=60 * 60, poll_interval=10)
_OUTPUTS = ("deployments", "models", "ready")
# They reveal one another.
_SECRETS = {**dict.fromkeys(_OUTPUTS, _OUTPUTS), "profile": ("profile",)}


class DeploymentsLookup(pulumi.CustomResource):
    """The deployments behind a gateway, or all of an organization: which models answer.

    Any number of deployments is one resource in the stack, which the engine reads in one step, with one request. If
    none matches any more, a preview or a refresh fails, and the state keeps the last ones. The resource's ``id`` is a
    short hash of the arguments.

    Args:
        resource_name: The lookup's name in the stack.
        opts: Resource options, as for :class:`GatewayLookup`.
        gateway_id: The UUID of the gateway that they are behind; without it, all that the token may see.
        model: The exact name of their model; without it, all models.
        missing: What to do if there are no such deployments: ``"fail"`` (the default), or ``"skip"`` for an empty list.
        wait_for_ready: Whether ``up`` waits until the lookup is ``ready``, and fails if it doesn't become ready in
            time. Pass True to wait for at most an hour with a request every 10 s, or a :class:`WaitForReady`. The wait
            also fails as soon as one of the deployments has failed or is being deleted, or all are disabled. A preview
            never waits: it shows the current status, and ``models`` as unknown until all are ready. Excludes
            ``missing="skip"``.
        include_timestamps: As for :class:`GatewayLookup`.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.

    Raises:
        InvalidArgumentError: An argument is invalid, or a resource option can't be used.
        SettingsError: The token is stored in plaintext in the stack configuration.

    Examples:
        >>> models = DeploymentsLookup("models", gateway_id=gateway.id)
        >>> pulumi.export("models", models.models)

    """

    is_lookup: ClassVar[bool] = True

    deployments: pulumi.Output[list[DeploymentResult]]
    """The deployments, sorted by model, name and ID."""
    models: pulumi.Output[list[str]]
    """The names of the models that answer, sorted: at least one of their deployments is ready."""
    ready: pulumi.Output[bool]
    """Whether at least one deployment isn't disabled, and all of those are ready."""
    profile: pulumi.Output[str]
    """The profile, ``""`` for the default one."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        gateway_id: pulumi.Input[str] | None = None,
        model: pulumi.Input[str] | None = None,
        missing: Literal["fail", "skip"] | None = None,
        wait_for_ready: bool | WaitForReady | None = None,
        include_timestamps: bool = False,
        profile: str | None = None,
    ) -> None:
        label = f"lookup {resource_name!r}"
        options = validated_options(label, opts)
        arguments = {"gateway_id": gateway_id, "model": model, "missing": missing}
        request = validated_request(label, validated_deployments, arguments, profile, include_timestamps)
        wait = parse_wait_option(wait_for_ready, label, _WAIT)
        if wait and missing == "skip":
            raise InvalidArgumentError(f"{label}: pass either missing='skip' or wait_for_ready, not both")
        asked: pulumi.Output[DeploymentsRequest] = pulumi.Output.from_input(
            after_dependencies(request, options.depends_on)
        )
        waits = wait is not None and not (pulumi.runtime.is_dry_run() or is_mocked())
        if wait is not None and waits:
            # What the lookup depends on may have just started an update.
            confirm = is_deferred(request) or bool(options.depends_on)
            row = (resource_name, TYPE_TOKEN, options.parent)
            asked = asked.apply(lambda known: _wait_until_ready(label, known, wait, row, confirm=confirm))
        self._found_id: pulumi.Input[str] = require_known(asked.apply(lambda known: known.resource_id), label)
        props: dict[str, Any] = {
            **dict.fromkeys(_OUTPUTS),
            "request": asked.apply(DeploymentsRequest.to_state),
            "profile": profile or "",
            LOOKUP_NAME: resource_name,
            PROVIDER_KEY: provider_reference(DEPLOYMENTS),
            **({ALLOW_MISSING: True} if tears_down() else {}),
            **endpoint_input(self._found_id, profile or ""),
        }
        # The SDK takes the caller of the third __init__ from the top for the user's line: no class between.
        super().__init__(TYPE_TOKEN, resource_name, props, read_options(label, options, self._found_id, _SECRETS))
        guard_outputs(self, label, (*_OUTPUTS, "request", "profile"))
        if tears_down() and missing != "skip":
            # What uses the models must not run without them.
            deployments = self.deployments
            for name in _OUTPUTS:
                setattr(self, name, unknown_unless(deployments, getattr(self, name)))
        elif waits:
            self.ready = pulumi.Output.all(self.ready, self.deployments).apply(lambda read: _still_ready(label, *read))
        elif wait is not None and pulumi.runtime.is_dry_run():
            # `up` will wait for them.
            self.models = unknown_unless(self.ready, self.models)

    @property
    def id(self) -> pulumi.Output[str]:
        """A short hash of the arguments.

        Not the SDK's own: that one is unknown in every preview on an engine that doesn't return a read's ID.
        """
        return pulumi.Output.all(self._found_id, self.profile).apply(lambda known: str(known[0]))


def _seen(deployments: "list[Deployment]") -> Seen:
    """Return what a poll has seen of the deployments that are waited for."""
    enabled = [each for each in deployments if not each.spec.disabled]
    waiting = [each for each in enabled if not each.ready]
    unmet = [unmet_conditions(map(dict, each.status.conditions)) for each in waiting]
    described = [
        f"{_named(each)}: {described_status(each.status.status, conditions)}"
        for each, conditions in zip(waiting[:_MAX_NAMED], unmet, strict=False)
    ]
    if len(waiting) > _MAX_NAMED:
        described.append(f"and {len(waiting) - _MAX_NAMED} more")
    unusable = next(
        (f"{_named(each)} {UNUSABLE[status]}" for each in waiting if (status := each.status.status) in UNUSABLE), ""
    )
    return Seen(
        ready=bool(enabled) and not waiting,
        text=", ".join(described) or ("all are ready" if enabled else ""),
        status=waiting[0].status.status if waiting else "",
        conditions=tuple(condition for conditions in unmet for condition in conditions),
        unusable=unusable if enabled else "all of them are disabled, so none can become ready; enable one",
    )


def _named(deployment: "Deployment") -> str:
    return f"{one_line(deployment.spec.model.name)} ({one_line(deployment.spec.name)})"


async def _wait_until_ready(
    label: str, request: DeploymentsRequest, wait: WaitForReady, row: tuple[Any, ...], *, confirm: bool
) -> DeploymentsRequest:
    """Return a request once the deployments that it asks for are ready; at once if the command isn't ``up``."""
    if not waits_for_ready():
        return request

    async def read() -> Seen:
        reads = reads_for(request.profile)
        return _seen(await asyncio.wrap_future(request.start(reads, no_report)))

    with naming(label):
        progress = Progress(await row_log(*row), asyncio.get_running_loop().time)
        await ReadyWait(str(request), wait, read, progress, remedy="check the deployments").run(confirm=confirm)
    return request


def _still_ready(label: str, ready: bool, deployments: list[dict[str, Any]]) -> bool:
    """Return ``ready`` as it was read after a wait; see :func:`check_still_ready`."""
    status = next((each["status"] for each in deployments if not (each["ready"] or each["disabled"])), "disabled")
    return check_still_ready(f"{label}: the models", ready, status)
