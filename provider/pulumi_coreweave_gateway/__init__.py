"""Look up CoreWeave inference gateways from Pulumi programs.

>>> from pulumi_coreweave_gateway import GatewayLookup
>>> gateway = GatewayLookup("prod", gateway_id="…")  # doctest: +SKIP
>>> pulumi.export("endpoint", gateway.endpoint)  # doctest: +SKIP

=================  =====================================================================
module             concern
=================  =====================================================================
``lookups``        the resources, and what the provider's process reads for them
``providers``      the dynamic providers, as every state names them
``client``         one call to the API → one typed, immutable gateway
``settings``       the stack's configuration and the environment → checked settings
``identifiers``    gateway ids, checked before they reach a URL
``endpoints``      what follows from a gateway's endpoints
``durations``      Go durations, as the settings take them
``errors``         all that can go wrong, as a tree of classes
``emulator``       the gateway API on loopback, for tests and first steps (an extra)
``pytest_plugin``  the same as a pytest fixture
``testing``        for unit tests of programs, under ``pulumi.runtime.set_mocks``
``text``           a server's text, made fit for one line of a message
``masking``        stars for a token that such a text echoes
=================  =====================================================================

Calls go one way: lookups → client → wire models, with settings, identifiers and errors beside them. Names are
imported when they are first used, so that a program pays for what it takes.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import (
        AmbiguousNameError,
        APIError,
        AuthenticationError,
        BodyTooLargeError,
        CertificateError,
        ConflictError,
        ConnectionFailedError,
        ContractError,
        DeadlineExceededError,
        FleetError,
        GatewayError,
        GatewayNotFoundError,
        GatewayUnusableError,
        InvalidArgumentError,
        InvalidRequestError,
        InvalidSettingError,
        MissingTokenError,
        NameLookupError,
        NameNotFoundError,
        NotJSONError,
        PermissionDeniedError,
        ProtocolError,
        RateLimitedError,
        RedirectError,
        ServerError,
        SettingsError,
        TransportError,
        UnexpectedError,
        UnexpectedStatusError,
        UnimplementedError,
        WaitError,
        WaitTimeoutError,
    )
    from .lookups.functions import get_gateway, get_gateway_output, get_gateways, get_gateways_output
    from .lookups.gateway_lookup import GatewayLookup
    from .lookups.gateways_lookup import GatewaysLookup
    from .lookups.results import (
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
    from .lookups.waiting import WaitForReady

_HOMES = {
    "BodyBasedRouting": ".lookups.results",
    "Condition": ".lookups.results",
    "CoreWeaveAuth": ".lookups.results",
    "EndpointConfiguration": ".lookups.results",
    "GatewayLookup": ".lookups.gateway_lookup",
    "GatewayResult": ".lookups.results",
    "GatewaysLookup": ".lookups.gateways_lookup",
    "GatewaysResult": ".lookups.results",
    "HeaderBasedRouting": ".lookups.results",
    "PathBasedRouting": ".lookups.results",
    "WaitForReady": ".lookups.waiting",
    "WeightsAndBiasesAuth": ".lookups.results",
    "get_gateway": ".lookups.functions",
    "get_gateway_output": ".lookups.functions",
    "get_gateways": ".lookups.functions",
    "get_gateways_output": ".lookups.functions",
}
_ERRORS = ".errors"

__all__ = [
    "APIError",
    "AmbiguousNameError",
    "AuthenticationError",
    "BodyBasedRouting",
    "BodyTooLargeError",
    "CertificateError",
    "Condition",
    "ConflictError",
    "ConnectionFailedError",
    "ContractError",
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
    "InvalidArgumentError",
    "InvalidRequestError",
    "InvalidSettingError",
    "MissingTokenError",
    "NameLookupError",
    "NameNotFoundError",
    "NotJSONError",
    "PathBasedRouting",
    "PermissionDeniedError",
    "ProtocolError",
    "RateLimitedError",
    "RedirectError",
    "ServerError",
    "SettingsError",
    "TransportError",
    "UnexpectedError",
    "UnexpectedStatusError",
    "UnimplementedError",
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
