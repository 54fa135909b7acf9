"""The message for every exception of the client's libraries.

A class that a newer library adds fails a test until it is listed here.
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
import socks  # type: ignore[import-untyped]
import urllib3

from pulumi_coreweave_gateway.client.transport_errors import FOREIGN, error_from_exception
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import TransportError

SERVER = "https://api.example"

LATE = f"no complete response from {SERVER} within 1.5 s; "
CERTIFICATE = f"the certificate of {SERVER} was rejected: it is for another host; "
PROXY = f"no connection to {SERVER} through the proxy; "
NO_HOST = f"the host of {SERVER} was not found; "
REFUSED = f"{SERVER} refused the connection; "
TLS = f"TLS with {SERVER} failed; "
COMPRESSION = f"the response of {SERVER} is not valid gzip; "
NOT_HTTP = f"the response of {SERVER} is not HTTP; "
URL = f"no request to {SERVER}: its URL or the proxy's can't be used; "
FAILED = f"the connection to {SERVER} failed; "
PERMANENT = {CERTIFICATE, URL}

# The last ones are unspecific, or never raised in this client's requests.
_MEANINGS = (
    (LATE, "builtins", "TimeoutError"),
    (LATE, "requests.exceptions", "ConnectTimeout ReadTimeout Timeout"),
    (LATE, "urllib3.exceptions", "ConnectTimeoutError ReadTimeoutError TimeoutError"),
    (CERTIFICATE, "ssl", "SSLCertVerificationError"),
    (CERTIFICATE, "urllib3.util.ssl_match_hostname", "CertificateError"),
    (PROXY, "requests.exceptions", "ProxyError"),
    (PROXY, "socks", "GeneralProxyError HTTPError ProxyConnectionError ProxyError SOCKS4Error"),
    (PROXY, "socks", "SOCKS5AuthError SOCKS5Error"),
    (PROXY, "urllib3.exceptions", "ProxyError"),
    (NO_HOST, "socket", "gaierror herror"),
    (NO_HOST, "urllib3.exceptions", "NameResolutionError"),
    (REFUSED, "builtins", "ConnectionRefusedError"),
    (TLS, "requests.exceptions", "SSLError"),
    (TLS, "ssl", "SSLEOFError SSLError SSLSyscallError SSLWantReadError SSLWantWriteError SSLZeroReturnError"),
    (TLS, "urllib3.exceptions", "SSLError"),
    (COMPRESSION, "requests.exceptions", "ContentDecodingError"),
    (COMPRESSION, "urllib3.exceptions", "DecodeError"),
    (NOT_HTTP, "http.client", "BadStatusLine CannotSendHeader CannotSendRequest HTTPException ImproperConnectionState"),
    (NOT_HTTP, "http.client", "InvalidURL LineTooLong NotConnected ResponseNotReady UnimplementedFileMode"),
    (NOT_HTTP, "http.client", "UnknownProtocol UnknownTransferEncoding"),
    (NOT_HTTP, "requests.exceptions", "InvalidHeader"),
    (URL, "requests.exceptions", "InvalidProxyURL InvalidSchema InvalidURL MissingSchema URLRequired"),
    (URL, "urllib3.exceptions", "LocationParseError LocationValueError ProxySchemeUnknown ProxySchemeUnsupported"),
    (URL, "urllib3.exceptions", "URLSchemeUnknown"),
    (FAILED, "builtins", "BrokenPipeError ConnectionAbortedError ConnectionError ConnectionResetError OSError"),
    (FAILED, "http.client", "IncompleteRead RemoteDisconnected"),
    (FAILED, "requests.exceptions", "ChunkedEncodingError ConnectionError HTTPError InvalidJSONError JSONDecodeError"),
    (FAILED, "requests.exceptions", "RequestException RetryError StreamConsumedError TooManyRedirects"),
    (FAILED, "requests.exceptions", "UnrewindableBodyError"),
    (FAILED, "urllib3.exceptions", "BodyNotHttplibCompatible ClosedPoolError EmptyPoolError FullPoolError HTTPError"),
    (FAILED, "urllib3.exceptions", "HeaderParsingError HostChangedError IncompleteRead InvalidChunkLength"),
    (FAILED, "urllib3.exceptions", "InvalidHeader MaxRetryError NewConnectionError PoolError ProtocolError"),
    (FAILED, "urllib3.exceptions", "RequestError ResponseError ResponseNotChunked TimeoutStateError"),
    (FAILED, "urllib3.exceptions", "UnrewindableBodyError"),
)
MEANING = {f"{module}.{name}": phrase for phrase, module, names in _MEANINGS for name in names.split()}
NEVER = {
    "requests.cookies.CookieConflictError": "raised where a cookie is looked up by its name",
    "socket._GiveupOnSendfile": "within socket.sendfile",
}
"""Exceptions that the client's requests can't raise."""


def _modules() -> Iterator[ModuleType]:
    """Yield the libraries with all their modules, except those that need another library that isn't installed."""
    yield from (http.client, ssl, socket, socks)
    for package in (requests, urllib3):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError, urllib3.exceptions.DependencyWarning):
                yield importlib.import_module(found.name)


def _exceptions() -> dict[str, type[BaseException]]:
    """Return the libraries' exceptions by name, without warnings: those are printed, not raised."""
    found = {
        value
        for module in _modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseException) and not issubclass(value, Warning)
    }
    found |= {ConnectionError, *ConnectionError.__subclasses__()}
    named = {f"{kind.__module__}.{kind.__qualname__}": kind for kind in found}
    libraries = {"builtins", "http", "requests", "socket", "socks", "ssl", "urllib3"}
    return {name: kind for name, kind in sorted(named.items()) if name.split(".")[0] in libraries}


EXCEPTIONS = _exceptions()


def _instance(kind: type[BaseException]) -> BaseException:
    """Return an exception with as few arguments as its class allows."""
    if kind is urllib3.exceptions.InvalidChunkLength:
        return kind(urllib3.HTTPResponse(b""), b"xyz")
    if kind is http.client.IncompleteRead:
        return kind(b"")
    if kind is urllib3.exceptions.IncompleteRead:
        return kind(0, 1)
    if kind.__module__ == "socks":
        return kind("0x02: Connection not allowed by ruleset")
    return kind.__new__(kind)


def _mapped(error: BaseException) -> TransportError:
    return error_from_exception(error, "gateway x", Settings(SERVER, Token("the-token")), 1.5)


def test_every_exception_is_listed() -> None:
    """Every exception class of the libraries is listed, and every listed class exists."""
    assert set(EXCEPTIONS) == {*MEANING, *NEVER}


def test_every_exception_is_caught() -> None:
    """The client catches every exception class that its requests can raise."""
    assert {name for name, kind in EXCEPTIONS.items() if not issubclass(kind, FOREIGN)} == set(NEVER)


def _wrapped(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception in every form in which a library wraps it."""
    yield error
    for attribute in ("__cause__", "__context__", "reason"):
        outer = urllib3.exceptions.ProtocolError("wrapped")
        setattr(outer, attribute, error)
        yield requests.ConnectionError(outer)
    yield requests.ConnectionError(urllib3.exceptions.ProtocolError("wrapped", error))


@pytest.mark.parametrize("name", sorted(MEANING))
def test_message_of_exception(name: str) -> None:
    """An exception gets the message of its class, however deep it is wrapped, and its own text isn't shown."""
    secret = "http://me:distinctive@proxy.example"
    for error in _wrapped(_instance(EXCEPTIONS[name])):
        assert str(_mapped(error)).startswith(f"gateway x: {MEANING[name]}")
        assert type(_mapped(error)) is TransportError
        assert _mapped(error).timed_out is (MEANING[name] == LATE)
        assert _mapped(error).retryable is (MEANING[name] not in PERMANENT)
        error.args += (secret,)
        assert "distinctive" not in str(_mapped(error))


@pytest.mark.parametrize(("code", "strict"), [(20, False), (79, False), (80, True), (93, True), (94, False)])
def test_rejected_certificate_has_a_reason(code: int, strict: bool) -> None:
    """The message has OpenSSL's reason, and a remedy for the strict checks of Python 3.13."""
    failure = ssl.SSLCertVerificationError()
    failure.verify_code, failure.verify_message = code, "Missing Authority Key Identifier."
    message = str(_mapped(requests.exceptions.SSLError(failure)))
    assert "was rejected: Missing Authority Key Identifier; " in message
    assert ("have it or the CA certificate reissued" in message) is strict


def test_circular_cause_ends() -> None:
    """A circular chain of causes doesn't loop forever."""
    error, other = OSError("a"), OSError("b")
    error.__context__, other.__context__ = other, error
    assert str(_mapped(error)).startswith(f"gateway x: {FAILED}")
