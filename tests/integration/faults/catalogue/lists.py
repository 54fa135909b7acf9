"""The list of gateways, where it differs from a single gateway."""

from __future__ import annotations

from pulumi_coreweave_gateway.errors import APIError, InvalidResponseError

from ..model import Start, fails, passes
from ..responses import body, floods, gateway, http, responds
from ..scenes import served
from .messages import PROXY_BETWEEN, SETTING, TOO_LARGE

_NEWER = "check the endpoint, and for a newer version of this package"
_TOKEN = f"the list of gateways: the API's nextPageToken is invalid or repeated; check {SETTING}"


def _page(*values: object) -> Start:
    """Return a function that sets up a server with these pages."""
    return served(*(responds(http(200, body(value))) for value in values), list_all=True)


FAULTS = (
    fails(
        "list-none",
        InvalidResponseError,
        f"the list of gateways: the API's response holds no list; check {SETTING}",
        {"object": _page({"items": {"0": gateway()}}), "number": _page({"items": 7}), "top": _page("none")},
    ),
    fails(
        "list-error-with-200",
        InvalidResponseError,
        "the list of gateways: {endpoint} returned an error body with status 200 (HTTP 200, unauthenticated), the "
        f"server says: who is asking; {PROXY_BETWEEN}",
        _page({"code": 16, "message": "who is asking"}),
    ),
    fails(
        "list-no-gateway",
        InvalidResponseError,
        f"the list of gateways, item 1: the API's response holds no gateway; {_NEWER}",
        {"null": _page({"items": [gateway(), None]}), "list": _page([gateway(), [gateway()]])},
    ),
    fails(
        "list-broken-gateway",
        InvalidResponseError,
        f"the list of gateways, item 1: the API's response breaks its contract: spec.id: missing; {_NEWER}",
        _page({"items": [gateway(), {"spec": {"name": "prod"}}]}),
    ),
    fails(
        "list-404",
        APIError,
        "the list of gateways: unexpected response from {endpoint} (HTTP 404, not_found), the server says: no such "
        f"page; {PROXY_BETWEEN}",
        served(responds(http(404, body({"code": 5, "message": "no such page"}))), list_all=True),
        cause="The endpoint has a path of its own: it is not the CoreWeave API.",
    ),
    fails(
        "list-too-large",
        InvalidResponseError,
        TOO_LARGE.replace("gateway {id}", "the list of gateways").replace("4 MiB", "32 MiB"),
        served(floods(http(200, b"", length=None)), list_all=True, most_sent=96 * 1024 * 1024),
    ),
    passes(
        "list-pages",
        _page({"items": [gateway()], "nextPageToken": "a/b&c"}, {"items": [], "nextPageToken": ""}),
        requests=2,
    ),
    fails(
        "list-pages-in-a-circle",
        InvalidResponseError,
        _TOKEN,
        _page({"nextPageToken": "a"}, {"nextPageToken": "b"}, {"nextPageToken": "a"}),
        requests=3,
    ),
    fails("list-invalid-page", InvalidResponseError, _TOKEN, _page({"items": [], "nextPageToken": 7})),
)
