"""Every exception of the libraries below the client, and how it is described.

A class that a newer library adds is in no list here, and fails a test until its meaning is decided.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib
import pkgutil
import socket
import ssl
from collections.abc import Iterator
from types import ModuleType

import pytest
import requests
import urllib3

from pulumi_coreweave_gateway.client.transport_errors import FOREIGN, error_from_exception
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import DeadlineExceededError, TransportError

SERVER = "https://api.example"

LATE = "no complete response from"
CERTIFICATE = "the certificate of"
PROXY = "the proxy for"
NO_HOST = "the host of https://api.example was not found"
REFUSED = "https://api.example refused the connection"
RESET = "the connection to https://api.example was reset"
TLS = "the TLS handshake with https://api.example failed"
COMPRESSION = "the response of https://api.example is not valid gzip"
NOT_HTTP = "the response of https://api.example is not HTTP"
UNUSABLE = "no request to https://api.example: a URL is invalid"
BROKE = "the connection to https://api.example broke"

MEANINGS: dict[str, tuple[str, ...]] = {
    LATE: (
        "builtins.TimeoutError",
        "requests.exceptions.ConnectTimeout",
        "requests.exceptions.ReadTimeout",
        "requests.exceptions.Timeout",
        "urllib3.exceptions.ConnectTimeoutError",
        "urllib3.exceptions.ReadTimeoutError",
        "urllib3.exceptions.TimeoutError",
    ),
    CERTIFICATE: ("ssl.SSLCertVerificationError", "urllib3.util.ssl_match_hostname.CertificateError"),
    PROXY: ("requests.exceptions.ProxyError", "urllib3.exceptions.ProxyError"),
    NO_HOST: ("socket.gaierror", "socket.herror", "urllib3.exceptions.NameResolutionError"),
    REFUSED: ("builtins.ConnectionRefusedError",),
    RESET: (
        "builtins.BrokenPipeError",
        "builtins.ConnectionAbortedError",
        "builtins.ConnectionResetError",
        "http.client.RemoteDisconnected",
    ),
    TLS: (
        "requests.exceptions.SSLError",
        "ssl.SSLEOFError",
        "ssl.SSLError",
        "ssl.SSLSyscallError",
        "ssl.SSLWantReadError",
        "ssl.SSLWantWriteError",
        "ssl.SSLZeroReturnError",
        "urllib3.exceptions.SSLError",
    ),
    COMPRESSION: ("requests.exceptions.ContentDecodingError", "urllib3.exceptions.DecodeError"),
    NOT_HTTP: (
        "http.client.BadStatusLine",
        "http.client.CannotSendHeader",
        "http.client.CannotSendRequest",
        "http.client.HTTPException",
        "http.client.ImproperConnectionState",
        "http.client.InvalidURL",
        "http.client.LineTooLong",
        "http.client.NotConnected",
        "http.client.ResponseNotReady",
        "http.client.UnimplementedFileMode",
        "http.client.UnknownProtocol",
        "http.client.UnknownTransferEncoding",
        "requests.exceptions.InvalidHeader",
    ),
    UNUSABLE: (
        "requests.exceptions.InvalidProxyURL",
        "requests.exceptions.InvalidSchema",
        "requests.exceptions.InvalidURL",
        "requests.exceptions.MissingSchema",
        "requests.exceptions.URLRequired",
        "urllib3.exceptions.LocationParseError",
        "urllib3.exceptions.LocationValueError",
        "urllib3.exceptions.ProxySchemeUnknown",
        "urllib3.exceptions.ProxySchemeUnsupported",
        "urllib3.exceptions.URLSchemeUnknown",
    ),
    # Either unspecific, or never met by this client.
    BROKE: (
        "builtins.ConnectionError",
        "builtins.OSError",
        "http.client.IncompleteRead",
        "requests.exceptions.ChunkedEncodingError",
        "requests.exceptions.ConnectionError",
        "requests.exceptions.HTTPError",
        "requests.exceptions.InvalidJSONError",
        "requests.exceptions.JSONDecodeError",
        "requests.exceptions.RequestException",
        "requests.exceptions.RetryError",
        "requests.exceptions.StreamConsumedError",
        "requests.exceptions.TooManyRedirects",
        "requests.exceptions.UnrewindableBodyError",
        "urllib3.exceptions.BodyNotHttplibCompatible",
        "urllib3.exceptions.ClosedPoolError",
        "urllib3.exceptions.EmptyPoolError",
        "urllib3.exceptions.FullPoolError",
        "urllib3.exceptions.HTTPError",
        "urllib3.exceptions.HeaderParsingError",
        "urllib3.exceptions.HostChangedError",
        "urllib3.exceptions.IncompleteRead",
        "urllib3.exceptions.InvalidChunkLength",
        "urllib3.exceptions.InvalidHeader",
        "urllib3.exceptions.MaxRetryError",
        "urllib3.exceptions.NewConnectionError",
        "urllib3.exceptions.PoolError",
        "urllib3.exceptions.ProtocolError",
        "urllib3.exceptions.RequestError",
        "urllib3.exceptions.ResponseError",
        "urllib3.exceptions.ResponseNotChunked",
        "urllib3.exceptions.TimeoutStateError",
        "urllib3.exceptions.UnrewindableBodyError",
    ),
}
MEANING = {name: phrase for phrase, names in MEANINGS.items() for name in names}
NEVER = {
    "requests.cookies.CookieConflictError": "raised where a cookie is looked up by its name",
    "socket._GiveupOnSendfile": "within socket.sendfile",
}
"""Our requests can't meet these."""

PERMANENT = {CERTIFICATE, UNUSABLE}


def _modules() -> Iterator[ModuleType]:
    """Yield the libraries with all their modules; one that needs another library, which isn't there, is no risk."""
    yield from (http.client, ssl, socket)
    for package in (requests, urllib3):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError, urllib3.exceptions.DependencyWarning):
                yield importlib.import_module(found.name)


def _family(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)


def _name(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _exceptions() -> dict[str, type[BaseException]]:
    """Return all exceptions that are in the libraries' hands, their warnings aside: those are printed, not raised."""
    found = {
        value
        for module in _modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseException) and not issubclass(value, Warning)
    }
    found |= {kind for kind in _family(ConnectionError) if kind.__module__ == "builtins"}
    return {_name(kind): kind for kind in sorted(found, key=_name)}


EXCEPTIONS = _exceptions()
THEIR_OWN = {
    name: kind
    for name, kind in EXCEPTIONS.items()
    if name.split(".")[0] in {"builtins", "http", "requests", "socket", "ssl", "urllib3"} and name not in NEVER
}


def _instance(kind: type[BaseException]) -> BaseException:
    """Return an exception as anybody may raise it: without what only the library's own code would put in."""
    if kind is urllib3.exceptions.InvalidChunkLength:
        return kind(urllib3.HTTPResponse(b""), b"xyz")
    if kind is http.client.IncompleteRead:
        return kind(b"")
    if kind is urllib3.exceptions.IncompleteRead:
        return kind(0, 1)
    return kind.__new__(kind)


def test_nothing_escapes() -> None:
    """Every exception of the libraries becomes one of our errors."""
    escaping = {name for name, kind in EXCEPTIONS.items() if not issubclass(kind, FOREIGN)}
    assert escaping == set(NEVER)


def test_every_exception_has_a_meaning() -> None:
    """Every class has a meaning, and no meaning is of a class that is gone."""
    assert set(THEIR_OWN) == set(MEANING)


def _mapped(error: BaseException) -> TransportError:
    return error_from_exception(error, "gateway x", Settings(SERVER, Token("the-token")), 1.5)


@pytest.mark.parametrize("name", sorted(set(MEANING) & set(THEIR_OWN)))
@pytest.mark.parametrize("depth", ["itself", "cause", "context", "argument", "reason"])
def test_meaning(name: str, depth: str) -> None:
    """An exception is described in words that name the server, however deep it is wrapped."""
    error = _mapped(_wrapped(_instance(THEIR_OWN[name]), depth))
    phrase = MEANING[name]
    assert str(error).startswith(f"gateway x: {phrase}")
    assert SERVER in str(error)
    assert "; " in str(error)
    assert type(error) is (DeadlineExceededError if phrase == LATE else TransportError)
    assert error.retryable is (phrase not in PERMANENT)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (10, "it has expired"),
        (18, "it is self-signed"),
        (20, "it is signed by an authority that is not trusted here"),
        (62, "it is for another host"),
        *((code, "its CA certificate violates RFC 5280") for code in (85, 87, 89, 91)),
        (79, "no reason given"),
    ],
)
def test_certificate(code: int, reason: str) -> None:
    """OpenSSL's reasons are told in words, those of the strict checks of Python 3.13 with their remedy."""
    failure = ssl.SSLCertVerificationError()
    failure.verify_code = code
    error = _mapped(requests.exceptions.SSLError(failure))
    assert f"was rejected: {reason}" in str(error)
    assert ("have the CA certificate reissued" in str(error)) is ("5280" in reason)


def _wrapped(error: BaseException, depth: str) -> BaseException:
    outer = urllib3.exceptions.ProtocolError("wrapped")
    if depth == "cause":
        outer.__cause__ = error
    elif depth == "context":
        outer.__context__ = error
    elif depth == "argument":
        outer = urllib3.exceptions.ProtocolError("wrapped", error)
    elif depth == "reason":
        outer.reason = error  # type: ignore[attr-defined]
    else:
        return error
    return requests.ConnectionError(outer)


def test_texts_of_the_libraries_are_not_shown() -> None:
    """Their texts, which may hold a proxy's password, are in no message."""
    secret = "http://me:distinctive@proxy.example"
    for kind in THEIR_OWN.values():
        error = _instance(kind)
        error.args = (secret,)
        assert "distinctive" not in str(_mapped(requests.ConnectionError(secret, error)))


def test_exception_that_is_its_own_cause() -> None:
    """A circle of causes is walked once."""
    error, other = OSError("a"), OSError("b")
    error.__context__, other.__context__ = other, error
    assert str(_mapped(error)).startswith(f"gateway x: {BROKE}")
