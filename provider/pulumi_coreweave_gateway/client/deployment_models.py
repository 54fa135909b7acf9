"""A deployment as the API describes it, by the rules of :mod:`.models`.

What may be secret and is wired to nothing is dropped while parsing: where the model's files are, and the engine's
configuration and environment. Source of the schema: CoreWeave's published pages of ``GET
/v1alpha1/inference/deployments`` and ``GET /v1alpha1/inference/deployments/{id}``.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, StrictBool

from .models import INT32, READY, IDs, Item, Named, Spec, State, String, Wire

_DIGITS = re.compile(r"-?\d{1,10}", re.ASCII)


def _integer(value: object) -> int:
    """Return an integer, which proto3 JSON may encode as a number or as a string of digits."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value % 1 or int(value) not in INT32:
        raise ValueError("expected an integer")
    return int(value)


Integer = Annotated[int, PlainValidator(_integer)]


class Traffic(Wire):
    """The deployment's share of the requests for its model."""

    weight: Integer = 0


class Runtime(Wire):
    """The inference engine."""

    engine: String = ""
    version: String = ""


class Resources(Wire):
    """What each replica runs on."""

    instance_type: String = ""
    gpu_count: Integer = 0


class Autoscaling(Wire):
    """The numbers of replicas."""

    min: Integer = 0
    max: Integer = 0


class DeploymentSpec(Spec):
    """The specification of a deployment."""

    organization_id: String = ""
    gateway_ids: IDs = ()
    disabled: StrictBool = False
    model: Named = Named()
    traffic: Traffic = Traffic()
    runtime: Runtime = Runtime()
    resources: Resources = Resources()
    autoscaling: Autoscaling = Autoscaling()


class Deployment(Item):
    """A deployment: its spec and its status."""

    spec: DeploymentSpec
    status: State = State()

    @property
    def ready(self) -> bool:
        """Whether the model answers: ``STATUS_READY``, and not disabled."""
        return self.status.status == READY and not self.spec.disabled
