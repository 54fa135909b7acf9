"""Convert the failure of an attempt, an exception or an unsuccessful response, to a :class:`GatewayError`.

The messages of exceptions are not shown: they may contain a proxy's password, and they read like a traceback. The body
of an error is a google.rpc.Status whose code is a number or, as seen as well, a name; a proxy in between may respond
with HTML or nothing.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from urllib3.util.ssl_match_hostname import CertificateError as HostnameMismatchError

from ..config import SettingNames, Settings
from ..errors import (
    APIError,
    AuthenticationError,
    GatewayError,
    InternalError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    TransportError,
)
from ..messages import server_text
from .transport import OK, Call, InvalidBodyError, Response, parse_json

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY_REQUESTS, NOT_IMPLEMENTED = 401, 403, 404, 429, 501
GRPC_CODES = (
    *("ok", "cancelled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists"),
    *("permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented"),
    *("internal", "unavailable", "data_loss", "unauthenticated"),
)
"""The names of google.rpc.Code, by number."""

_REQUEST_IDS = ("x-request-id", "x-correlation-id", "cf-ray")
_MAX_ID, _MAX_CODE = 64, 40
_REDIRECTS, _SERVER_ERRORS = range(300, 400), range(500, 600)


def from_response(response: Response, call: Call, settings: Settings, retry_after: float | None) -> GatewayError:
    """Return the error for a response whose status isn't 200.

    Args:
        response: The response.
        call: The request.
        settings: The settings that the request was sent with.
        retry_after: The seconds of its ``Retry-After`` header.

    """
    status, token, names, server = response.status, settings.token.reveal(), settings.names, settings.endpoint
    code, message = _error_body(response.body, token)
    request_id = next((found for name in _REQUEST_IDS if (found := response.headers.get(name))), None)
    request_id = server_text(request_id, token, _MAX_ID) if request_id else None
    facts = _facts(status, code, request_id, message)
    again = f"run the command again later, or increase {names.lookup_timeout}"
    kind: type[GatewayError] = APIError
    retryable = False
    if status in _REDIRECTS:
        text = (
            f"{server} redirects to {_location(response, token)}, and the token is not sent there{facts}; "
            f"set {names.endpoint} to the API itself: a proxy or login page may be intercepting the request"
        )
    elif status == UNAUTHORIZED:
        kind = AuthenticationError
        source = f" from {settings.token_source}" if settings.token_source else ""
        text = (
            f"{_who(server, code, message)} rejected the token{source}{facts}; set a valid "
            "CoreWeave API token there. A refresh uses the settings of the last `pulumi up`: after a rotation run "
            "`pulumi up --refresh=false` once"
        )
    elif status == FORBIDDEN:
        kind = PermissionDeniedError
        text = (
            f"permission denied by {_who(server, code, message)}{facts}; grant the role Inference Viewer or Inference "
            "Admin (legacy groups, even admin, lack it), and check that Dedicated Inference is enabled for the "
            "organization"
        )
    elif status == NOT_FOUND and call.single and code == "not_found":
        # Any other 404 is from a proxy, or a server that isn't the API: nothing may be taken for deleted.
        kind = NotFoundError
        text = f"not found at {server}{facts}; check the ID, and that the token belongs to the gateway's organization"
    elif status == TOO_MANY_REQUESTS:
        retryable, text = True, f"the rate limit of {server} was exceeded{facts}; {again}"
    elif status in _SERVER_ERRORS and status != NOT_IMPLEMENTED:
        retryable, text = True, f"{server} failed{facts}; {again}"
    else:
        text = f"unexpected response from {server}{facts}; {_intercepted(names)}"
    return kind(
        f"{call.label}: {text}",
        http_status=status,
        grpc_code=code,
        request_id=request_id,
        server_message=message,
        retryable=retryable,
        retry_after=retry_after if retryable else None,
    )


def from_error_body(answer: object, call: Call, settings: Settings) -> InvalidResponseError | None:
    """Return the error for an error body with status 200, as from a proxy that drops the status; None for others."""
    code, message = _status(answer, settings.token.reveal())
    if not code and not message:
        return None
    return InvalidResponseError(
        f"{call.label}: {settings.endpoint} returned an error body with status 200{_facts(OK, code, None, message)}; "
        f"{_intercepted(settings.names)}",
        http_status=OK,
        grpc_code=code,
        server_message=message,
    )


def from_exception(error: BaseException, call: Call, settings: Settings) -> GatewayError:
    """Return the error for an exception of an attempt.

    Args:
        error: The exception.
        call: The request.
        settings: The settings that the request was sent with.

    """
    if isinstance(error, GatewayError):
        return error
    if isinstance(error, InvalidBodyError):
        by_id = "look up gateways by their IDs, and deployments by gateway"
        remedy = f"check {settings.names.endpoint}" if call.single else by_id
        return InvalidResponseError(
            f"{call.label}: the response of {settings.endpoint} {error}; "
            + (remedy if error.too_large else _intercepted(settings.names)),
            http_status=OK,
            retryable=not error.too_large,
        )
    if not isinstance(error, _EXPECTED):
        return InternalError.from_exception(call.label, error)
    what, remedy, retryable = _describe(list(_causes(error)))
    text = f"{what}; {remedy}".replace("{server}", settings.endpoint).replace("{setting}", settings.names.endpoint)
    return TransportError(f"{call.label}: {text}", retryable=retryable)


def _who(server: str, code: str | None, message: str | None) -> str:
    """Return who responded: the server, unless the body isn't the API's."""
    return server if code or message else f"something in front of {server} (its response isn't the API's)"


def _intercepted(names: SettingNames) -> str:
    return f"check {names.endpoint}: a proxy or login page may be intercepting the request"


def _facts(status: int, code: str | None, request_id: str | None, message: str | None) -> str:
    """Return what the server said, such as `` (HTTP 404, not_found), the server says: …``."""
    facts = ", ".join(filter(None, [f"HTTP {status}", code, request_id and f"request {request_id}"]))
    return f" ({facts})" + (f", the server says: {message}" if message else "")


def _location(response: Response, token: str) -> str:
    """Return the host that a redirect leads to; the rest of the URL may contain secrets."""
    try:
        host = urlsplit(response.headers.get("location", "")).hostname
    except ValueError:
        host = None
    return server_text(host, token, _MAX_ID) if host else "another location"


def _error_body(body: bytes, token: str) -> tuple[str | None, str | None]:
    """Return code and message of an error body, None for what is missing."""
    try:
        return _status(parse_json(body) if body else None, token)
    except InvalidBodyError:
        return None, None


def _status(status: Any, token: str) -> tuple[str | None, str | None]:
    if not isinstance(status, dict):
        return None, None
    code, message = status.get("code"), status.get("message")
    if isinstance(code, int) and not isinstance(code, bool):
        code = GRPC_CODES[code] if 0 <= code < len(GRPC_CODES) else f"code_{code}"[:_MAX_CODE]
    return (
        (server_text(code, token, _MAX_CODE).lower() or None) if isinstance(code, str) else None,
        (server_text(message, token) or None) if isinstance(message, str) else None,
    )


_EXPECTED = (
    *(requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError),
    ValueError,  # the libraries raise it for invalid URLs and proxies
)
_CERTIFICATE = (ssl.SSLCertVerificationError, HostnameMismatchError)
_STRICT_CHECKS = range(80, 94)
"""OpenSSL's numbers for what only its strict checks reject."""
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b", re.ASCII)
"""What http.client raises for a proxy that responds to CONNECT with another status than 200."""
_TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504})
_PROXY = (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)
_UNUSABLE_URL = (
    *(requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema),
    *(urllib3.exceptions.LocationValueError, urllib3.exceptions.ProxySchemeUnsupported, UnicodeError),
)
_FAILED = "the connection to {server} failed"
_PHRASES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((socket.gaierror, socket.herror, urllib3.exceptions.NameResolutionError), "the host of {server} was not found"),
    ((ConnectionRefusedError,), "{server} refused the connection"),
    ((ConnectionError, IncompleteRead), _FAILED),
    ((ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError), "TLS with {server} failed"),
    ((HTTPException,), "the response of {server} is not HTTP"),
    ((urllib3.exceptions.DecodeError,), "the response of {server} is not valid gzip"),
)
"""The first of these that describes any of the causes is what failed."""


def _describe(causes: list[BaseException]) -> tuple[str, str, bool]:
    """Return what failed, the remedy, and whether the failure is retryable."""

    def caused_by(*kinds: type[BaseException]) -> BaseException | None:
        return next((cause for cause in causes if isinstance(cause, kinds)), None)

    if any(getattr(cause, "errno", None) in {errno.EMFILE, errno.ENFILE} for cause in causes):
        return "no connection can be opened", "raise the limit of open files (`ulimit -n`)", True
    if certificate := caused_by(*_CERTIFICATE):
        return _describe_certificate(certificate)
    if any(map(_is_bundle, causes)):
        remedy = "correct or unset REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE)"
        return "no request was sent to {server}: the CA bundle of REQUESTS_CA_BUNDLE can't be read", remedy, False
    if caused_by(*_PROXY) or any(type(cause).__module__ == "socks" for cause in causes):
        return _describe_proxy(causes)
    if caused_by(*_UNUSABLE_URL) or not caused_by(*_EXPECTED[:-1]):
        remedy = "check {setting} and the proxy variables (HTTPS_PROXY); for SOCKS run `pip install requests[socks]`"
        return "no request was sent to {server}: its URL or the proxy's can't be used", remedy, False
    what = next((phrase for kinds, phrase in _PHRASES if caused_by(*kinds)), _FAILED)
    return what, "check {setting} and the network", True


def _is_bundle(error: BaseException) -> bool:
    if isinstance(error, ssl.SSLError):
        return getattr(error, "library", None) in {"PEM", "X509"}
    return isinstance(error, OSError) and str(error).startswith("Could not find a suitable TLS CA")


def _describe_certificate(error: BaseException) -> tuple[str, str, bool]:
    # OpenSSL says why; urllib3 itself rejects a certificate only for its host.
    why = getattr(error, "verify_message", "").rstrip(".") or "it is for another host"
    remedy = "check {setting}; behind a proxy with its own CA, set REQUESTS_CA_BUNDLE to its bundle"
    if getattr(error, "verify_code", 0) in _STRICT_CHECKS:
        remedy = "have it or the CA certificate reissued, because Python 3.13 and later enforce RFC 5280"
    return f"the certificate of {{server}} was rejected: {why}", remedy, False


def _describe_proxy(causes: list[BaseException]) -> tuple[str, str, bool]:
    remedy = "check the proxy variables (HTTPS_PROXY, NO_PROXY), and the user name and password in them"
    for cause in causes:
        if found := _TUNNEL.search(str(cause)):
            what = f"the proxy refused a connection to {{server}} (HTTP {found[1]})"
            return what, remedy, int(found[1]) in _TRANSIENT_STATUSES
    return "no connection to {server} through the proxy", remedy, True


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it wraps: as cause, context, reason or argument."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [*found.args, getattr(found, "reason", None), found.__cause__, found.__context__]
