"""Messages that several rows expect."""

from __future__ import annotations

SETTING = "coreweave-gateway:endpoint (or COREWEAVE_API_ENDPOINT)"
TIMEOUT = "coreweave-gateway:lookupTimeout (or COREWEAVE_LOOKUP_TIMEOUT)"

_NETWORK = f"check {SETTING} and the network"
PROXY_BETWEEN = f"check {SETTING}, and look for a proxy or a login page in between"
AGAIN = f"run the command again, or allow more time with {TIMEOUT}"

FAILED = f"gateway {{id}}: the connection to {{endpoint}} failed; {_NETWORK}"
NOT_HTTP = f"gateway {{id}}: the response of {{endpoint}} is not HTTP; {_NETWORK}"
REFUSED = f"gateway {{id}}: {{endpoint}} refused the connection; {_NETWORK}"
NO_HOST = f"gateway {{id}}: the host of {{endpoint}} was not found; {_NETWORK}"
NO_TLS = f"gateway {{id}}: TLS with {{endpoint}} failed; {_NETWORK}"
NOT_GZIP = f"gateway {{id}}: the response of {{endpoint}} is not valid gzip; {_NETWORK}"
SILENT = (
    f"gateway {{id}}: no complete response from {{endpoint}} within {{httpTimeout}} s; "
    f"allow more time with {TIMEOUT}, or check the network"
)
NOT_JSON = f"gateway {{id}}: the response of {{endpoint}} is not JSON; {PROXY_BETWEEN}"
EMPTY = f"gateway {{id}}: the response of {{endpoint}} is empty; {PROXY_BETWEEN}"
TOO_DEEP = f"gateway {{id}}: the response of {{endpoint}} is nested too deeply; {PROXY_BETWEEN}"
TOO_LARGE = f"gateway {{id}}: the response of {{endpoint}} is larger than 4 MiB; {PROXY_BETWEEN}"
INVALID_URL = (
    f"gateway {{id}}: no request to {{endpoint}}: its URL or the proxy's can't be used; check {SETTING} and the proxy "
    "variables (HTTPS_PROXY); for SOCKS run `pip install requests[socks]`"
)
