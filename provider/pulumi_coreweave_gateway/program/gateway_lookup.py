"""The resource :class:`GatewayLookup`: one gateway, read live in every preview and update."""

# No annotations as texts here: the SDK would compile each of them anew for every single lookup.

from typing import Any, ClassVar, NoReturn, overload

import pulumi

from ..errors import InvalidArgumentError, NotFoundError, WaitError
from ..gateways.outputs import openai_base_url, state_name
from ..providers import GATEWAY
from ..pulumi_internals import PROVIDER_KEY, is_mocked, provider_reference, row_log
from . import mocks
from .cli_command import tears_down, waits_for_ready
from .clients import endpoint_input
from .dependencies import after_dependencies
from .guarded_outputs import guard_outputs, require_known
from .inputs import checked_gateway, checked_profile, is_deferred
from .name_lookup import find_by_name
from .output_types import (
    BodyBasedRouting,
    Condition,
    CoreWeaveAuth,
    EndpointConfiguration,
    HeaderBasedRouting,
    PathBasedRouting,
    WeightsAndBiasesAuth,
    check_model,
    resource_outputs,
)
from .resource_options import check_options, read_options
from .wait_for_ready import Waiter, WaitForReady, parse_wait_option

TYPE_TOKEN = "pulumi-python:dynamic/coreweave:GatewayLookup"  # noqa: S105 - a type's name, which states hold

_NO_GATEWAY = "00000000-0000-0000-0000-000000000000"
"""The ID that stands for a gateway that is gone when the stack is destroyed."""


@resource_outputs
class GatewayLookup(pulumi.CustomResource):
    """A CoreWeave inference gateway, looked up by its ID or its name.

    The engine reads the gateway in ``preview``, ``up`` and ``refresh``, and never creates, updates or deletes anything;
    ``destroy`` sends no request. The resource's ``id`` is the gateway's UUID.

    Args:
        resource_name: The lookup's name in the stack.
        opts: Resource options. ``parent``, ``depends_on``, ``transformations`` and ``additional_secret_outputs`` work;
            an option that would change the result is an error.
        gateway_id: The gateway's UUID. If the same program creates the gateway, the UUID isn't known in a preview; the
            read is then deferred to ``up``, and the outputs are unknown until then.
        gateway_name: The gateway's name, instead of its ID; case matters. All names in a program are looked up by one
            request for the list of gateways.
        wait_for_ready: Whether ``up`` waits until the gateway is ready, and fails if it isn't ready in time: True, or a
            :class:`WaitForReady` with your own timeout and poll interval. A preview never waits, and shows the current
            status. If the lookup depends on another resource, the gateway is polled at least twice, because an update
            that has just started may not be visible yet.
        include_timestamps: Whether to read ``updated_at`` and the conditions' ``last_update_time``. They change
            when nothing else does, so a check for drift would always find a change.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.

    Raises:
        InvalidArgumentError: An argument is invalid, or a resource option can't be used.
        SettingsError: The token is stored in plaintext in the stack configuration.

    Examples:
        >>> gateway = GatewayLookup("prod", gateway_name="prod")
        >>> pulumi.export("base_url", gateway.openai_base_url)

    """

    is_lookup: ClassVar[bool] = True

    gateway_id: pulumi.Output[str]
    """The gateway's UUID."""
    profile: pulumi.Output[str]
    """The profile, ``""`` for the default one."""
    name: pulumi.Output[str]
    """The gateway's name."""
    organization_id: pulumi.Output[str]
    """The ID of the organization that owns the gateway."""
    zones: pulumi.Output[list[str]]
    """The availability zones (currently one), sorted."""
    endpoints: pulumi.Output[list[str]]
    """The endpoint URLs, each with its scheme, sorted; empty until there is one."""
    endpoint: pulumi.Output[str]
    """The default endpoint's URL, ``""`` until there is one."""
    host: pulumi.Output[str]
    """The default endpoint's host name, ``""`` until there is one."""
    openai_base_url: pulumi.Output[str]
    """The base URL for OpenAI-compatible clients: the default endpoint and ``/v1``.

    ``""`` until there is an endpoint, and with path-based routing, where each model has its own; see ``base_url_for``.
    """
    status: pulumi.Output[str]
    """The status, such as ``STATUS_READY``; values added to the API later are passed on."""
    ready: pulumi.Output[bool]
    """Whether the gateway accepts requests: ``STATUS_READY`` with an endpoint. Models have a status of their own."""
    conditions: pulumi.Output[list[Condition]]
    """The conditions behind the status, sorted by type, then zone."""
    created_at: pulumi.Output[str]
    """When the gateway was created, in RFC 3339; ``""`` if the API leaves it out."""
    updated_at: pulumi.Output[str]
    """When the gateway was last updated, in RFC 3339; reading it without ``include_timestamps`` is an error."""
    auth: pulumi.Output[str]
    """How inference requests are authenticated: ``coreweave``, ``wandb``, or ``""`` for anything else."""
    core_weave_auth: pulumi.Output[CoreWeaveAuth]
    """Authentication by CoreWeave IAM."""
    weights_and_biases_auth: pulumi.Output[WeightsAndBiasesAuth]
    """Authentication by Weights & Biases."""
    endpoint_configuration: pulumi.Output[EndpointConfiguration]
    """How the endpoints are reached."""
    routing: pulumi.Output[str]
    """Where in a request the model's name is: ``body``, ``header``, ``path``, or ``""`` for anything else."""
    body_based_routing: pulumi.Output[BodyBasedRouting]
    """Routing by the model's name in a request's body."""
    header_based_routing: pulumi.Output[HeaderBasedRouting]
    """Routing by the model's name in a request header."""
    path_based_routing: pulumi.Output[PathBasedRouting]
    """Routing by the model's name in a request's path."""

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        gateway_id: pulumi.Input[str],
        gateway_name: None = None,
        wait_for_ready: bool | WaitForReady | None = None,
        include_timestamps: bool = False,
        profile: str | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        gateway_id: None = None,
        gateway_name: pulumi.Input[str],
        wait_for_ready: bool | WaitForReady | None = None,
        include_timestamps: bool = False,
        profile: str | None = None,
    ) -> None: ...

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        gateway_id: pulumi.Input[str] | None = None,
        gateway_name: pulumi.Input[str] | None = None,
        wait_for_ready: bool | WaitForReady | None = None,
        include_timestamps: bool = False,
        profile: str | None = None,
    ) -> None:
        what = f"lookup {resource_name!r}"
        options = check_options(what, opts)
        asked = checked_gateway(what, gateway_id, gateway_name)
        wait = parse_wait_option(wait_for_ready, what)
        profile_name = checked_profile(what, profile)
        found_id = after_dependencies(asked, options.depends_on)
        waiter = None
        if wait is not None and not (pulumi.runtime.is_dry_run() or is_mocked()):
            waiter = Waiter(
                what,
                profile_name,
                wait,
                lambda: row_log(resource_name, TYPE_TOKEN, options.parent),
                # What the lookup depends on may have just started an update of the gateway.
                confirm=is_deferred(found_id),
            )
        if gateway_id is None:
            found_id = _id_by_name(what, found_id, profile_name, waiter)
        if waiter is not None:
            found_id = pulumi.Output.from_input(found_id).apply(waiter.until_ready)
        found_id = require_known(found_id, what)
        names = _NAMES if include_timestamps else _NAMES - {"updated_at"}
        props: dict[str, Any] = dict.fromkeys(map(state_name, names))
        # As an input too: the engine keeps no dependency of an ID, but it does of an input.
        props |= {"gatewayId": found_id, "profile": profile_name, PROVIDER_KEY: provider_reference(GATEWAY)}
        if tears_down():
            # Like an output of an earlier read: a gateway that isn't found is no error then.
            props["status"] = ""
        if include_timestamps:
            props["includeTimestamps"] = True
        props |= endpoint_input(found_id, profile_name)
        if gateway_id is None and is_mocked():
            # A name is no input of a read, but a test's mocks choose the gateway by it.
            props["gatewayName"] = asked
        # The SDK takes the caller of the third __init__ from the top for the user's line: no class between.
        super().__init__(TYPE_TOKEN, resource_name, props, read_options(options, found_id))
        guard_outputs(self, what, (name for name in props if name != PROVIDER_KEY))
        if waiter is not None:
            self.__dict__["ready"] = pulumi.Output.all(self.ready, self.status).apply(
                lambda read: _check_still_ready(what, *read)
            )

    @staticmethod
    def get(*_: object, **__: object) -> NoReturn:
        """Refuse the method by which other resource classes read an existing resource.

        Raises:
            InvalidArgumentError: Always.

        """
        raise InvalidArgumentError(
            "GatewayLookup.get: every lookup reads an existing gateway; use GatewayLookup(name, gateway_id=…)"
        )

    @property
    def id(self) -> pulumi.Output[str]:
        """The gateway's UUID.

        Not the SDK's own: that one is unknown in every preview on an engine that doesn't return a read's ID.
        """
        return self.gateway_id

    def base_url_for(self, model: pulumi.Input[str]) -> pulumi.Output[str]:
        """Return the base URL of a model for OpenAI-compatible clients, for any kind of routing.

        Args:
            model: The model's name, such as ``meta-llama/Llama-3.1-8B``, at most 256 characters. With path-based
                routing it is part of the URL, URL-encoded.

        Returns:
            The URL, or ``""`` until the gateway has an endpoint.

        Raises:
            InvalidArgumentError: The model's name isn't a str, is blank or too long.

        """
        name = model if is_deferred(model) else check_model(model)
        known = pulumi.Output.all(self.endpoint, self.routing, name)
        return known.apply(lambda known: openai_base_url(known[0], known[1], check_model(known[2])))


_NAMES = frozenset(GatewayLookup.__annotations__) - {"is_lookup"}


def _id_by_name(what: str, name: pulumi.Input[str], profile: str, waiter: Waiter | None) -> pulumi.Output[str]:
    """Return the ID of the gateway with a name, once the name is known."""
    deferred = is_deferred(name)

    async def find(name: str) -> str:
        if is_mocked():
            return mocks.mock_gateway_id(name)
        if waiter is not None and waits_for_ready():
            return await waiter.find(name)
        try:
            return (await find_by_name(what, name, profile, deferred=deferred)).spec.id
        except NotFoundError:
            if tears_down():
                return _NO_GATEWAY
            raise

    return pulumi.Output.from_input(name).apply(find)


def _check_still_ready(what: str, ready: bool, status: str) -> bool:
    """Return ``ready`` as it was read after a wait.

    Raises:
        WaitError: The gateway isn't ready any more.

    """
    if ready or not waits_for_ready():
        return ready
    error = WaitError(
        f"{what}: the gateway was ready when the wait ended, but its status was {status} when it was read; "
        "run `pulumi up` again"
    )
    error.status = status
    raise error
