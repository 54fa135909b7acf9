"""Certificates that can't be trusted, and TLS that isn't."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pulumi_coreweave_gateway.errors import DeadlineExceededError, TransportError

from .. import tls
from ..answers import body, healthy, http
from ..hostile import Behaviour, Visit
from ..model import ONE_TRY, TEN_TRIES, Fault, Scene, Start
from ..scenes import served
from .words import BROKE, CHECK_NETWORK, NO_HTTP, RESET, SILENT, TRIES

_UNTRUSTED = (
    "gateway {id}: the certificate of {endpoint} could not be verified (REASON); check the endpoint; behind a proxy "
    "with a CA of its own, set REQUESTS_CA_BUNDLE to its bundle"
)
_FAILED = f"gateway {{id}}: the TLS connection to {{endpoint}} failed, {TRIES}; {CHECK_NETWORK}"
_ALERT = bytes([21, 3, 3, 0, 2, 2, 40])
"""A TLS record that says: fatal, handshake failure."""


def _with(make: Callable[[], ssl.SSLContext], then: Behaviour = healthy) -> Behaviour:
    """Return the behaviour that does something within TLS."""

    def behave(visit: Visit) -> None:
        visit.over_tls(make())
        then(visit)

    return behave


def _hello_then(data: bytes, then: Callable[[Visit], None] | None = None) -> Behaviour:
    """Return the behaviour that reads the client's first words and answers without TLS."""

    def behave(visit: Visit) -> None:
        visit.connection.recv(4096)
        visit.send(data)
        if then:
            then(visit)

    return behave


def _garbage_within(visit: Visit) -> None:
    """Take the request, then break the encryption: the bytes go past it."""
    if visit.request():
        visit.send(http(200, body())[:100])
        visit.send_past_tls(b"no record of TLS at all " * 10)


def _cut_within(visit: Visit) -> None:
    """Take the request, then close the connection below TLS in the middle of the answer."""
    if visit.request():
        visit.send(http(200, body())[:-100])


def _https(behaviour: Behaviour, *, slow: bool = False, ca: Callable[[], str] = tls.bundle) -> Start:
    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        # No certificate is made before a row is run.
        with served(behaviour, scheme="https", slow=slow, environ={"REQUESTS_CA_BUNDLE": ca()})() as scene:
            yield scene

    return start


def _certificate(**wrong: Any) -> Start:
    return _https(_with(lambda: tls.context(tls.chain(**wrong))))


def _untrusted(fault: str, what: str, reason: str, start: Start) -> Fault:
    words = _UNTRUSTED.replace("REASON", reason)
    return Fault(fault, what, {"": start}, ONE_TRY, TransportError, words, tries=1)


FAULTS = (
    Fault(
        "tls-good",
        "The certificate is signed by an authority in the bundle that `REQUESTS_CA_BUNDLE` names.",
        {"": _certificate()},
        ONE_TRY,
        requests=1,
    ),
    _untrusted(
        "tls-self-signed",
        "The certificate is signed by nobody but itself.",
        "it is self-signed",
        _certificate(self_signed=True),
    ),
    _untrusted(
        "tls-unknown-authority",
        "The certificate is signed by an authority that nobody here knows.",
        "it is signed by an authority that is not trusted here",
        _certificate(trusted=False),
    ),
    _untrusted(
        "tls-wrong-host",
        "The certificate is for another host.",
        "it is for another host",
        _certificate(host="other.example"),
    ),
    _untrusted(
        "tls-wrong-address",
        "The certificate is for another address.",
        "it is for another host",
        _certificate(host="127.0.0.2"),
    ),
    _untrusted("tls-expired", "The certificate has expired.", "it has expired", _certificate(days=(-9, -2))),
    _untrusted(
        "tls-not-yet-valid", "The certificate is not valid yet.", "it is not valid yet", _certificate(days=(2, 9))
    ),
    Fault(
        "tls-plain-text",
        "Plain HTTP is spoken on the port of an `https` endpoint.",
        {"": _https(_hello_then(http(400, b"speak plainly")))},
        TEN_TRIES,
        TransportError,
        _FAILED,
        tries=10,
    ),
    Fault(
        "tls-on-plain-port",
        "TLS is spoken on the port of an `http` endpoint.",
        {"": served(_hello_then(_ALERT))},
        TEN_TRIES,
        TransportError,
        NO_HTTP,
        tries=10,
    ),
    Fault(
        "tls-nothing-in-common",
        "The server refuses the handshake: there is no version or cipher in common.",
        {"": _https(_hello_then(_ALERT))},
        TEN_TRIES,
        TransportError,
        _FAILED,
        tries=10,
    ),
    Fault(
        "tls-client-certificate",
        "The server asks for a certificate of the client.",
        {"": _https(_with(partial(tls.context, asks_for_certificate=True)))},
        TEN_TRIES,
        TransportError,
        _FAILED,
        tries=10,
    ),
    Fault(
        "tls-silence",
        "The connection is taken, and the handshake is never answered.",
        {"": _https(_hello_then(b"", Visit.hold), slow=True)},
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        tries=10,
    ),
    Fault(
        "tls-drip",
        "The handshake is answered one byte at a time.",
        {"": _https(_hello_then(b"\x16\x03\x03\x40\x00", lambda visit: visit.drip(b"\x02" * 1000, 0.02)), slow=True)},
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        tries=10,
    ),
    Fault(
        "tls-reset",
        "The connection is reset within the handshake.",
        {"": _https(_hello_then(b"", Visit.reset))},
        TEN_TRIES,
        TransportError,
        RESET,
        tries=10,
    ),
    Fault(
        "tls-closed",
        "The connection is closed within the handshake.",
        {"": _https(_hello_then(b""))},
        TEN_TRIES,
        TransportError,
        _FAILED,
        tries=10,
    ),
    Fault(
        "tls-cut",
        "The connection is closed in the middle of the answer, without the farewell of TLS.",
        {"": _https(_with(tls.context, _cut_within))},
        TEN_TRIES,
        TransportError,
        BROKE,
        requests=10,
    ),
    Fault(
        "tls-garbage",
        "The encryption breaks in the middle of the answer.",
        {"": _https(_with(tls.context, _garbage_within))},
        TEN_TRIES,
        TransportError,
        _FAILED,
        requests=10,
    ),
    Fault(
        "tls-no-bundle",
        "`REQUESTS_CA_BUNDLE` names a file that is not there.",
        {"": _https(_with(tls.context), ca=lambda: "/nowhere/ca.pem")},
        ONE_TRY,
        TransportError,
        "gateway {id}: no request could be made to {endpoint}, the CA bundle that REQUESTS_CA_BUNDLE or "
        "CURL_CA_BUNDLE names can't be read; correct or unset that variable",
        tries=0,
    ),
    Fault(
        "tls-rubbish-bundle",
        "`REQUESTS_CA_BUNDLE` names a file that holds no certificate.",
        {"": _https(_with(tls.context), ca=tls.no_bundle)},
        ONE_TRY,
        TransportError,
        "gateway {id}: no request could be made to {endpoint}, the CA bundle that REQUESTS_CA_BUNDLE or "
        "CURL_CA_BUNDLE names can't be read; correct or unset that variable",
        tries=1,
    ),
)
