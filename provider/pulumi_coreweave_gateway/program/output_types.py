"""The types of a lookup's outputs.

Each is also a dictionary with the same names, so that programs may use attributes or keys, and what is exported has the
names that stand here. Pulumi makes plain dictionaries of them in ``Output.all`` and ``Output.from_input``: use keys
there. No value is ever missing or None: what the API leaves out is ``""``, ``[]`` or ``False``, and each configuration
block has ``enabled``, which is whether the gateway has it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import pulumi

from ..deployments.outputs import all_ready, answering_models
from ..gateways.outputs import openai_base_url
from ..validation import validated_model

_T = TypeVar("_T")


@pulumi.output_type
class Condition(dict[str, Any]):
    """One condition of a status, like a Kubernetes condition."""

    type: str
    """What the condition is about, such as ``Ready``."""
    status: str
    """``True``, ``False`` or ``Unknown``."""
    reason: str
    """The reason for the last transition, as one word."""
    message: str
    """Details in prose."""
    zone: str
    """The zone, ``""`` for the whole gateway."""
    last_update_time: str
    """When the condition was last updated, in RFC 3339; ``""`` unless timestamps are included."""


@pulumi.output_type
class CoreWeaveAuth(dict[str, Any]):
    """Authentication of inference requests by CoreWeave IAM."""

    enabled: bool
    """Whether the gateway has this configuration."""


@pulumi.output_type
class WeightsAndBiasesAuth(dict[str, Any]):
    """Authentication of inference requests by Weights & Biases."""

    enabled: bool
    """Whether the gateway has this configuration."""
    server_url: str
    """The W&B server, ``""`` for the shared one."""
    enable_usage_reports: bool
    """Whether usage is reported to W&B."""
    enable_rate_limiting: bool
    """Whether W&B limits the rate of requests."""
    api_key_set: bool
    """Whether the API returned a W&B key. The key itself is never kept."""


@pulumi.output_type
class EndpointConfiguration(dict[str, Any]):
    """How the gateway's endpoints are reached."""

    enabled: bool
    """Whether the gateway has this configuration."""
    additional_dns: list[str]
    """Additional DNS names, whose records the owner points to the endpoint, sorted."""
    allowed_source_ip_ranges: list[str]
    """CIDR ranges from which clients may connect, sorted; empty if all may."""
    edge_proxy_mode: str
    """Whether requests pass CoreWeave's edge proxy: ``EDGE_PROXY_MODE_MANAGED`` or ``EDGE_PROXY_MODE_DIRECT``."""


@pulumi.output_type
class BodyBasedRouting(dict[str, Any]):
    """Routing by the model's name in a request's body."""

    enabled: bool
    """Whether the gateway has this configuration."""
    api_type: str
    """Where in the body the name is, such as ``API_TYPE_OPENAI``."""


@pulumi.output_type
class HeaderBasedRouting(dict[str, Any]):
    """Routing by the model's name in a request header."""

    enabled: bool
    """Whether the gateway has this configuration."""
    header_name: str
    """The header's name."""


@pulumi.output_type
class PathBasedRouting(dict[str, Any]):
    """Routing by the model's name in the first segment of a request's path."""

    enabled: bool
    """Whether the gateway has this configuration."""


@pulumi.output_type
class GatewayResult(dict[str, Any]):
    """A gateway as a plain value: the result of :func:`get_gateway`, and an item of a fleet."""

    gateway_id: str
    """The gateway's UUID."""
    name: str
    """The gateway's name."""
    organization_id: str
    """The ID of the organization that owns the gateway."""
    zones: list[str]
    """The availability zones (currently one), sorted."""
    endpoints: list[str]
    """The endpoint URLs, each with its scheme, sorted; empty until there is one."""
    endpoint: str
    """The default endpoint's URL, ``""`` until there is one."""
    host: str
    """The default endpoint's host name, ``""`` until there is one."""
    openai_base_url: str
    """The base URL for OpenAI-compatible clients: the default endpoint and ``/v1``.

    ``""`` until there is an endpoint, and with path-based routing, where each model has its own; see ``base_url_for``.
    """
    status: str
    """The status, such as ``STATUS_READY``; values added to the API later are passed on."""
    ready: bool
    """Whether the gateway accepts requests: ``STATUS_READY`` with an endpoint. Models have a status of their own."""
    conditions: list[Condition]
    """The conditions behind the status, sorted by type, then zone."""
    created_at: str
    """When the gateway was created, in RFC 3339; ``""`` if the API leaves it out."""
    updated_at: str
    """When the gateway was last updated, in RFC 3339; ``""`` unless timestamps are included."""
    auth: str
    """How inference requests are authenticated: ``coreweave``, ``wandb``, or ``""`` for anything else."""
    core_weave_auth: CoreWeaveAuth
    """Authentication by CoreWeave IAM."""
    weights_and_biases_auth: WeightsAndBiasesAuth
    """Authentication by Weights & Biases."""
    endpoint_configuration: EndpointConfiguration
    """How the endpoints are reached."""
    routing: str
    """Where in a request the model's name is: ``body``, ``header``, ``path``, or ``""`` for anything else."""
    body_based_routing: BodyBasedRouting
    """Routing by the model's name in a request's body."""
    header_based_routing: HeaderBasedRouting
    """Routing by the model's name in a request header."""
    path_based_routing: PathBasedRouting
    """Routing by the model's name in a request's path."""

    def base_url_for(self, model: str) -> str:
        """Return the base URL of a model for OpenAI-compatible clients; see :meth:`GatewayLookup.base_url_for`."""
        return openai_base_url(self.endpoint, self.routing, validated_model(model, "base_url_for"))


class GatewaysResult(list[GatewayResult]):
    """Several gateways: the result of :func:`get_gateways`.

    The gateways are in the order of the IDs, without duplicates; without IDs, they are sorted by ID.
    """

    @property
    def gateways(self) -> list[GatewayResult]:
        """The list of gateways."""
        return list(self)

    @property
    def by_id(self) -> dict[str, GatewayResult]:
        """The gateways by their IDs."""
        return {gateway.gateway_id: gateway for gateway in self}

    @property
    def endpoints(self) -> dict[str, list[str]]:
        """The endpoint URLs of each gateway by its ID."""
        return {gateway.gateway_id: gateway.endpoints for gateway in self}

    @property
    def zones(self) -> list[str]:
        """The zones of all gateways, sorted."""
        return sorted({zone for gateway in self for zone in gateway.zones})


@pulumi.output_type
class DeploymentResult(dict[str, Any]):
    """A deployment, which serves a model behind gateways."""

    deployment_id: str
    """The deployment's UUID."""
    name: str
    """The deployment's name."""
    organization_id: str
    """The ID of the organization that owns the deployment."""
    gateway_ids: list[str]
    """The UUIDs of the gateways that it is behind, sorted."""
    model: str
    """The model's name, which clients send as ``model``."""
    weight: int
    """Its share of the requests for the model, relative to the other deployments of the same model; 0 to 1000."""
    disabled: bool
    """Whether it is disabled: its replicas are gone, its configuration is kept, and its status never gets READY."""
    status: str
    """The status, such as ``STATUS_READY``; values added to the API later are passed on."""
    ready: bool
    """Whether the model answers: ``STATUS_READY``, and not disabled."""
    engine: str
    """The inference engine, such as ``vllm``."""
    engine_version: str
    """The engine's version."""
    instance_type: str
    """The type of the instances that it runs on."""
    gpu_count: int
    """The number of GPUs of each replica."""
    min_replicas: int
    """The smallest number of replicas."""
    max_replicas: int
    """The largest number of replicas."""
    conditions: list[Condition]
    """The conditions behind the status, sorted by type, then zone."""
    created_at: str
    """When the deployment was created, in RFC 3339; ``""`` if the API leaves it out."""
    updated_at: str
    """When the deployment was last updated, in RFC 3339; ``""`` unless timestamps are included."""


class DeploymentsResult(list[DeploymentResult]):
    """Deployments, sorted by model, name and ID: the result of :func:`get_deployments`."""

    @property
    def deployments(self) -> list[DeploymentResult]:
        """The list of deployments."""
        return list(self)

    @property
    def models(self) -> list[str]:
        """The names of the models that answer, sorted: at least one of their deployments is ready."""
        return answering_models(self)

    @property
    def ready(self) -> bool:
        """Whether at least one deployment isn't disabled, and all of those are ready."""
        return all_ready(self)


def typed_deployments(outputs: Mapping[str, Any]) -> DeploymentsResult:
    """Return the outputs of a lookup of deployments, plain values, as typed values."""
    return DeploymentsResult(_typed(DeploymentResult, each) for each in outputs.get("deployments") or [])


def typed_gateways(gateways: Iterable[Mapping[str, Any]]) -> GatewaysResult:
    """Return gateways as typed values; see :func:`typed_gateway`."""
    return GatewaysResult(map(typed_gateway, gateways))


def typed_gateway(outputs: Mapping[str, Any]) -> GatewayResult:
    """Return a gateway's outputs, plain values with the names of :class:`GatewayResult`, as a typed value."""
    return _typed(GatewayResult, outputs)


def _typed(kind: type[_T], outputs: Mapping[str, Any]) -> _T:
    """Return plain values with the names of an output type as a value of that type; None for what is missing."""
    names = kind.__annotations__
    blocks = {
        name: block(**outputs[name])
        for name, block in names.items()
        if isinstance(block, type) and issubclass(block, dict) and name in outputs
    }
    conditions = [Condition(**condition) for condition in outputs.get("conditions", ())]
    return kind(**{**dict.fromkeys(names), **outputs, **blocks, "conditions": conditions})


GATEWAY_OUTPUTS: Mapping[str, Any] = dict(GatewayResult.__annotations__)
"""The type of each output of a gateway."""
