"""Look up CoreWeave inference gateways from Pulumi programs.

>>> from pulumi_coreweave_gateway import GatewayLookup
>>> gateway = GatewayLookup("prod", gateway_id="…")  # doctest: +SKIP
>>> pulumi.export("endpoint", gateway.endpoint)  # doctest: +SKIP

==================== ===================================================================
module               concern
==================== ===================================================================
``program``          runs in the user's program: resources, functions, waits, names
``provider_process`` runs in the provider's process: reads
``plugin``           the provider plugin for other Pulumi languages
``gateways``         used by both: requests, fleets, outputs
``client``           one call to the API → one typed, immutable gateway
``providers``        the dynamic providers, as every state names them
``config``           the stack's configuration and the environment → checked settings
``validation``       gateway ids, checked before they reach a URL
``pulumi_internals`` every use of a private or undocumented name of the SDK
``errors``           all that can go wrong, as a tree of classes
``messages``         a server's text, made fit for one line of a message
``emulator``         the gateway API on loopback, for tests and first steps (an extra)
``pytest_plugin``    the same as a pytest fixture
``doctor``           checks settings, versions, endpoint and token from the command line
``testing``          for unit tests of programs, under ``pulumi.runtime.set_mocks``
==================== ===================================================================

Imports go one way: ``program`` and ``provider_process`` import ``gateways``, which imports ``client``. The client,
requests and pydantic are imported by the first request, not by the package.
"""

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
