"""The client: one call to the API → one typed, immutable gateway. It knows no Pulumi.

================ =============================================================================
module           concern
================ =============================================================================
client           :class:`GatewayClient`: get and list
retry            the one loop: tries, pauses and the deadline over all of them
policy           how often, and how far apart, a try is repeated
transport        the session: token, proxies, no redirects, no ``.netrc``, no cookies
connections      what a session connects with: a watch can end it at any moment
socks_proxies    the same through a SOCKS proxy
dialing          a connection within a deadline
watchdog         closes the connection of a try that has run out of time
body             reading an answer, bounded, and parsing it strictly
transport_errors maps what requests and urllib3 raise → our errors
http_errors      maps statuses and error bodies → our errors
redaction        masks a token that a server's text echoes
models           a gateway as the API describes it
wire_types       the values in it, as proto3 JSON may write them
================ =============================================================================
"""

from .client import GatewayClient

__all__ = ["GatewayClient"]
