"""Status lines and headers that are invalid, too long, or too many."""

from __future__ import annotations

from pulumi_coreweave_gateway.errors import TransportError

from ..hostile import Visit
from ..model import keeps_failing, passes
from ..responses import TOKEN, body, http, responds
from ..scenes import served
from .messages import NOT_HTTP, SILENT


def _continues_forever(visit: Visit) -> None:
    if visit.request():
        while not visit.over(0.01):
            visit.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def _headers_forever(visit: Visit) -> None:
    if visit.request():
        visit.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not visit.over(0):
            visit.send(b"x" * 1000)


def _chunked(size: int) -> bytes:
    """Return the usual body in chunks of some size."""
    whole = body()
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


FAULTS = (
    keeps_failing(
        "head-not-http",
        TransportError,
        NOT_HTTP,
        {
            "ssh": served(responds(b"SSH-2.0-OpenSSH_9.2\r\n")),
            "html": served(responds(b"<html>no headers at all</html>")),
            "two-lengths": served(responds(http(200, body(), "Content-Length: 5"))),
            "many": served(responds(http(200, body(), *(f"X-{number}: x" for number in range(500))))),
            "long": served(responds(http(200, body(), f"X-Long: {'x' * 200_000}"))),
            "forever": served(_headers_forever),
        },
    ),
    passes(
        "head-odd",
        {
            "http-1.0": served(responds(b"HTTP/1.0 200 OK\r\n\r\n" + body())),
            "chunks": served(responds(http(200, _chunked(100), "Transfer-Encoding: chunked", length=5))),
            "length-letters": served(responds(http(200, body(), "Content-Length: many", length=None))),
            "length-negative": served(responds(http(200, body(), length=-5))),
            "cookie": served(responds(http(200, body(), "Set-Cookie: a=b; Domain=.example.com", "Link: <x>;;;"))),
            "no-colon": served(responds(http(200, body(), f"{TOKEN} without a colon"))),
            "type": served(responds(http(200, body(), kind="text/html; charset=utf-16"))),
        },
    ),
    keeps_failing("head-continues-forever", TransportError, SILENT, served(_continues_forever, slow=True)),
)
