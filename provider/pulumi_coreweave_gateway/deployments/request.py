"""The request of a lookup of deployments, and its choice from a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import APIError, NotFoundError
from ..gateways.request import Request, validated_missing
from ..messages import enumerated, quote_for_message
from ..validation import validated_gateway_id, validated_model

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ..client.deployment_models import Deployment
    from ..client.models import Listing
    from ..gateways.reads import Reads, Report

DEPLOYMENT_ARGUMENTS = ("gateway_id", "model", "missing")

_CHECK_GATEWAY = "check the gateway's ID, and that the token belongs to its organization"


@dataclass(frozen=True)
class DeploymentsRequest(Request):
    """A checked request for deployments.

    Attributes:
        gateway_id: The UUID of the gateway that they are behind, ``""`` for all.
        model: The name of their model, ``""`` for all.
        missing: ``fail`` or ``skip``, if there are none.
        profile: The profile, ``""`` for the default one.
        include_timestamps: Whether outputs include the times of the last updates.

    """

    kind: ClassVar[str] = "deployments"

    gateway_id: str = ""
    model: str = ""
    missing: str = "fail"
    profile: str = ""
    include_timestamps: bool = False

    def __post_init__(self) -> None:
        """Check the ID: it becomes part of a URL, and the state may have been edited."""
        if self.gateway_id:
            validated_gateway_id(self.gateway_id)

    def __str__(self) -> str:
        """Return a description for messages, such as ``deployments behind gateway 6f1c…``."""
        what = f"deployments of {quote_for_message(self.model)}" if self.model else "deployments"
        return f"{what} behind gateway {self.gateway_id}" if self.gateway_id else what

    def start(self, reads: Reads, report: Report) -> Future[list[Deployment]]:
        """Read the deployments with one request for a list, on a thread and within the time limit of a lookup.

        The future has the deployments, sorted by model, name and ID, or raises NotFoundError if there are none,
        InvalidResponseError if one that may be asked for can't be read, or GatewayError if the list can't be.

        Args:
            reads: What the request is sent with.
            report: Called once, with a sentence, when the request has been failing for some seconds.

        """

        def read(seconds: float) -> list[Deployment]:
            try:
                listing = reads.client.list_deployments(self.gateway_id, seconds=seconds, report=report)
            except APIError as error:
                if not self.gateway_id or error.grpc_code != "not_found":
                    raise
                raise NotFoundError(
                    f"{str(error).partition('; ')[0]}; {_CHECK_GATEWAY}",
                    http_status=error.http_status,
                    grpc_code=error.grpc_code,
                    request_id=error.request_id,
                    server_message=error.server_message,
                ) from None
            return self.select(listing)

        return reads.start(read)

    def select(self, listing: Listing[Deployment]) -> list[Deployment]:
        """Return the deployments of a list that are asked for; see :meth:`start`."""
        # The API may not know the filter by gateway, and has none by model.
        for unreadable in listing.unreadable:
            if self._matches(unreadable.gateway_ids or None, unreadable.model or None):
                raise unreadable.error
        found = [each for each in listing.items if self._matches(each.spec.gateway_ids, each.spec.model.name)]
        if not found and self.missing != "skip":
            raise NotFoundError(f"there are no {self}; {self._hint(listing.items)}, or accept none with missing='skip'")
        return sorted(found, key=lambda each: (each.spec.model.name, each.spec.name, each.spec.id))

    def _matches(self, gateway_ids: Iterable[str] | None, model: str | None) -> bool:
        """Return whether a deployment matches, or may match: None stands for a value that can't be read."""
        return (not self.gateway_id or gateway_ids is None or self.gateway_id in gateway_ids) and (
            not self.model or model is None or self.model == model
        )

    def _hint(self, deployments: Iterable[Deployment]) -> str:
        found = {each.spec.model.name for each in deployments if self._matches(each.spec.gateway_ids, None)}
        models = [quote_for_message(model) for model in sorted(found)]
        if not models:
            return _CHECK_GATEWAY if self.gateway_id else "check that the token belongs to the right organization"
        return f"models there: {enumerated(models)}; correct model"


def validated_deployments(
    label: str,
    arguments: Mapping[str, Any],
    *,
    spell: Callable[[str], str] = str,
    profile: str = "",
    include_timestamps: bool = False,
) -> DeploymentsRequest:
    """Return the request that the values of :data:`DEPLOYMENT_ARGUMENTS` make; otherwise like ``validated_fleet``."""
    gateway_id, model, missing = (arguments[name] for name in DEPLOYMENT_ARGUMENTS)
    return DeploymentsRequest(
        gateway_id="" if gateway_id is None else validated_gateway_id(gateway_id, f"{label}: {spell('gateway_id')}"),
        model="" if model is None else validated_model(model, f"{label}: model"),
        missing=validated_missing(label, missing),
        profile=profile,
        include_timestamps=include_timestamps,
    )
