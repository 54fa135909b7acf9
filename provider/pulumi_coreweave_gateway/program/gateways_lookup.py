"""The resource :class:`GatewaysLookup`: several gateways, read side by side in a single step."""

from __future__ import annotations

from typing import Any, ClassVar

import pulumi

from ..providers import GATEWAYS
from ..pulumi_internals import PROVIDER_KEY, export_same_keys, provider_reference
from .cli_command import tears_down
from .dependencies import after_dependencies
from .fleet_inputs import Ids, Texts, fleet_request
from .guarded_outputs import guard_outputs, require_known
from .inputs import checked_profile
from .output_types import GatewayResult, resource_outputs, secret_outputs
from .resource_options import check_options

TYPE_TOKEN = "pulumi-python:dynamic/coreweave:GatewaysLookup"  # noqa: S105 - a type's name, which states hold


@resource_outputs
class GatewaysLookup(pulumi.CustomResource):
    """Several CoreWeave inference gateways: those with the given ids, or all that pass the given filters.

    One resource and one step, whatever their number: with ids up to 16 requests are under way at once, without ids
    there is a single one. Reading n gateways takes at most ``lookupTimeout * (1 + n / 100)`` seconds. On refresh a
    gateway that has vanished leaves the list, and the lookup stays. Its ``id`` is a short hash of what it asks for.

    Args:
        resource_name: the lookup's name in the stack.
        opts: resource options, as for :class:`GatewayLookup`.
        gateway_ids: the gateways' UUIDs; each is asked for once, ``[]`` answers an empty list with no request.
            Leave it out to get all gateways that the token may see.
        missing: with ids, whether a gateway that isn't found is an error (``"fail"``) or left out (``"skip"``).
        zones: without ids, only gateways in one of these zones. An empty list is refused, here and for ``statuses``:
            leave a filter out to get all.
        statuses: without ids, only gateways in one of these statuses, such as ``STATUS_READY``; all begin with
            ``STATUS_``.
        name_pattern: without ids, only gateways whose name matches, such as ``prod-*`` (``*``, ``?``, ``[…]``).
        include_timestamps: whether to read ``updated_at`` and the conditions' ``last_update_time``. They change
            when nothing else does, and so a check for drift would never be clean.
        profile: the name of another organization's settings, such as ``eu`` for ``coreweave-eu:token``.

    Raises:
        InvalidArgumentError: an argument is malformed or of the wrong type, ids and filters are given together, or
            an option can't be used.
        SettingsError: The token is stored in plaintext in the stack configuration.

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
        gateway_ids: Ids | None = None,
        missing: str | None = None,
        zones: Texts | None = None,
        statuses: Texts | None = None,
        name_pattern: pulumi.Input[str] | None = None,
        include_timestamps: bool = False,
        profile: str | None = None,
    ) -> None:
        what = f"lookup {resource_name!r}"
        options = check_options(resource_name, opts)
        request = fleet_request(
            what,
            gateway_ids=gateway_ids,
            missing=missing,
            zones=zones,
            statuses=statuses,
            name_pattern=name_pattern,
            include_timestamps=include_timestamps,
            profile=checked_profile(what, profile),
        )
        props: dict[str, Any] = {
            # Like an output of an earlier read in a teardown: a gateway that isn't found is no error then.
            "gateways": [] if tears_down() else None,
            **request.properties(),
            PROVIDER_KEY: provider_reference(GATEWAYS),
        }
        found_id = require_known(after_dependencies(request.resource_id, options.depends_on), what)
        read_id = pulumi.Output.unsecret(found_id) if isinstance(found_id, pulumi.Output) else found_id
        options = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(id=read_id))
        options.additional_secret_outputs = secret_outputs(options.additional_secret_outputs)
        # The SDK takes the caller of the third __init__ from the top for the user's line: no class between.
        super().__init__(TYPE_TOKEN, resource_name, props, options)
        guard_outputs(self, what, (name for name in props if not name.startswith("__")))
        self._found_id = found_id
        # What is exported, or passed on, as a whole has the attributes of the instance.
        self.__dict__["id"] = self.id
        export_same_keys(self)

    @property
    def id(self) -> pulumi.Output[str]:
        """A short hash of what the lookup asks for.

        Not the SDK's own: that one is unknown in every preview on an engine which doesn't answer a read's id.
        """
        return pulumi.Output.all(self._found_id, self.profile).apply(lambda known: str(known[0]))

    @property
    def by_id(self) -> pulumi.Output[dict[str, GatewayResult]]:
        """The same, by the gateway's id."""
        return self.gateways.apply(lambda gateways: {gateway.gateway_id: gateway for gateway in gateways or ()})

    @property
    def endpoints(self) -> pulumi.Output[dict[str, list[str]]]:
        """Each gateway's endpoint URLs, by its id."""
        return self.gateways.apply(
            lambda gateways: {gateway.gateway_id: gateway.endpoints for gateway in gateways or ()}
        )
