"""Look up CoreWeave inference gateways from Pulumi programs.

>>> from pulumi_coreweave_gateway import GatewayLookup
>>> gateway = GatewayLookup("prod", gateway_id="…")  # doctest: +SKIP
>>> pulumi.export("endpoint", gateway.endpoint)  # doctest: +SKIP

==================== ===================================================================
module               concern
==================== ===================================================================
``program``          runs in the user's program: resources, functions, waits
``providers``        runs in the dynamic providers' process: what the engine calls for a read
``plugin``           the provider plugin for other Pulumi languages
``gateways``         used by all three: what to read, reads, outputs, names
``deployments``      the same for deployments, which serve models behind gateways
``client``           requests to the API → typed, immutable gateways
``config``           the stack configuration and the environment → checked settings
``validation``       checks of IDs, names, profiles and hosts
``pulumi_internals`` every use of a private or undocumented name of the SDK
``threads``          daemon threads for requests
``errors``           the exception classes
``messages``         strings from users and servers, formatted for one-line messages
``emulator``         an emulator of the gateway API on loopback, for tests and first steps
``doctor``           checks settings, versions, endpoint and token from the command line
``testing``          for unit tests of programs, under ``pulumi.runtime.set_mocks``
==================== ===================================================================

Imports go one way: ``program``, ``providers`` and ``plugin`` import ``deployments``, ``gateways`` and ``client``, and
not each other, but for the names by which a program passes on its provider. The client, and with it requests and
pydantic, is imported by the first request, not with the package.
"""

from .errors import (
    AmbiguousNameError,
    APIError,
    AuthenticationError,
    FleetError,
    GatewayError,
    InternalError,
    InvalidArgumentError,
    InvalidResponseError,
    NotFoundError,
    NotReadyError,
    PermissionDeniedError,
    SettingsError,
    TransportError,
)
from .program.deployment_functions import get_deployments, get_deployments_output
from .program.deployments_lookup import DeploymentsLookup
from .program.functions import get_gateway, get_gateway_output, get_gateways, get_gateways_output
from .program.gateway_lookup import GatewayLookup
from .program.gateways_lookup import GatewaysLookup
from .program.output_types import (
    BodyBasedRouting,
    Condition,
    CoreWeaveAuth,
    DeploymentResult,
    DeploymentsResult,
    EndpointConfiguration,
    GatewayResult,
    GatewaysResult,
    HeaderBasedRouting,
    PathBasedRouting,
    WeightsAndBiasesAuth,
)
from .program.waiting import WaitForReady

__all__ = [
    "APIError",
    "AmbiguousNameError",
    "AuthenticationError",
    "BodyBasedRouting",
    "Condition",
    "CoreWeaveAuth",
    "DeploymentResult",
    "DeploymentsLookup",
    "DeploymentsResult",
    "EndpointConfiguration",
    "FleetError",
    "GatewayError",
    "GatewayLookup",
    "GatewayResult",
    "GatewaysLookup",
    "GatewaysResult",
    "HeaderBasedRouting",
    "InternalError",
    "InvalidArgumentError",
    "InvalidResponseError",
    "NotFoundError",
    "NotReadyError",
    "PathBasedRouting",
    "PermissionDeniedError",
    "SettingsError",
    "TransportError",
    "WaitForReady",
    "WeightsAndBiasesAuth",
    "get_deployments",
    "get_deployments_output",
    "get_gateway",
    "get_gateway_output",
    "get_gateways",
    "get_gateways_output",
]
