"""Connections that fail before or within a response, or hang."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from pulumi_coreweave_gateway.errors import InvalidResponseError, TransportError

from ..hostile import Behaviour, Visit
from ..model import Scene, fails, keeps_failing, passes
from ..responses import body, http
from ..scenes import SLOW, at, deaf, healthy_on_ipv6, nothing_listens, served
from .messages import EMPTY, FAILED, REFUSED, SILENT

_WHOLE = http(200, body())
_HEAD = _WHOLE[: _WHOLE.index(b"\r\n\r\n") + 4]
_CHUNKED = http(200, b"", "Transfer-Encoding: chunked", length=None)
_PAUSE = 0.02


def _answers_then(data: bytes, then: Callable[[Visit], None]) -> Behaviour:
    """Return the behaviour that sends these bytes, and then does something else."""

    def behave(visit: Visit) -> None:
        if visit.request():
            visit.send(data)
            then(visit)

    return behave


def _close(_: Visit) -> None:
    """Do nothing more: the connection is closed when a behaviour returns."""


def _drips(data: bytes, first: bytes = b"") -> Behaviour:
    return _answers_then(first, lambda visit: visit.drip(data, _PAUSE))


def _chunks_forever(visit: Visit) -> None:
    if visit.request():
        visit.send(_CHUNKED)
        while not visit.over(_PAUSE):
            visit.send(b"1\r\n \r\n")


@contextlib.contextmanager
def _unresponsive_port() -> Iterator[Scene]:
    with deaf() as port:
        yield at(f"http://127.0.0.1:{port}", SLOW)


FAULTS = (
    passes("tcp-ipv6", healthy_on_ipv6),
    keeps_failing(
        "tcp-refused",
        TransportError,
        REFUSED,
        nothing_listens,
        requests=0,
        cause="Nothing listens at the endpoint, or a firewall rejects the connection.",
    ),
    keeps_failing("tcp-unresponsive-port", TransportError, SILENT, _unresponsive_port, requests=0),
    keeps_failing(
        "tcp-interrupted",
        TransportError,
        FAILED,
        {
            "reset-before-headers": served(_answers_then(b"", Visit.reset)),
            "reset-within-headers": served(_answers_then(_HEAD[:40], Visit.reset)),
            "reset-within-body": served(_answers_then(_WHOLE[:-100], Visit.reset)),
            "closed-before-headers": served(_answers_then(b"", _close)),
            "closed-within-body": served(_answers_then(_WHOLE[:-100], _close)),
            "closed-within-chunks": served(_answers_then(_CHUNKED + b"5\r\n12345\r\n", _close)),
            "invalid-chunks": served(_answers_then(_CHUNKED + b"zz\r\n{}\r\n", _close)),
        },
        cause="A firewall, a load balancer or a proxy interrupts connections.",
    ),
    keeps_failing(
        "tcp-closed-within-headers",
        InvalidResponseError,
        EMPTY,
        {"status": served(_answers_then(_HEAD[:12], _close)), "header": served(_answers_then(_HEAD[:40], _close))},
    ),
    keeps_failing(
        "tcp-silence",
        TransportError,
        SILENT,
        {
            "no-response": served(_answers_then(b"", Visit.hold), slow=True),
            "no-body": served(_answers_then(_HEAD, Visit.hold), slow=True),
            "half-a-body": served(_answers_then(_WHOLE[:-100], Visit.hold), slow=True),
            "headers-drip": served(_drips(_WHOLE), slow=True),
            "body-drips": served(_drips(_WHOLE[len(_HEAD) :], _HEAD), slow=True),
            "chunks-drip": served(_chunks_forever, slow=True),
        },
        cause="The API or a proxy hangs, or a firewall drops packets without a reply.",
    ),
    fails(
        "tcp-deadline",
        TransportError,
        SILENT.replace("{httpTimeout}", "0.1"),
        served(_drips(_WHOLE[len(_HEAD) :], _HEAD), environ={"COREWEAVE_LOOKUP_TIMEOUT": "100ms"}),
    ),
)
