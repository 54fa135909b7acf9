"""The API client: one call returns typed, immutable gateways. It knows nothing of Pulumi.

================ ==================================================================
module           concern
================ ==================================================================
client           :class:`GatewayClient`: get and list
retry            the retry loop: attempts, backoff, one deadline over all
rate_limit       after a 429: requests of all clients are spaced out
transport        one attempt: a GET request in a thread that is abandoned at its deadline
body             reading a response body within limits, and parsing it strictly
transport_errors maps exceptions of requests and urllib3 to GatewayError
http_errors      maps HTTP error responses to GatewayError
redaction        keeps the token out of texts that a server sent
models           a gateway as the API describes it
wire_types       field types as proto3 JSON encodes them
================ ==================================================================
"""

from .client import GatewayClient

__all__ = ["GatewayClient"]
