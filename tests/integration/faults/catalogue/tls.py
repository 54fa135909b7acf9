"""Rejected certificates, and TLS handshakes that fail."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pulumi_coreweave_gateway.errors import TransportError

from .. import tls
from ..hostile import Behaviour, Visit
from ..model import Fault, Scene, Start, fails, keeps_failing, passes
from ..responses import healthy, http
from ..scenes import served
from .messages import NO_TLS, SETTING, SILENT

_ALERT = bytes([21, 3, 3, 0, 2, 2, 40])
"""A TLS record: fatal alert, handshake failure."""


def _with(make: Callable[[], ssl.SSLContext], then: Behaviour = healthy) -> Behaviour:
    """Return a behaviour that starts with a TLS handshake."""

    def behave(visit: Visit) -> None:
        visit.over_tls(make())
        then(visit)

    return behave


def _hello_then(data: bytes, then: Callable[[Visit], None] | None = None) -> Behaviour:
    """Return the behaviour that responds to the client's first message without TLS."""

    def behave(visit: Visit) -> None:
        visit.connection.recv(4096)
        visit.send(data)
        if then:
            then(visit)

    return behave


def _https(behaviour: Behaviour, *, slow: bool = False, ca: Callable[[], str] = tls.bundle) -> Start:
    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        # Certificates are created only when a row is run.
        with served(behaviour, scheme="https", slow=slow, environ={"REQUESTS_CA_BUNDLE": ca()})() as scene:
            yield scene

    return start


def _certificate(**wrong: Any) -> Start:
    return _https(_with(lambda: tls.context(tls.chain(**wrong))))


def _untrusted(name: str, reason: str, cause: str = "", **wrong: Any) -> Fault:
    """Return the row of an invalid certificate, with OpenSSL's reason."""
    message = (
        f"gateway {{id}}: the certificate of {{endpoint}} was rejected: {reason}; check {SETTING}; behind a proxy with "
        "its own CA, set REQUESTS_CA_BUNDLE to its bundle"
    )
    return fails(name, TransportError, message, _certificate(**wrong), requests=0, cause=cause)


FAULTS = (
    passes("tls-good", _certificate()),
    _untrusted("tls-self-signed", "self-signed certificate", self_signed=True),
    _untrusted(
        "tls-unknown-authority",
        "unable to get local issuer certificate",
        cause="A proxy intercepts TLS with a CA of its own.",
        trusted=False,
    ),
    _untrusted(
        "tls-wrong-host", f"IP address mismatch, certificate is not valid for '{tls.HERE}'", host="other.example"
    ),
    _untrusted("tls-expired", "certificate has expired", days=(-9, -2)),
    _untrusted("tls-not-yet-valid", "certificate is not yet valid", days=(2, 9)),
    keeps_failing(
        "tls-fails",
        TransportError,
        NO_TLS,
        {
            "plain-text": _https(_hello_then(http(400, b"plain http, please"))),
            "nothing-in-common": _https(_hello_then(_ALERT)),
            "client-certificate": _https(_with(partial(tls.context, require_client_certificate=True))),
            "closed": _https(_hello_then(b"")),
        },
        requests=0,
    ),
    keeps_failing(
        "tls-silence",
        TransportError,
        SILENT,
        {
            "silent": _https(_hello_then(b"", Visit.hold), slow=True),
            "drips": _https(
                _hello_then(b"\x16\x03\x03\x40\x00", lambda visit: visit.drip(b"\x02" * 1000, 0.02)), slow=True
            ),
        },
        requests=0,
    ),
    fails(
        "tls-invalid-bundle",
        TransportError,
        "gateway {id}: no request to {endpoint}: the CA bundle of REQUESTS_CA_BUNDLE can't be read; "
        "correct or unset REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE)",
        {
            "missing": _https(_with(tls.context), ca=lambda: "/nowhere/ca.pem"),
            "rubbish": _https(_with(tls.context), ca=tls.no_bundle),
        },
        requests=0,
        cause="The variable names a file that is missing or holds no certificate.",
    ),
)
