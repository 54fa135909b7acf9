"""Words that many rows end in, as users read them."""

from __future__ import annotations

TRIES = "{tries} tries in {seconds} s"
ENDPOINT = "coreweave:endpoint (or COREWEAVE_API_ENDPOINT)"
_LOOKUP_TIMEOUT = "coreweave:lookupTimeout (or COREWEAVE_LOOKUP_TIMEOUT)"

CHECK_NETWORK = f"check {ENDPOINT} and the network"
CHECK_PROXY = f"check {ENDPOINT}, and for a proxy in the way"
AGAIN = f"run the command again; allow more time with {_LOOKUP_TIMEOUT} if it happens often"
LATER = f"run the command again later, or allow more time with {_LOOKUP_TIMEOUT}"
TOKEN_ADVICE = (
    "set a valid one (COREWEAVE_API_TOKEN, CW_API_TOKEN, or `pulumi config set --secret coreweave:token`); after a "
    "rotation in the stack's configuration, a plain `pulumi refresh` still uses the old one: run `pulumi up` or "
    "`pulumi refresh --run-program`"
)
ROLE = "give it the role Inference Viewer (or Inference Admin)"

BROKE = f"gateway {{id}}: the connection to {{endpoint}} broke, {TRIES}; {CHECK_NETWORK}"
NO_HTTP = f"gateway {{id}}: the answer from {{endpoint}} is not HTTP, {TRIES}; {CHECK_NETWORK}"
RESET = f"gateway {{id}}: the connection to {{endpoint}} was reset, {TRIES}; {CHECK_NETWORK}"
SILENT = (
    f"gateway {{id}}: no whole answer from {{endpoint}} within {{httpTimeout}} s, {TRIES}; "
    f"allow more time with {_LOOKUP_TIMEOUT}, or check the network"
)
_LOGIN = f"look for a proxy or a login page in the way, and check {ENDPOINT}"
NOT_JSON = f"gateway {{id}}: an answer that is not JSON from {{endpoint}}, {TRIES}; {_LOGIN}"
EMPTY = f"gateway {{id}}: an empty answer from {{endpoint}}, {TRIES}; {_LOGIN}"
UNUSABLE = (
    "gateway {id}: no request could be made to {endpoint}; check the endpoint and the proxy variables "
    "(HTTPS_PROXY, NO_PROXY)"
)
NEWER = "check the endpoint setting, and whether a newer version of this package is out"


def breaks(place: str, reason: str) -> str:
    """Return the words for a field that isn't what the contract says."""
    return f"gateway {{id}}: the API's answer breaks its contract: {place}: {reason}; {NEWER}"
