"""Mapping of exceptions of requests, urllib3 and the sockets below to GatewayError.

Their texts are not shown: they may hold a proxy's password, and they read like a traceback.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead

import requests
import urllib3.exceptions
from urllib3.util.ssl_match_hostname import CertificateError as HostnameMismatchError

from ..config import Settings
from ..errors import TransportError

FOREIGN = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)
"""All that an attempt may raise; the libraries raise ValueError for invalid URLs and proxies."""


def error_from_exception(error: BaseException, subject: str, settings: Settings, seconds: float) -> TransportError:
    """Return the error for an exception of an attempt.

    Args:
        error: The exception.
        subject: What was requested, for the message.
        settings: The settings that the request was sent with.
        seconds: The time limit of the attempt.

    """
    causes = list(_causes(error))
    if any(map(_is_timeout, causes)) and not any(isinstance(cause, _CERTIFICATE) for cause in causes):
        return TransportError(
            f"{subject}: no complete response from {settings.endpoint} within {max(round(seconds, 1), 0.1):g} s; "
            f"allow more time with {settings.names.lookup_timeout}, or check the network",
            retryable=True,
            timed_out=True,
        )
    what, remedy, retryable = _describe(causes)
    message = f"{what}; {remedy}".replace("{server}", settings.endpoint).replace("{setting}", settings.names.endpoint)
    return TransportError(f"{subject}: {message}", retryable=retryable)


def _describe(causes: list[BaseException]) -> tuple[str, str, bool]:
    """Return what failed, the remedy, and whether the failure is retryable."""
    certificate = next((cause for cause in causes if isinstance(cause, _CERTIFICATE)), None)
    if certificate is not None:
        return _describe_certificate(certificate)
    if any(map(_is_bundle, causes)):
        remedy = "correct or unset REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE)"
        return "no request to {server}: the CA bundle of REQUESTS_CA_BUNDLE can't be read", remedy, False
    if any(map(_is_proxy, causes)):
        return _describe_proxy(causes)
    if any(isinstance(cause, _UNUSABLE_URL) for cause in causes):
        remedy = "check {setting} and the proxy variables (HTTPS_PROXY); for SOCKS run `pip install requests[socks]`"
        return "no request to {server}: its URL or the proxy's can't be used", remedy, False
    found = (phrase for kinds, phrase in _PHRASES if any(isinstance(cause, kinds) for cause in causes))
    return next(found, _FAILED), "check {setting} and the network", True


_CERTIFICATE = (ssl.SSLCertVerificationError, HostnameMismatchError)
_STRICT_CHECKS = range(80, 94)
"""OpenSSL's numbers for what only its strict checks reject."""


def _describe_certificate(error: BaseException) -> tuple[str, str, bool]:
    # OpenSSL says why; urllib3 itself rejects a certificate only for its host.
    why = getattr(error, "verify_message", "").rstrip(".") or "it is for another host"
    remedy = "check {setting}; behind a proxy with its own CA, set REQUESTS_CA_BUNDLE to its bundle"
    if getattr(error, "verify_code", 0) in _STRICT_CHECKS:
        remedy = "have it or the CA certificate reissued, because Python 3.13 and later enforce RFC 5280"
    return f"the certificate of {{server}} was rejected: {why}", remedy, False


def _is_timeout(error: BaseException) -> bool:
    # urllib3 derives all failures to connect from its timeouts: refused connections and unknown hosts too.
    timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
    return isinstance(error, timeouts) and not isinstance(error, urllib3.exceptions.NewConnectionError)


def _is_bundle(error: BaseException) -> bool:
    if isinstance(error, ssl.SSLError):
        return getattr(error, "library", None) in {"PEM", "X509"}
    return isinstance(error, OSError) and str(error).startswith("Could not find a suitable TLS CA")


def _is_proxy(error: BaseException) -> bool:
    kinds = (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)
    return isinstance(error, kinds) or type(error).__module__ == "socks"


_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b", re.ASCII)
"""What http.client raises for a proxy that responds to CONNECT with another status than 200."""
_TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504})


def _describe_proxy(causes: list[BaseException]) -> tuple[str, str, bool]:
    remedy = "check the proxy variables (HTTPS_PROXY, NO_PROXY), and the user name and password in them"
    for cause in causes:
        if found := _TUNNEL.search(str(cause)):
            what = f"the proxy refused a connection to {{server}} (HTTP {found[1]})"
            return what, remedy, int(found[1]) in _TRANSIENT_STATUSES
    return "no connection to {server} through the proxy", remedy, True


_UNUSABLE_URL = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.URLRequired,
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.ProxySchemeUnsupported,
    UnicodeError,
)
_FAILED = "the connection to {server} failed"
_PHRASES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((socket.gaierror, socket.herror, urllib3.exceptions.NameResolutionError), "the host of {server} was not found"),
    ((ConnectionRefusedError,), "{server} refused the connection"),
    ((ConnectionError, IncompleteRead), _FAILED),
    ((ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError), "TLS with {server} failed"),
    ((HTTPException, requests.exceptions.InvalidHeader), "the response of {server} is not HTTP"),
    (
        (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError),
        "the response of {server} is not valid gzip",
    ),
)
"""The first of these that describes any of the causes is what failed."""


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
