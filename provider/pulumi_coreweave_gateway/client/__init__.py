"""The client: one call to the API → one typed, immutable gateway. It knows no Pulumi.

===============  =============================================================================
module           concern
===============  =============================================================================
gateway_client   :class:`GatewayClient`: get and list
exchange         the one loop: tries, pauses and the deadline over all of them
policy           how often, and how far apart, a try is repeated
transport        the session: token, proxies, no redirects, no ``.netrc``, no cookies
connections      what a session connects with: a watch can end it at any moment
socks_proxies    the same through a SOCKS proxy
dialing          a connection within a deadline
watchdog         closes the connection of a try that has run out of time
bodies           reading an answer, bounded, and parsing it strictly
failures         the border: what requests and urllib3 raise → our errors
refusals         the other border: statuses and error bodies → our errors
models           a gateway as the API describes it
wire_values      the values in it, as proto3 JSON may write them
===============  =============================================================================
"""

from .gateway_client import GatewayClient

__all__ = ["GatewayClient"]
