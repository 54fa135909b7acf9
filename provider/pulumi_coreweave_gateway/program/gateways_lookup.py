"""The resource :class:`GatewaysLookup`: several gateways, read in a single step."""

# No annotations as strings here: the SDK would compile each of them anew for every single lookup.

from typing import Any, ClassVar, Literal

import pulumi

from ..gateways.request import FleetRequest
from ..providers import ALLOW_MISSING, GATEWAYS, LOOKUP_NAME
from ..pulumi_internals import PROVIDER_KEY, provider_reference
from .arguments import SequenceNotStr, after_dependencies, read_options, validated_fleet_input, validated_options
from .cli_command import tears_down
from .guarded_outputs import guard_outputs, require_known, unknown_unless
from .output_types import GatewayResult, GatewaysResult
from .requests import endpoint_input

TYPE_TOKEN = "pulumi-python:dynamic/coreweave:GatewaysLookup"  # noqa: S105 - a type's name, which states contain

# All of them are derived from the gateways.
_SECRETS = {**dict.fromkeys(("gateways", "by_id", "endpoints", "zones"), ("gateways",)), "profile": ("profile",)}


class GatewaysLookup(pulumi.CustomResource):
    """Several CoreWeave inference gateways: those with the given IDs, or all that match the given filters.

    Any number of gateways is one resource in the stack, which the engine reads in one step. Up to 15 IDs are read by
    one request each; more IDs, or filters, by one request for the list of all gateways, and one for each ID that isn't
    in the list. Reading n gateways by ID takes at most ``lookupTimeout * (2 + n / 100)``, and by filters at most
    ``lookupTimeout``.

    On a refresh, a gateway that was deleted leaves the list, and the lookup stays in the state. The resource's ``id``
    is a short hash of the arguments.

    Args:
        resource_name: The lookup's name in the stack.
        opts: Resource options, as for :class:`GatewayLookup`.
        gateway_ids: The UUIDs of at most 10,000 gateways; without them, all that the token may see. Duplicates are
            read once, and ``[]`` makes an empty list without a request.
        missing: What to do if a gateway isn't found by its ID, or if none matches the filters: ``"fail"`` (the
            default), or ``"skip"`` it and accept an empty list.
        zones: A filter: only gateways in one of these zones; case doesn't matter. An empty list is an error, for this
            and for ``statuses``: leave a filter out to match all gateways.
        statuses: A filter: only gateways with one of these statuses, such as ``STATUS_READY``.
        name_pattern: A filter: only gateways whose name matches a shell pattern such as ``prod-*``; case matters.
        include_timestamps: Whether to read ``updated_at`` and the conditions' ``last_update_time``. They change
            when nothing else does, so a check for drift would always find a change.
        profile: The name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.

    Raises:
        InvalidArgumentError: An argument is invalid, IDs and filters are given together, or a resource option can't
            be used.
        SettingsError: The token is stored in plaintext in the stack configuration.

    Examples:
        >>> fleet = GatewaysLookup("prod", zones=["US-EAST-04A"], name_pattern="prod-*")
        >>> pulumi.export("endpoints", fleet.endpoints)

    """

    is_lookup: ClassVar[bool] = True

    gateways: pulumi.Output[list[GatewayResult]]
    """The gateways, in the order of the IDs, without duplicates; without IDs, sorted by ID."""
    profile: pulumi.Output[str]
    """The profile, ``""`` for the default one."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        gateway_ids: pulumi.Input[SequenceNotStr[pulumi.Input[str]]] | None = None,
        missing: Literal["fail", "skip"] | None = None,
        zones: pulumi.Input[SequenceNotStr[pulumi.Input[str]]] | None = None,
        statuses: pulumi.Input[SequenceNotStr[pulumi.Input[str]]] | None = None,
        name_pattern: pulumi.Input[str] | None = None,
        include_timestamps: bool = False,
        profile: str | None = None,
    ) -> None:
        label = f"lookup {resource_name!r}"
        options = validated_options(label, opts)
        request: pulumi.Output[FleetRequest] = pulumi.Output.from_input(
            validated_fleet_input(
                label,
                gateway_ids,
                missing,
                zones,
                statuses,
                name_pattern,
                profile=profile,
                include_timestamps=include_timestamps,
            )
        )
        resource_id: pulumi.Input[str] = request.apply(lambda known: known.resource_id)
        awaited_id: pulumi.Input[str] = after_dependencies(resource_id, options.depends_on)
        self._found_id: pulumi.Input[str] = require_known(awaited_id, label)
        props: dict[str, Any] = {
            "gateways": None,
            "request": request.apply(FleetRequest.to_state),
            "profile": profile or "",
            LOOKUP_NAME: resource_name,
            PROVIDER_KEY: provider_reference(GATEWAYS),
            **({ALLOW_MISSING: True} if tears_down() else {}),
            **endpoint_input(self._found_id, profile or ""),
        }
        # The SDK takes the caller of the third __init__ from the top for the user's line: no class between.
        super().__init__(TYPE_TOKEN, resource_name, props, read_options(label, options, self._found_id, _SECRETS))
        guard_outputs(self, label, ("gateways", "request", "profile"))
        if tears_down():
            # What uses all of the gateways must not run with some of them.
            gateways = self.gateways
            complete: pulumi.Output[bool] = request.apply(lambda known: gateways.apply(known.is_complete))
            self.gateways = unknown_unless(complete, gateways)

    @property
    def id(self) -> pulumi.Output[str]:
        """A short hash of the arguments.

        Not the SDK's own: that one is unknown in every preview on an engine that doesn't return a read's ID.
        """
        return pulumi.Output.all(self._found_id, self.profile).apply(lambda known: str(known[0]))

    @property
    def by_id(self) -> pulumi.Output[dict[str, GatewayResult]]:
        """The gateways by their IDs."""
        return self.gateways.apply(lambda gateways: GatewaysResult(gateways or ()).by_id)

    @property
    def endpoints(self) -> pulumi.Output[dict[str, list[str]]]:
        """The endpoint URLs of each gateway by its ID."""
        return self.gateways.apply(lambda gateways: GatewaysResult(gateways or ()).endpoints)

    @property
    def zones(self) -> pulumi.Output[list[str]]:
        """The zones of all gateways, sorted."""
        return self.gateways.apply(lambda gateways: GatewaysResult(gateways or ()).zones)
