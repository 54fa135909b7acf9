"""The resource :class:`GatewayLookup`: one gateway, read live in every preview and update."""

# No annotations as texts here: the SDK would compile each of them anew for every single lookup.

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn, overload

import pulumi

from ..endpoints import default_endpoint, openai_base_url
from ..errors import InvalidArgumentError, NameNotFoundError, WaitError
from ..gateways.outputs import OUTPUT_NAMES, STATE_NAMES
from ..gateways.stored import DERIVED
from ..providers import GATEWAY
from ..pulumi_internals import PROVIDER_KEY, is_mocked, provider_reference, row_log
from . import mocks
from .cli_command import tears_down, waits_for_ready
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
)
from .resource_options import check_options
from .wait_for_ready import Waiter, WaitForReady, parse_wait_option

TYPE_TOKEN = "pulumi-python:dynamic/coreweave:GatewayLookup"  # noqa: S105 - a type's name, which states hold

_NO_GATEWAY = "00000000-0000-0000-0000-000000000000"
"""The ID that stands for a gateway that is gone when the stack is destroyed."""

_STORED = tuple(python for python, state in OUTPUT_NAMES.items() if state not in DERIVED)
# What is derived isn't in the state: to keep it secret is to keep secret what it is derived from.
_SECRET_NAMES = dict.fromkeys(("endpoint", "openai_base_url", *DERIVED), "endpoints")
_INPUT_NAMES = {**OUTPUT_NAMES, **_SECRET_NAMES, "gateway_name": "gatewayName"}


class GatewayLookup(pulumi.CustomResource):
    """A CoreWeave inference gateway, looked up by its id or its name.

    The engine reads it in ``preview`` as well as in ``up`` and ``refresh``, and never creates, updates or deletes
    anything: ``destroy`` makes no call. Its ``id`` is the gateway's UUID.

    Args:
        resource_name: the lookup's name in the stack.
        opts: resource options; ``parent``, ``depends_on``, ``transformations`` and ``additional_secret_outputs``
            work, the others are refused or warned of.
        gateway_id: the gateway's UUID. While it isn't known yet, because the gateway is made by the same program,
            the lookup is left to ``up``, and its outputs are unknown until then.
        gateway_name: the gateway's name, instead of its id. All names of a program are looked up by one request
            for the list of gateways.
        wait_for_ready: True, or a :class:`WaitForReady` with a time-out and a poll interval of your own, to let
            ``up`` wait until the gateway is ready. A preview never waits, and shows the present status.
        profile: the name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.

    Raises:
        InvalidArgumentError: an argument is missing, malformed or of the wrong type, or an option can't be used.
        SettingsError: the token stands in the stack's configuration in the clear.

    """

    is_lookup: ClassVar[bool] = True

    gateway_id: pulumi.Output[str] = pulumi.property("gatewayId")
    """The gateway's UUID."""
    profile: pulumi.Output[str] = pulumi.property("profile")
    """The profile it is looked up with, ``""`` for the default one."""
    name: pulumi.Output[str] = pulumi.property("name")
    """The gateway's human-readable name."""
    organization_id: pulumi.Output[str] = pulumi.property("organizationId")
    """The id of the organization that owns the gateway."""
    zones: pulumi.Output[list[str]] = pulumi.property("zones")
    """The availability zones that the gateway is deployed in (one, today)."""
    endpoints: pulumi.Output[list[str]] = pulumi.property("endpoints")
    """The gateway's endpoint URLs, each with its scheme; empty until the gateway has one."""
    status: pulumi.Output[str] = pulumi.property("status")
    """The gateway's status, such as ``STATUS_READY``; one that is not known yet passes through."""
    conditions: pulumi.Output[list[Condition]] = pulumi.property("conditions")
    """The conditions behind the status, sorted by type, then zone."""
    core_weave_auth: pulumi.Output[CoreWeaveAuth] = pulumi.property("coreWeaveAuth")
    """Whether requests are checked against CoreWeave IAM."""
    weights_and_biases_auth: pulumi.Output[WeightsAndBiasesAuth] = pulumi.property("weightsAndBiasesAuth")
    """Whether, and how, requests are checked against Weights & Biases."""
    endpoint_configuration: pulumi.Output[EndpointConfiguration] = pulumi.property("endpointConfiguration")
    """How the gateway's endpoint is reached."""
    body_based_routing: pulumi.Output[BodyBasedRouting] = pulumi.property("bodyBasedRouting")
    """Routing by the model's name in the body of a request."""
    header_based_routing: pulumi.Output[HeaderBasedRouting] = pulumi.property("headerBasedRouting")
    """Routing by a header that holds the model's name."""
    path_based_routing: pulumi.Output[PathBasedRouting] = pulumi.property("pathBasedRouting")
    """Routing by the first segment of a request's path."""
    ready: pulumi.Output[bool] = pulumi.property("ready")
    """Whether the gateway serves: its status is ``STATUS_READY`` and it has an endpoint."""

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        gateway_id: pulumi.Input[str],
        gateway_name: None = None,
        wait_for_ready: bool | WaitForReady | None = None,
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
        profile: str | None = None,
    ) -> None:
        what = f"lookup {resource_name!r}"
        options = check_options(resource_name, opts)
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
        props: dict[str, Any] = dict.fromkeys(_STORED)
        # As an input too: the engine keeps no dependency of an id, but it does of an input.
        props |= {
            "gateway_id": found_id,
            "profile": profile_name,
            PROVIDER_KEY: provider_reference(GATEWAY),
        }
        if tears_down():
            # Like an output of an earlier read: a gateway that isn't found is no error then.
            props["status"] = ""
        if gateway_id is None and is_mocked():
            # A name is no input of a read; a test's mocks could not tell the gateway without it.
            props["gateway_name"] = asked
        # The SDK takes the caller of the third __init__ from the top for the user's line: no class between.
        super().__init__(TYPE_TOKEN, resource_name, props, pulumi.ResourceOptions.merge(options, _reading(found_id)))
        guard_outputs(self, what, (name for name in props if not name.startswith("__")))
        if waiter is not None:
            self.__dict__["ready"] = pulumi.Output.all(self.ready, self.status).apply(
                lambda read: _check_still_ready(what, *read)
            )
        # What is exported, or passed on, as a whole has the attributes of the instance.
        self.__dict__["id"] = self.id

    @staticmethod
    def get(*_: object, **__: object) -> NoReturn:
        """Refuse the call that other resources offer for existing ones.

        Raises:
            InvalidArgumentError: Always.

        """
        raise InvalidArgumentError(
            "GatewayLookup.get: every lookup reads an existing gateway; use GatewayLookup(name, gateway_id=…)"
        )

    @property
    def id(self) -> pulumi.Output[str]:
        """The gateway's UUID.

        Not the SDK's own: that one is unknown in every preview on an engine which doesn't answer a read's id.
        """
        return self.gateway_id

    def translate_input_property(self, prop: str) -> str:
        """Return the name in the state of an input, or of an output that shall be secret."""
        return _INPUT_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Return an output's name in Python."""
        return STATE_NAMES.get(prop, prop)

    @property
    @pulumi.getter(name="createdAt")
    def created_at(self) -> pulumi.Output[str | None]:
        """When the gateway was created: RFC 3339 in UTC, or None where the API leaves it out."""
        return _none_if_empty(pulumi.get(self, "created_at"))

    @property
    @pulumi.getter(name="updatedAt")
    def updated_at(self) -> pulumi.Output[str | None]:
        """When the gateway was last updated: RFC 3339 in UTC, or None where the API leaves it out."""
        return _none_if_empty(pulumi.get(self, "updated_at"))

    @property
    @pulumi.getter(name="endpoint")
    def endpoint(self) -> pulumi.Output[str | None]:
        """The default endpoint, ``https://…``, or None until there is one."""
        known = pulumi.Output.all(self.gateway_id, self.endpoints)
        return known.apply(lambda known: default_endpoint(known[0], known[1] or ()))

    @property
    @pulumi.getter(name="openaiBaseUrl")
    def openai_base_url(self) -> pulumi.Output[str | None]:
        """The base URL for OpenAI-compatible clients: ``endpoint`` + ``/v1``.

        None until there is an endpoint, and for a gateway without body- or header-based routing: with path-based
        routing the model's name comes first, ``ENDPOINT/MODEL/v1``.
        """
        routing = pulumi.Output.all(self.endpoint, self.body_based_routing, self.header_based_routing)
        return routing.apply(
            lambda known: openai_base_url(known[0], body_or_header_based=_enabled(known[1]) or _enabled(known[2]))
        )


def _id_by_name(what: str, name: pulumi.Input[str], profile: str, waiter: Waiter | None) -> pulumi.Output[str]:
    """Return the id of the gateway with a name, as soon as the name is known."""
    deferred = is_deferred(name)

    async def find(name: str) -> str:
        if is_mocked():
            return mocks.mock_gateway_id(name)
        if waiter is not None and waits_for_ready():
            return await waiter.find(name)
        try:
            return (await find_by_name(what, name, profile, deferred=deferred)).spec.id
        except NameNotFoundError:
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


def _reading(found_id: pulumi.Input[str]) -> pulumi.ResourceOptions:
    """Return the options that make the engine read. The id is shown in the state, so it can't be a secret."""
    return pulumi.ResourceOptions(
        id=pulumi.Output.unsecret(found_id) if isinstance(found_id, pulumi.Output) else found_id
    )


def _enabled(block: Mapping[str, Any] | None) -> bool:
    """Tell whether something is configured; a test's mocks may leave it out."""
    return bool(block and block.get("enabled"))


def _none_if_empty(output: pulumi.Output[str]) -> pulumi.Output[str | None]:
    """Derive an optional value from one that is always there: an output that is None would show as unknown."""
    return output.apply(lambda value: value or None)
