"""The resource :class:`GatewayLookup`: one gateway, read live in every preview and update."""

# No annotations as strings here: the SDK would compile each of them anew for every single lookup.

from typing import Any, ClassVar, NoReturn, overload

import pulumi

from ..errors import InvalidArgumentError, NotFoundError
from ..gateways.outputs import openai_base_url
from ..gateways.readiness import NEED_ENDPOINT, warning_without_endpoint
from ..providers import ALLOW_MISSING, GATEWAY, LOOKUP_NAME, REQUIRE_READY
from ..pulumi_internals import PROVIDER_KEY, is_mocked, provider_reference, row_log
from ..validation import validated_model
from . import mocks
from .arguments import (
    after_dependencies,
    is_deferred,
    read_options,
    revealing,
    validated_flag,
    validated_gateway,
    validated_options,
    validated_profile_input,
)
from .cli_command import tears_down, waits_for_ready
from .guarded_outputs import guard_outputs, require_known, unknown_unless
from .output_types import (
    GATEWAY_OUTPUTS,
    BodyBasedRouting,
    Condition,
    CoreWeaveAuth,
    EndpointConfiguration,
    HeaderBasedRouting,
    PathBasedRouting,
    WeightsAndBiasesAuth,
)
from .requests import endpoint_input
from .waiting import GatewayWait, WaitForReady, check_still_ready, find_by_name, parse_wait_option

TYPE_TOKEN = "pulumi-python:dynamic/coreweave:GatewayLookup"  # noqa: S105 - a type's name, which states contain

_NO_GATEWAY = "00000000-0000-0000-0000-000000000000"
"""The ID that stands for a gateway that is gone when the stack is destroyed."""


class GatewayLookup(pulumi.CustomResource):
    """A CoreWeave inference gateway, looked up by its ID or its name.

    The engine reads the gateway in ``preview``, ``up`` and ``refresh``, and never creates, updates or deletes anything;
    ``destroy`` sends no request. The resource's ``id`` is the gateway's UUID.

    Args:
        resource_name: The lookup's name in the stack.
        opts: Resource options. ``parent``, ``depends_on``, ``transformations`` and ``additional_secret_outputs`` work;
            an option that would change the result, such as ``ignore_changes``, is an error.
        gateway_id: The gateway's UUID. If the same program creates the gateway, the UUID isn't known in a preview; the
            read is then deferred to ``up``, and the outputs are unknown until then.
        gateway_name: The gateway's name, instead of its ID; case matters. All names in a program are looked up by one
            request for the list of gateways.
        wait_for_ready: Whether ``up`` waits until the gateway is ready, and fails if it doesn't become ready in time.
            Pass True, or a :class:`WaitForReady` to set the timeout and the poll interval. A preview never waits: it
            shows the current status, and the endpoints as unknown until the gateway has one. If the lookup depends on
            another resource, the gateway is polled at least twice, because an update that has just started may not be
            visible yet.
        require_ready: Whether ``preview`` and ``up`` fail if the gateway isn't ready; excludes ``wait_for_ready``.
            Without either, a gateway that has no endpoint yet causes a warning.
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

    # The same as those of GatewayResult, which describes them.
    gateway_id: pulumi.Output[str]
    name: pulumi.Output[str]
    organization_id: pulumi.Output[str]
    zones: pulumi.Output[list[str]]
    endpoints: pulumi.Output[list[str]]
    endpoint: pulumi.Output[str]
    host: pulumi.Output[str]
    openai_base_url: pulumi.Output[str]
    status: pulumi.Output[str]
    ready: pulumi.Output[bool]
    conditions: pulumi.Output[list[Condition]]
    created_at: pulumi.Output[str]
    updated_at: pulumi.Output[str]
    auth: pulumi.Output[str]
    core_weave_auth: pulumi.Output[CoreWeaveAuth]
    weights_and_biases_auth: pulumi.Output[WeightsAndBiasesAuth]
    endpoint_configuration: pulumi.Output[EndpointConfiguration]
    routing: pulumi.Output[str]
    body_based_routing: pulumi.Output[BodyBasedRouting]
    header_based_routing: pulumi.Output[HeaderBasedRouting]
    path_based_routing: pulumi.Output[PathBasedRouting]

    profile: pulumi.Output[str]
    """The profile, ``""`` for the default one."""

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        gateway_id: pulumi.Input[str],
        gateway_name: None = None,
        wait_for_ready: bool | WaitForReady | None = None,
        require_ready: bool = False,
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
        require_ready: bool = False,
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
        require_ready: bool = False,
        include_timestamps: bool = False,
        profile: str | None = None,
    ) -> None:
        label = f"lookup {resource_name!r}"
        options = validated_options(label, opts)
        asked = after_dependencies(validated_gateway(label, gateway_id, gateway_name), options.depends_on)
        profile_name = validated_profile_input(label, profile)
        wait = parse_wait_option(wait_for_ready, label)
        must_be_ready = validated_flag(label, "require_ready", require_ready)
        if wait is not None and must_be_ready:
            raise InvalidArgumentError(f"{label}: pass either wait_for_ready or require_ready, not both")
        waiter = None
        if wait is not None and not (pulumi.runtime.is_dry_run() or is_mocked()):
            waiter = GatewayWait(
                label,
                profile_name,
                wait,
                lambda: row_log(resource_name, TYPE_TOKEN, options.parent),
                # What the lookup depends on may have just started an update of the gateway.
                confirm=is_deferred(asked),
            )
        found_id = _id_to_read(label, asked, profile_name, waiter, by_name=gateway_id is None)
        props: dict[str, Any] = {
            **dict.fromkeys(GATEWAY_OUTPUTS),
            # As an input too: the engine keeps no dependency of an ID, but it does of an input.
            "gateway_id": found_id,
            "profile": profile_name,
            "include_timestamps": validated_flag(label, "include_timestamps", include_timestamps),
            LOOKUP_NAME: resource_name,
            PROVIDER_KEY: provider_reference(GATEWAY),
            **({REQUIRE_READY: True} if must_be_ready and waits_for_ready() else {}),
            **({ALLOW_MISSING: True} if tears_down() else {}),
            # A name is no input of a read, but a test's mocks choose the gateway by it.
            **({"gateway_name": asked} if gateway_id is None and is_mocked() else {}),
            **endpoint_input(found_id, profile_name),
        }
        # The SDK takes the caller of the third __init__ from the top for the user's line: no class between.
        super().__init__(TYPE_TOKEN, resource_name, props, read_options(label, options, found_id, _SECRETS))
        guard_outputs(self, label, (*GATEWAY_OUTPUTS, "profile", "include_timestamps"))
        if wait is None and not must_be_ready and waits_for_ready():
            pulumi.Output.all(self.endpoint, self.status).apply(lambda read: _warn_without_endpoint(self, label, *read))
        elif wait is not None and pulumi.runtime.is_dry_run():
            # `up` will wait for them.
            endpoint = self.endpoint
            for name in NEED_ENDPOINT:
                setattr(self, name, unknown_unless(endpoint, getattr(self, name)))
        if waiter is not None:
            self.ready = pulumi.Output.all(self.ready, self.status).apply(
                lambda read: check_still_ready(f"{label}: the gateway", *read)
            )

    @staticmethod
    def get(*_: object, **__: object) -> NoReturn:
        """Raise an error: every lookup reads an existing gateway.

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
        label = "base_url_for"
        name = model if is_deferred(model) else validated_model(model, label)
        known = pulumi.Output.all(self.endpoint, self.routing, name)
        return known.apply(lambda known: openai_base_url(known[0], known[1], validated_model(known[2], label)))


_SECRETS = revealing([*GATEWAY_OUTPUTS, "profile"])


def _id_to_read(
    label: str, asked: pulumi.Input[str], profile: str, waiter: GatewayWait | None, *, by_name: bool
) -> pulumi.Input[str]:
    """Return the ID that the engine is to read with: the one of a name, and once the gateway is ready if it waits.

    Args:
        label: The label of the lookup in error messages.
        asked: The ID or the name, known once what the lookup depends on exists.
        profile: The profile, ``""`` for the default one.
        waiter: The wait, or None.
        by_name: Whether a name was given.

    """
    deferred = is_deferred(asked)

    async def find(name: str) -> str:
        if is_mocked():
            return mocks.mock_gateway_id(name)
        if waiter is not None and waits_for_ready():
            return await waiter.find(name)
        try:
            return (await find_by_name(label, name, profile, deferred=deferred)).spec.id
        except NotFoundError:
            if tears_down():
                return _NO_GATEWAY
            raise

    found = asked
    if by_name:
        found = pulumi.Output.from_input(asked).apply(find)
    if waiter is not None:
        found = pulumi.Output.from_input(found).apply(waiter.until_ready)
    return require_known(found, label)


def _warn_without_endpoint(lookup: GatewayLookup, label: str, endpoint: str, status: str) -> None:
    if not endpoint:
        pulumi.log.warn(warning_without_endpoint(label, status), lookup)
