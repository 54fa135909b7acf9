"""The resource :class:`GatewaysLookup`: several gateways, read in a single step."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import pulumi

from ..gateways.request import FleetRequest
from ..providers import GATEWAYS
from ..pulumi_internals import PROVIDER_KEY, provider_reference
from .cli_command import tears_down
from .clients import endpoint_input
from .dependencies import after_dependencies
from .guarded_outputs import guard_outputs, require_known
from .inputs import SequenceNotStr, checked_fleet
from .output_types import GatewayResult, GatewaysResult, resource_outputs
from .resource_options import check_options, read_options

TYPE_TOKEN = "pulumi-python:dynamic/coreweave:GatewaysLookup"  # noqa: S105 - a type's name, which states hold


@resource_outputs
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
        missing: With IDs, what to do if a gateway isn't found: ``"fail"`` (the default) or ``"skip"`` it.
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
        what = f"lookup {resource_name!r}"
        options = check_options(what, opts)
        request = pulumi.Output.from_input(
            checked_fleet(
                what,
                gateway_ids,
                missing,
                zones,
                statuses,
                name_pattern,
                profile,
                include_timestamps=include_timestamps,
            )
        )
        state: pulumi.Output[dict[str, Any]] = request.apply(FleetRequest.to_state)
        by_id = None if gateway_ids is None else ()
        props: dict[str, Any] = {
            # Like an output of an earlier read in a teardown: a gateway that isn't found is no error then.
            "gateways": [] if tears_down() else None,
            **{name: state[name] for name in FleetRequest(by_id, include_timestamps=include_timestamps).to_state()},
            PROVIDER_KEY: provider_reference(GATEWAYS),
        }
        resource_id: pulumi.Output[str] = request.apply(lambda known: known.resource_id)
        awaited_id: pulumi.Input[str] = after_dependencies(resource_id, options.depends_on)
        self._found_id: pulumi.Input[str] = require_known(awaited_id, what)
        props |= endpoint_input(self._found_id, profile or "")
        # The SDK takes the caller of the third __init__ from the top for the user's line: no class between.
        super().__init__(TYPE_TOKEN, resource_name, props, read_options(options, self._found_id))
        guard_outputs(self, what, (name for name in props if name != PROVIDER_KEY))
        if tears_down():
            # What uses all of the gateways must not run with some of them.
            self.__dict__["gateways"] = pulumi.Output.all(self.gateways, request).apply(
                lambda read: read[0] if read[1].is_complete(read[0]) else pulumi.output.UNKNOWN
            )

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
