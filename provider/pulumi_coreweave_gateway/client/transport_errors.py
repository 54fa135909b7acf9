"""The border: what requests, urllib3 and the sockets below raise → our errors.

Their texts are not shown: they may hold a proxy's password, and they read like a traceback.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead

import requests
import urllib3.exceptions
from urllib3.util.ssl_match_hostname import CertificateError as HostnameMismatchError

from ..errors import DeadlineExceededError, TransportError

FOREIGN = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError)
"""All that a try may raise of its libraries; ValueError is what they raise for what they can't take."""


@dataclass(frozen=True)
class Failure:
    """Why no whole answer came.

    Attributes:
        kind: the class of our error.
        phrase: what happened, in words that name the server.
        advice: what to do about it, ``""`` for the usual.
        passing: whether another try may help.

    """

    kind: type[TransportError]
    phrase: str
    advice: str = ""
    passing: bool = True


def explain(error: BaseException, server: str, *, out_of_time: bool, seconds: float) -> Failure:
    """Tell what a foreign exception means.

    Args:
        error: the exception.
        server: the endpoint that was asked.
        out_of_time: whether the watchdog ended the try.
        seconds: how long the try was allowed to take.

    """
    causes = list(_causes(error))
    certificate = next((cause for cause in causes if isinstance(cause, _OF_CERTIFICATE)), None)
    if certificate is not None:
        return _of_certificate(certificate, server)
    if out_of_time or any(_is_timeout(cause) for cause in causes):
        return Failure(DeadlineExceededError, f"no whole answer from {server} within {max(round(seconds, 1), 0.1):g} s")
    if any(_is_of_bundle(cause) for cause in causes):
        return Failure(
            TransportError,
            f"no request could be made to {server}, the CA bundle that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names "
            "can't be read",
            "correct or unset that variable",
            passing=False,
        )
    if any(isinstance(cause, _OF_PROXY) for cause in causes):
        return _of_proxy(causes, server)
    if any(isinstance(cause, _UNUSABLE) for cause in causes):
        return _unusable(causes, server)
    phrases = (phrase for kinds, phrase in _PHRASES if any(isinstance(cause, kinds) for cause in causes))
    return Failure(TransportError, next(phrases, _BROKE).replace("{server}", server))


_OF_CERTIFICATE = (ssl.SSLCertVerificationError, HostnameMismatchError)
# By OpenSSL's numbers, which stay; its words differ between versions.
_CERTIFICATES = {
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is self-signed",
    19: "it is signed by an authority that is not trusted here",
    20: "it is signed by an authority that is not trusted here",
    21: "it is signed by an authority that is not trusted here",
    62: "it is for another host",
    64: "it is for another host",
}


def _of_certificate(error: BaseException, server: str) -> Failure:
    # OpenSSL's details are there only where it was OpenSSL that refused.
    why = _CERTIFICATES.get(getattr(error, "verify_code", 0)) or getattr(error, "verify_message", "") or ""
    return Failure(
        TransportError,
        f"the certificate of {server} could not be verified ({why.rstrip('.') or 'no reason given'})",
        "check the endpoint; behind a proxy with a CA of its own, set REQUESTS_CA_BUNDLE to its bundle",
        passing=False,
    )


_TIMED_OUT = (
    requests.Timeout,
    urllib3.exceptions.TimeoutError,
    TimeoutError,
)


def _is_timeout(error: BaseException) -> bool:
    # urllib3 files every connection that could not be made under the time-outs: refused ones and unknown hosts too.
    return isinstance(error, _TIMED_OUT) and not isinstance(error, urllib3.exceptions.NewConnectionError)


def _is_of_bundle(error: BaseException) -> bool:
    if isinstance(error, ssl.SSLError):
        return getattr(error, "library", None) in {"PEM", "X509"}
    return isinstance(error, OSError) and str(error).startswith("Could not find a suitable TLS CA")


_OF_PROXY = (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b", re.ASCII)
"""What Python's http.client says of a proxy that answers a CONNECT with another status than 200."""
_PROXY_LOGIN = 407
_PASSING_PROXY = frozenset({429, 500, 502, 503, 504})
_SOCKS = re.compile(r"\b0x([0-9a-f]{2}): ", re.ASCII)
"""How PySocks begins to say what a SOCKS proxy answers instead of success."""
_SOCKS_LOGIN = re.compile(r"\bauthentication\b", re.ASCII)
"""Stands in all that PySocks says of a proxy that wants another user name or password."""
_FINAL_SOCKS = frozenset({0x02, 0x07, 0x08, 0x5C, 0x5D})
"""Not allowed, not supported, and the two of SOCKS4 that are about the user."""
_PROXY_USER = "check the user name and password in HTTPS_PROXY"
_PROXY_VARIABLES = "check the proxy variables (HTTPS_PROXY, NO_PROXY) and the network"


def _of_proxy(causes: list[BaseException], server: str) -> Failure:
    """Tell what a proxy answered, where it did: then it is no matter of the endpoint."""
    status = next((int(found[1]) for cause in causes if (found := _TUNNEL.search(str(cause)))), None)
    if status is None:
        return _of_socks_proxy(causes, server)
    return Failure(
        TransportError,
        f"the proxy on the way to {server} refused (HTTP {status})",
        _PROXY_USER if status == _PROXY_LOGIN else _PROXY_VARIABLES,
        passing=status in _PASSING_PROXY,
    )


def _of_socks_proxy(causes: list[BaseException], server: str) -> Failure:
    """Tell the same of a SOCKS proxy, or that none answered."""
    texts = [str(cause) for cause in causes]
    refused = f"the proxy on the way to {server} refused"
    if any(_SOCKS_LOGIN.search(text) for text in texts):
        return Failure(TransportError, f"{refused} (SOCKS login)", _PROXY_USER, passing=False)
    code = next((int(found[1], 16) for text in texts if (found := _SOCKS.search(text))), None)
    if code is None:
        phrase = f"the proxy on the way to {server} could not be reached"
        return Failure(TransportError, phrase, _PROXY_VARIABLES)
    return Failure(
        TransportError,
        f"{refused} (SOCKS {code:#04x})",
        _PROXY_VARIABLES,
        passing=code not in _FINAL_SOCKS,
    )


_BROKE = "the connection to {server} broke"
_PHRASES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (socket.gaierror, socket.herror, urllib3.exceptions.NameResolutionError),
        "the host of {server} could not be found",
    ),
    ((ConnectionRefusedError,), "{server} refused the connection"),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), "the connection to {server} was reset"),
    (
        (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError),
        "the TLS connection to {server} failed",
    ),
    (
        (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError),
        "the compression of the answer from {server} is broken",
    ),
    ((IncompleteRead,), _BROKE),
    ((HTTPException, requests.exceptions.InvalidHeader), "the answer from {server} is not HTTP"),
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
_SOCKS_MISSING = "Missing dependencies for SOCKS support"
"""How requests begins to say that PySocks isn't there."""


def _unusable(causes: list[BaseException], server: str) -> Failure:
    advice = "check the endpoint and the proxy variables (HTTPS_PROXY, NO_PROXY)"
    if any(str(cause).startswith(_SOCKS_MISSING) for cause in causes):
        advice = "for the SOCKS proxy that a proxy variable names, `pip install requests[socks]`"
    return Failure(TransportError, f"no request could be made to {server}", advice, passing=False)


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
