"""Look up CoreWeave inference gateways from Pulumi programs.

>>> from pulumi_coreweave_gateway import GatewayLookup
>>> gateway = GatewayLookup("prod", gateway_id="…")  # doctest: +SKIP
>>> pulumi.export("endpoint", gateway.endpoint)  # doctest: +SKIP

==================== ===================================================================
module               concern
==================== ===================================================================
``program``          runs in the user's program: resources, functions, waits, names
``provider_process`` runs in the provider's process: reads
``gateways``         used by both: requests, fleets, outputs
``client``           one call to the API → one typed, immutable gateway
``providers``        the dynamic providers, as every state names them
``config``           the stack's configuration and the environment → checked settings
``validation``       gateway ids, checked before they reach a URL
``durations``        Go durations, as the settings take them
``errors``           all that can go wrong, as a tree of classes
``messages``         a server's text, made fit for one line of a message
``emulator``         the gateway API on loopback, for tests and first steps (an extra)
``pytest_plugin``    the same as a pytest fixture
``testing``          for unit tests of programs, under ``pulumi.runtime.set_mocks``
==================== ===================================================================

Calls go one way: program and provider_process → gateways → client. Names are
imported when they are first used, so that a program pays for what it takes.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import (
        AmbiguousNameError,
        APIError,
        AuthenticationError,
        DeadlineExceededError,
        FleetError,
        GatewayError,
        GatewayNotFoundError,
        GatewayUnusableError,
        InternalError,
        InvalidArgumentError,
        InvalidResponseError,
        NameNotFoundError,
        PermissionDeniedError,
        RateLimitError,
        ServerError,
        SettingsError,
        TransportError,
        WaitError,
        WaitTimeoutError,
    )
    from .program.functions import get_gateway, get_gateway_output, get_gateways, get_gateways_output
    from .program.gateway_lookup import GatewayLookup
    from .program.gateways_lookup import GatewaysLookup
    from .program.output_types import (
        BodyBasedRouting,
        Condition,
        CoreWeaveAuth,
        EndpointConfiguration,
        GatewayResult,
        GatewaysResult,
        HeaderBasedRouting,
        PathBasedRouting,
        WeightsAndBiasesAuth,
    )
    from .program.wait_for_ready import WaitForReady

_HOMES = {
    "BodyBasedRouting": ".program.output_types",
    "Condition": ".program.output_types",
    "CoreWeaveAuth": ".program.output_types",
    "EndpointConfiguration": ".program.output_types",
    "GatewayLookup": ".program.gateway_lookup",
    "GatewayResult": ".program.output_types",
    "GatewaysLookup": ".program.gateways_lookup",
    "GatewaysResult": ".program.output_types",
    "HeaderBasedRouting": ".program.output_types",
    "PathBasedRouting": ".program.output_types",
    "WaitForReady": ".program.wait_for_ready",
    "WeightsAndBiasesAuth": ".program.output_types",
    "get_gateway": ".program.functions",
    "get_gateway_output": ".program.functions",
    "get_gateways": ".program.functions",
    "get_gateways_output": ".program.functions",
}
_ERRORS = ".errors"

__all__ = [
    "APIError",
    "AmbiguousNameError",
    "AuthenticationError",
    "BodyBasedRouting",
    "Condition",
    "CoreWeaveAuth",
    "DeadlineExceededError",
    "EndpointConfiguration",
    "FleetError",
    "GatewayError",
    "GatewayLookup",
    "GatewayNotFoundError",
    "GatewayResult",
    "GatewayUnusableError",
    "GatewaysLookup",
    "GatewaysResult",
    "HeaderBasedRouting",
    "InternalError",
    "InvalidArgumentError",
    "InvalidResponseError",
    "NameNotFoundError",
    "PathBasedRouting",
    "PermissionDeniedError",
    "RateLimitError",
    "ServerError",
    "SettingsError",
    "TransportError",
    "WaitError",
    "WaitForReady",
    "WaitTimeoutError",
    "WeightsAndBiasesAuth",
    "get_gateway",
    "get_gateway_output",
    "get_gateways",
    "get_gateways_output",
]


if not TYPE_CHECKING:  # a type checker would take every name for one that there is

    def __getattr__(name: str) -> Any:
        home = _HOMES.get(name) or (_ERRORS if name in __all__ else None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(home, __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
