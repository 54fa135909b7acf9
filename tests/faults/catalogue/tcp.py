"""Connections that fail: before an answer, within it, or never quite."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from pulumi_coreweave_gateway.errors import DeadlineExceededError, InvalidResponseError, TransportError

from ..answers import body, healthy, http
from ..hostile import Behaviour, Visit
from ..model import DEADLINE, ONE_TRY, TEN_TRIES, Fault, Scene
from ..scenes import SLOW, at, deaf, healthy_on_ipv6, nobody, served
from .words import BROKE, CHECK_NETWORK, EMPTY, NOT_JSON, RESET, SILENT, TRIES

_WHOLE = http(200, body())
_HEAD = _WHOLE[: _WHOLE.index(b"\r\n\r\n") + 4]
_REFUSED = f"gateway {{id}}: {{endpoint}} refused the connection, {TRIES}; {CHECK_NETWORK}"
_CHUNKED = http(200, b"", "Transfer-Encoding: chunked", length=None)
_PAUSE = 0.02


def _reset_unasked(visit: Visit) -> None:
    visit.reset()


def _answers_then(data: bytes, then: Callable[[Visit], None]) -> Behaviour:
    """Return the behaviour that reads a request, sends these bytes, and then does something else."""

    def behave(visit: Visit) -> None:
        if visit.request():
            visit.send(data)
            then(visit)

    return behave


def _close(_: Visit) -> None:
    """Do nothing more: the connection is closed when a behaviour returns."""


def _half_close(visit: Visit) -> None:
    visit.half_close()
    visit.hold()


def _drips(data: bytes, first: bytes = b"") -> Behaviour:
    return _answers_then(first, lambda visit: visit.drip(data, _PAUSE))


def _chunks_forever(visit: Visit) -> None:
    if visit.request():
        visit.send(_CHUNKED)
        while not visit.over(_PAUSE):
            visit.send(b"1\r\n \r\n")


@contextlib.contextmanager
def _no_answer_to_connecting() -> Iterator[Scene]:
    with deaf() as port:
        yield at(f"http://127.0.0.1:{port}", SLOW)


FAULTS = (
    Fault(
        "tcp-ipv6",
        "The endpoint is an address of IPv6.",
        {"": healthy_on_ipv6},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "tcp-refused",
        "Nobody listens at the endpoint.",
        {"": nobody},
        TEN_TRIES,
        TransportError,
        _REFUSED,
        tries=10,
    ),
    Fault(
        "tcp-no-answer",
        "Attempts to connect are not answered: a firewall drops them, or the server is overrun.",
        {"": _no_answer_to_connecting},
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        tries=10,
    ),
    Fault(
        "tcp-reset-unasked",
        "The connection is reset as soon as it stands.",
        {"": served(_reset_unasked)},
        TEN_TRIES,
        TransportError,
        RESET,
        tries=10,
    ),
    Fault(
        "tcp-reset-before-headers",
        "The connection is reset after the request, before any answer.",
        {"": served(_answers_then(b"", Visit.reset))},
        TEN_TRIES,
        TransportError,
        RESET,
        requests=10,
    ),
    Fault(
        "tcp-reset-within-headers",
        "The connection is reset in the middle of the headers.",
        {
            "status": served(_answers_then(_HEAD[:12], Visit.reset)),
            "header": served(_answers_then(_HEAD[:40], Visit.reset)),
            "blank-line": served(_answers_then(_HEAD[:-2], Visit.reset)),
        },
        TEN_TRIES,
        TransportError,
        RESET,
        requests=10,
    ),
    Fault(
        "tcp-reset-after-headers",
        "The connection is reset after the headers: before the body, or within it.",
        {
            "no-body": served(_answers_then(_HEAD, Visit.reset)),
            "half-a-body": served(_answers_then(_WHOLE[:-100], Visit.reset)),
        },
        TEN_TRIES,
        TransportError,
        RESET,
        requests=10,
    ),
    Fault(
        "tcp-closed-before-headers",
        "The connection is closed after the request, with no answer.",
        {"": served(_answers_then(b"", _close))},
        TEN_TRIES,
        TransportError,
        RESET,
        requests=10,
    ),
    Fault(
        "tcp-closed-within-headers",
        "The connection is closed in the middle of the headers.",
        {
            "status": served(_answers_then(_HEAD[:12], _close)),
            "header": served(_answers_then(_HEAD[:40], _close)),
        },
        TEN_TRIES,
        InvalidResponseError,
        EMPTY,
        requests=10,
    ),
    Fault(
        "tcp-closed-within-body",
        "The connection is closed in the middle of the body: the length is wrong.",
        {
            "closed": served(_answers_then(_WHOLE[:-100], _close)),
            "half-closed": served(_answers_then(_WHOLE[:-100], _half_close)),
        },
        TEN_TRIES,
        TransportError,
        BROKE,
        requests=10,
    ),
    Fault(
        "tcp-half-open",
        "The server ends its sending direction only, with no answer.",
        {"": served(_answers_then(b"", _half_close))},
        TEN_TRIES,
        TransportError,
        RESET,
        requests=10,
    ),
    Fault(
        "tcp-silence",
        "The connection is taken, and nothing is ever said: before the headers, within or after them.",
        {
            "no-answer": served(_answers_then(b"", Visit.hold), slow=True),
            "half-a-header": served(_answers_then(_HEAD[:40], Visit.hold), slow=True),
            "no-body": served(_answers_then(_HEAD, Visit.hold), slow=True),
            "half-a-body": served(_answers_then(_WHOLE[:-100], Visit.hold), slow=True),
        },
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        requests=10,
    ),
    Fault(
        "tcp-deadline",
        "Nothing is ever said, or one byte at a time, and `lookupTimeout` is shorter than `httpTimeout`: here 0.1 s.",
        {
            "silence": served(_answers_then(b"", Visit.hold), environ={"COREWEAVE_LOOKUP_TIMEOUT": "100ms"}),
            "drip": served(_drips(_WHOLE[len(_HEAD) :], _HEAD), environ={"COREWEAVE_LOOKUP_TIMEOUT": "100ms"}),
        },
        DEADLINE,
        DeadlineExceededError,
        "gateway {id}: no whole answer from {endpoint} within 0.1 s; allow more time with coreweave:lookupTimeout (or "
        "COREWEAVE_LOOKUP_TIMEOUT), or check the network",
        requests=1,
    ),
    Fault(
        "tcp-drip",
        "The answer comes one byte at a time, so slowly that it never ends: each byte is in time, the whole is not.",
        {
            "headers": served(_drips(_WHOLE), slow=True),
            "body": served(_drips(_WHOLE[len(_HEAD) :], _HEAD), slow=True),
        },
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        requests=10,
    ),
    Fault(
        "tcp-endless-chunks",
        "A chunked body that never ends.",
        {"": served(_chunks_forever, slow=True)},
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        requests=10,
    ),
    Fault(
        "tcp-broken-chunks",
        "A chunked body whose framing is broken.",
        {
            "size": served(_answers_then(_CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", _close)),
            "cut": served(_answers_then(_CHUNKED + b"ff\r\n{}", _close)),
            "no-end": served(_answers_then(_CHUNKED + b"2\r\n{}\r\n", _close)),
            "negative": served(_answers_then(_CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", _close)),
        },
        TEN_TRIES,
        TransportError,
        BROKE,
        requests=10,
    ),
    Fault(
        "tcp-length-too-short",
        "`Content-Length` is shorter than the body.",
        {"": served(_answers_then(http(200, body(), length=50), _close))},
        TEN_TRIES,
        InvalidResponseError,
        NOT_JSON,
        requests=10,
    ),
    Fault(
        "tcp-no-length",
        "There is no `Content-Length`: the body ends where the connection does.",
        {"": served(_answers_then(http(200, body(), length=None), _close))},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "tcp-recovers",
        "The connection is reset once after the request, then all is well.",
        {
            "headers": served(_answers_then(_HEAD[:40], Visit.reset), healthy),
            "body": served(_answers_then(_WHOLE[:-100], Visit.reset), healthy),
        },
        TEN_TRIES,
        requests=2,
    ),
    Fault(
        "tcp-recovers-unasked",
        "The connection is reset once before the request, then all is well.",
        {"": served(_reset_unasked, healthy)},
        TEN_TRIES,
        requests=1,
        tries=2,
    ),
)
