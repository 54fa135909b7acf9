"""Exceptions of requests, urllib3 and the sockets below → our errors.

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
from ..errors import DeadlineExceededError, TransportError

FOREIGN = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)
"""All that an attempt may raise; the libraries raise ValueError for invalid URLs and proxies."""

_ExceptionClasses = tuple[type[BaseException], ...]


def error_from_exception(error: BaseException, subject: str, settings: Settings, seconds: float) -> TransportError:
    """Return the error for an exception of an attempt.

    Args:
        error: The exception.
        subject: What was requested, for the message.
        settings: The settings that the request was sent with.
        seconds: The time limit of the attempt.

    """
    causes = list(_causes(error))
    certificate = next((cause for cause in causes if isinstance(cause, _CERTIFICATE)), None)
    if certificate is None and any(_is_timeout(cause) for cause in causes):
        return DeadlineExceededError(
            f"{subject}: no complete response from {settings.endpoint} within {max(round(seconds, 1), 0.1):g} s; "
            f"allow more time with {settings.names.lookup_timeout}, or check the network",
            retryable=True,
        )
    if certificate is not None:
        what, remedy, retryable = _describe_certificate(certificate)
    elif any(_is_bundle(cause) for cause in causes):
        what, retryable = "no request to {server}: the CA bundle of REQUESTS_CA_BUNDLE can't be read", False
        remedy = "correct or unset REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE)"
    elif any(_is_proxy(cause) for cause in causes):
        what, remedy, retryable = _describe_proxy([str(cause) for cause in causes])
    elif any(isinstance(cause, _UNUSABLE) for cause in causes):
        what, retryable = "no request to {server}: a URL is invalid", False
        remedy = "check {setting} and the proxy variables (HTTPS_PROXY, NO_PROXY)"
        if any(str(cause).startswith(_SOCKS_MISSING) for cause in causes):
            what = "no request to {server}: a proxy variable names a SOCKS proxy, and PySocks is missing"
            remedy = "run `pip install requests[socks]`"
    else:
        found = (phrase for kinds, phrase in _PHRASES if any(isinstance(cause, kinds) for cause in causes))
        what, remedy, retryable = next(found, _BROKE), "check {setting} and the network", True
    message = f"{what}; {remedy}".replace("{server}", settings.endpoint).replace("{setting}", settings.names.endpoint)
    return TransportError(f"{subject}: {message}", retryable=retryable)


_CERTIFICATE = (ssl.SSLCertVerificationError, HostnameMismatchError)
_UNTRUSTED = "it is signed by an authority that is not trusted here"
_OTHER_HOST = "it is for another host"
_NOT_STRICT = "its CA certificate violates RFC 5280, which Python 3.13 and later enforce"
_VERIFY_CODES = {
    # OpenSSL's numbers are stable; its texts differ between versions.
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is self-signed",
    19: _UNTRUSTED,
    20: _UNTRUSTED,
    21: _UNTRUSTED,
    62: _OTHER_HOST,
    64: _OTHER_HOST,
    **dict.fromkeys(range(85, 92), _NOT_STRICT),
}


def _describe_certificate(error: BaseException) -> tuple[str, str, bool]:
    # The code is missing where it isn't OpenSSL that rejects the certificate.
    why = _VERIFY_CODES.get(getattr(error, "verify_code", 0)) or getattr(error, "verify_message", "") or ""
    remedy = "check {setting}; behind a proxy with its own CA, set REQUESTS_CA_BUNDLE to its bundle"
    if why == _NOT_STRICT:
        remedy = "have the CA certificate reissued (with key identifiers and a critical basicConstraints extension)"
    return f"the certificate of {{server}} was rejected: {why.rstrip('.') or 'no reason given'}", remedy, False


_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)


def _is_timeout(error: BaseException) -> bool:
    # urllib3 derives all failures to connect from its timeouts: refused connections and unknown hosts too.
    return isinstance(error, _TIMEOUTS) and not isinstance(error, urllib3.exceptions.NewConnectionError)


def _is_bundle(error: BaseException) -> bool:
    if isinstance(error, ssl.SSLError):
        return getattr(error, "library", None) in {"PEM", "X509"}
    return isinstance(error, OSError) and str(error).startswith("Could not find a suitable TLS CA")


_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b", re.ASCII)
"""What http.client raises for a proxy that responds to CONNECT with another status than 200."""
_PROXY_LOGIN = 407
_TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504})
_SOCKS = re.compile(r"\b0x([0-9a-f]{2}): ", re.ASCII)
"""How PySocks begins to describe an error reply."""
_SOCKS_LOGIN = re.compile(r"\bauthentication\b", re.ASCII)
_PERMANENT_SOCKS = frozenset({0x02, 0x07, 0x08, 0x5C, 0x5D})
"""Not allowed, not supported, and the two replies of SOCKS4 about the user."""
_SOCKS_MISSING = "Missing dependencies for SOCKS support"


def _is_proxy(error: BaseException) -> bool:
    kinds = (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)
    return isinstance(error, kinds) or type(error).__module__ == "socks"


def _describe_proxy(texts: list[str]) -> tuple[str, str, bool]:
    status = next((int(found[1]) for text in texts if (found := _TUNNEL.search(text))), None)
    code = next((int(found[1], 16) for text in texts if (found := _SOCKS.search(text))), None)
    login = status == _PROXY_LOGIN or any(_SOCKS_LOGIN.search(text) for text in texts)
    remedy = "check the proxy variables (HTTPS_PROXY, NO_PROXY) and the network"
    if login:
        remedy = "check the user name and password in HTTPS_PROXY"
    if status is not None:
        return f"the proxy refused a connection to {{server}} (HTTP {status})", remedy, status in _TRANSIENT_STATUSES
    if login:
        return "the proxy refused a connection to {server} (SOCKS login)", remedy, False
    if code is not None:
        return f"the proxy refused a connection to {{server}} (SOCKS {code:#04x})", remedy, code not in _PERMANENT_SOCKS
    return "the proxy for {server} could not be reached", remedy, True


_BROKE = "the connection to {server} broke"
_PHRASES: tuple[tuple[_ExceptionClasses, str], ...] = (
    ((socket.gaierror, socket.herror, urllib3.exceptions.NameResolutionError), "the host of {server} was not found"),
    ((ConnectionRefusedError,), "{server} refused the connection"),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), "the connection to {server} was reset"),
    (
        (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError),
        "the TLS handshake with {server} failed",
    ),
    (
        (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError),
        "the response of {server} is not valid gzip",
    ),
    ((IncompleteRead,), _BROKE),
    ((HTTPException, requests.exceptions.InvalidHeader), "the response of {server} is not HTTP"),
)
_UNUSABLE = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.URLRequired,
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.ProxySchemeUnsupported,
    UnicodeError,
)


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
