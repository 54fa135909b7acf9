"""Exceptions of the client's libraries become a GatewayError, whatever their class."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest
import requests
import urllib3
from urllib3.util.ssl_match_hostname import CertificateError

from pulumi_coreweave_gateway.client.failures import from_exception
from pulumi_coreweave_gateway.client.transport import Call
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import GatewayError, TransportError

CALL = Call("/", "gateway x", 1024, single=True)
CLASSES = {
    value
    for module in (http.client, socket, ssl, urllib3.exceptions, requests.exceptions)
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Exception) and not issubclass(value, Warning)
} - {getattr(socket, "_GiveupOnSendfile", None)}


def mapped(error: BaseException) -> GatewayError:
    """Return what an exception becomes."""
    return from_exception(error, CALL, Settings("https://api.example", Token("the-token")))


@pytest.mark.parametrize("kind", sorted(CLASSES | {CertificateError}, key=repr))
def test_every_exception_is_a_transport_error(kind: type[Exception]) -> None:
    """Every exception class of the libraries becomes a TransportError on one line, without its text."""
    error = kind.__new__(kind)
    for wrapped in (error, urllib3.exceptions.ProtocolError("wrapped", error)):
        error.args = ("http://me:distinctive@proxy.example",)
        assert type(mapped(wrapped)) is TransportError
        assert "distinctive" not in str(mapped(wrapped))


@pytest.mark.parametrize(("code", "strict"), [(20, False), (79, False), (80, True), (93, True), (94, False)])
def test_rejected_certificate_has_a_reason(code: int, strict: bool) -> None:
    """The message has OpenSSL's reason, and a remedy for the strict checks of Python 3.13."""
    failure = ssl.SSLCertVerificationError()
    failure.verify_code, failure.verify_message = code, "Missing Authority Key Identifier."
    message = str(mapped(urllib3.exceptions.SSLError(failure)))
    assert "was rejected: Missing Authority Key Identifier; " in message
    assert ("have it or the CA certificate reissued" in message) is strict


def test_circular_cause_ends() -> None:
    """A circular chain of causes doesn't loop forever."""
    error, other = OSError("a"), OSError("b")
    error.__context__, other.__context__ = other, error
    assert "the connection to https://api.example failed; " in str(mapped(error))
