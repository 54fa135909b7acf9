"""The typed values of a lookup's outputs.

Each class is also a dictionary. What leaves the program (a stack output, JSON) has the keys of the state, in
camelCase; inside the program the attributes' Python names work as keys too, as in Pulumi's generated SDKs. No value is
ever missing or None: what the API leaves out is ``""``, ``[]`` or ``False``, and each configuration block has
``enabled``, which is whether the gateway has it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeVar, get_args, get_origin

import pulumi

from ..errors import InvalidArgumentError
from ..gateways.outputs import derived_outputs, openai_base_url, state_name

_MAX_MODEL = 256
_SAME_SECRET = frozenset({"endpoint", "endpoints", "host", "openaiBaseUrl"})


class _Field(NamedTuple):
    """A value of an output type."""

    key: str
    """Its name in the state."""
    empty: Callable[[], Any]
    """Make the value that stands for a missing one."""
    item: "type[_Values] | None"
    """The output type of the value, or of a list's items."""


class _Values(dict[str, Any]):
    """A dictionary with the keys of the state that also accepts Python names."""

    _fields: "ClassVar[tuple[_Field, ...]]"

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self._fill({state_name(name): value for name, value in values.items()})

    @classmethod
    def _from_state(cls: "type[_V]", state: Mapping[str, Any]) -> "_V":
        values = cls.__new__(cls)
        values._fill(state)
        return values

    def _fill(self, state: Mapping[str, Any]) -> None:
        for key, empty, item in self._fields:
            value = state.get(key)
            if value is None:
                self[key] = empty()
            elif item is not None:
                self[key] = [_typed(item, each) for each in value] if isinstance(value, list) else _typed(item, value)
            else:
                self[key] = value

    def _translate_property(self, prop: str) -> str:
        return prop

    def __missing__(self, key: str) -> Any:
        """Return the value with a Python name."""
        name = state_name(key)
        if name == key:
            raise KeyError(key)
        return self[name]

    def __contains__(self, key: object) -> bool:
        """Return whether there is a value with a Python name or a name in the state."""
        return isinstance(key, str) and super().__contains__(state_name(key))

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value with a Python name or a name in the state."""
        return super().get(state_name(key), default)


_V = TypeVar("_V", bound=_Values)
_R = TypeVar("_R", bound=pulumi.CustomResource)


def _field(name: str, kind: Any) -> _Field:
    # list[str]() is [], str() is "", and a configuration block's ``enabled`` is False.
    item = next(iter(get_args(kind)), kind)
    return _Field(state_name(name), get_origin(kind) or kind, item if issubclass(item, _Values) else None)


def _output_type(cls: type[_V]) -> type[_V]:
    """Make a class an output type of the SDK with camelCase names in the state."""
    cls._fields = tuple(_field(name, kind) for name, kind in cls.__annotations__.items())
    for name in cls.__annotations__:
        setattr(cls, name, pulumi.property(state_name(name)))
    # Otherwise the SDK makes a constructor.
    cls.__init__ = _Values.__init__  # type: ignore[method-assign]
    return pulumi.output_type(cls)


def resource_outputs(cls: type[_R]) -> type[_R]:
    """Make each annotated output of a resource class a property.

    An instance keeps its outputs under their names in the state, so that a lookup that is exported as a whole has the
    same kind of keys as its nested values.
    """
    for name, kind in cls.__annotations__.items():
        if name not in cls.__dict__:
            setattr(cls, name, _reading(name, kind))
    names = {name: state_name(name) for name in cls.__annotations__}
    # The SDK translates with it the names in ``additional_secret_outputs`` that a transformation adds.
    setattr(cls, "translate_input_property", lambda _, name: names.get(name, name))  # noqa: B010 - mypy wants a method
    return cls


def secret_outputs(names: Sequence[str] | None) -> list[str] | None:
    """Return the names in the state of outputs to keep secret, including outputs that would reveal one of them."""
    if names is None:
        return None
    secret = {state_name(name) for name in names}
    return sorted(secret | _SAME_SECRET if secret & _SAME_SECRET else secret)


def _reading(name: str, kind: Any) -> property:
    key = state_name(name)

    @pulumi.getter(name=key)
    def read(self: pulumi.CustomResource) -> Any:
        try:
            return self.__dict__[key]
        except KeyError:
            raise InvalidArgumentError(f"{name} is read only with include_timestamps=True") from None

    read.__annotations__["return"] = kind
    return property(read)


def _typed(kind: type[_Values], value: Any) -> Any:
    """Return a nested value of the state as a typed value, which the SDK may have made already."""
    return kind._from_state(value) if type(value) is dict else value


@_output_type
class Condition(_Values):
    """One condition of a gateway's status, like a Kubernetes condition."""

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


@_output_type
class CoreWeaveAuth(_Values):
    """Authentication of inference requests by CoreWeave IAM."""

    enabled: bool
    """Whether the gateway has this configuration."""


@_output_type
class WeightsAndBiasesAuth(_Values):
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


@_output_type
class EndpointConfiguration(_Values):
    """How the gateway's endpoints are reached."""

    enabled: bool
    """Whether the gateway has this configuration."""
    additional_dns: list[str]
    """Additional DNS names, whose records the owner points to the endpoint, sorted."""
    allowed_source_ip_ranges: list[str]
    """CIDR ranges from which clients may connect, sorted; empty if all may."""
    edge_proxy_mode: str
    """Whether requests pass CoreWeave's edge proxy: ``EDGE_PROXY_MODE_MANAGED`` or ``EDGE_PROXY_MODE_DIRECT``."""


@_output_type
class BodyBasedRouting(_Values):
    """Routing by the model's name in a request's body."""

    enabled: bool
    """Whether the gateway has this configuration."""
    api_type: str
    """Where in the body the name is, such as ``API_TYPE_OPENAI``."""


@_output_type
class HeaderBasedRouting(_Values):
    """Routing by the model's name in a request header."""

    enabled: bool
    """Whether the gateway has this configuration."""
    header_name: str
    """The header's name."""


@_output_type
class PathBasedRouting(_Values):
    """Routing by the model's name in the first segment of a request's path."""

    enabled: bool
    """Whether the gateway has this configuration."""


@_output_type
class GatewayResult(_Values):
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

    def _fill(self, state: Mapping[str, Any]) -> None:
        super()._fill(state)
        # The state of a fleet doesn't hold derived outputs.
        self.update(derived_outputs(self))

    def base_url_for(self, model: str) -> str:
        """Return the base URL of a model for OpenAI-compatible clients; see :meth:`GatewayLookup.base_url_for`."""
        return openai_base_url(self.endpoint, self.routing, check_model(model))


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


def typed_gateway(outputs: Mapping[str, Any]) -> GatewayResult:
    """Return a gateway's outputs as a typed value."""
    return GatewayResult._from_state(outputs)


def check_model(model: object) -> str:
    """Return a model's name.

    Raises:
        InvalidArgumentError: The value isn't a str, is blank, or has more than 256 characters.

    """
    if not isinstance(model, str) or not model.strip() or len(model) > _MAX_MODEL:
        raise InvalidArgumentError("base_url_for: expected a model's name, such as 'meta-llama/Llama-3.1-8B'")
    return model
