"""The API client: one call returns typed, immutable gateways. It is independent of Pulumi.

================= ========================================================================================
module            concern
================= ========================================================================================
client            :class:`GatewayClient`: get and list
retry             the retry loop: attempts until one deadline, turns after a 429
transport         one attempt: a GET request on a thread that is abandoned at its time limit, and its body
failures          an exception or an error response, as a GatewayError
models            what the API describes: what all objects share, and gateways
deployment_models deployments
================= ========================================================================================
"""

from .client import GatewayClient

__all__ = ["GatewayClient"]
