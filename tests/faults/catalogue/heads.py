"""What comes before a body: first lines and headers that are none, too long, or too many."""

from __future__ import annotations

from pulumi_coreweave_gateway.errors import APIError, DeadlineExceededError, TransportError

from ..answers import TOKEN, answers, body, healthy, http
from ..hostile import Visit
from ..model import ONE_TRY, TEN_TRIES, Fault
from ..scenes import served
from .words import CHECK_PROXY, NO_HTTP, SILENT


def _continues_forever(visit: Visit) -> None:
    if visit.request():
        while not visit.over(0.01):
            visit.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def _headers_forever(visit: Visit) -> None:
    if visit.request():
        visit.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not visit.over(0):
            visit.send(b"x" * 1000)


def _kept_then_closed(visit: Visit) -> None:
    """Answer that the connection is kept, and close it all the same."""
    if visit.request():
        visit.send(b"HTTP/1.1 503 Wait\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n")


def _kept_then_reset(visit: Visit) -> None:
    _kept_then_closed(visit)
    visit.reset()


def _chunked(size: int, more: str = "", trailer: str = "") -> bytes:
    """Return the usual body in chunks of some size, with something after the size of each, and a trailer."""
    whole = body()
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    chunks = b"".join(b"%x%s\r\n%s\r\n" % (len(piece), more.encode(), piece) for piece in pieces)
    return chunks + f"0{more}\r\n{trailer}\r\n".encode()


FAULTS = (
    Fault(
        "head-http-1.0",
        "The answer is one of HTTP/1.0, with a length or without.",
        {
            "length": served(answers(http(200, body()).replace(b"HTTP/1.1", b"HTTP/1.0", 1))),
            "no-length": served(answers(b"HTTP/1.0 200 OK\r\n\r\n" + body())),
        },
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "head-chunks-and-length",
        "`Transfer-Encoding` and `Content-Length` come together: the chunks count.",
        {
            name: served(answers(http(200, _chunked(100), "Transfer-Encoding: chunked", length=length)))
            for name, length in {"short": 5, "body": len(body()), "long": 100_000}.items()
        },
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "head-chunks-and-more",
        "Chunks with extensions, or with headers after the last one, as HTTP allows.",
        {
            name: served(answers(http(200, _chunked(100, more, trailer), "Transfer-Encoding: chunked", length=None)))
            for name, (more, trailer) in {
                "extensions": (';name=value;other="quoted"', ""),
                "trailers": ("", "X-Checksum: 1\r\nX-Echo: a\r\n"),
                "both": (";name", "X-Checksum: 1\r\n"),
            }.items()
        },
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "head-no-http",
        "The first line of the answer is none of HTTP.",
        {
            "ssh": served(answers(b"SSH-2.0-OpenSSH_9.2\r\n")),
            "letters": served(answers(b"HTTP/1.1 OK fine\r\n\r\n")),
            "negative": served(answers(b"HTTP/1.1 -20 fine\r\n\r\n")),
            "version": served(answers(b"HTTP/9.9 200 fine\r\n\r\n")),
            "binary": served(answers(bytes(range(256)))),
            "html": served(answers(b"<html>no headers at all</html>")),
        },
        TEN_TRIES,
        TransportError,
        NO_HTTP,
        requests=10,
    ),
    Fault(
        "head-too-much",
        "The headers are too many or too long, or never end.",
        {
            "many": served(answers(http(200, body(), *(f"X-{number}: x" for number in range(500))))),
            "long": served(answers(http(200, body(), f"X-Long: {'x' * 200_000}"))),
            "status": served(answers(b"HTTP/1.1 200 " + b"x" * 200_000 + b"\r\n\r\n")),
            "forever": served(_headers_forever),
        },
        TEN_TRIES,
        TransportError,
        NO_HTTP,
        requests=10,
    ),
    Fault(
        "head-two-lengths",
        "Two `Content-Length` headers contradict each other.",
        {"": served(answers(http(200, body(), "Content-Length: 5")))},
        TEN_TRIES,
        TransportError,
        NO_HTTP,
        requests=10,
    ),
    Fault(
        "head-odd-length",
        "`Content-Length` is no number, or negative: the body ends where the connection does.",
        {
            "letters": served(answers(http(200, body(), "Content-Length: many", length=None))),
            "negative": served(answers(http(200, body(), length=-5))),
        },
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "head-odd-headers",
        "Headers that are none of HTTP's: unknown ones, no colon, bytes that are no text.",
        {
            "cookie": served(answers(http(200, body(), "Set-Cookie: a=b; Domain=.example.com", "Link: <x>;;;"))),
            "no-colon": served(answers(http(200, body(), f"{TOKEN} without a colon"))),
            "latin": served(answers(http(200, body(), "X-Name: \xff\xfe"))),
            "type": served(answers(http(200, body(), kind="text/html; charset=utf-16"))),
        },
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "head-100",
        "`100 Continue` comes first, as HTTP allows.",
        {"": served(answers(b"HTTP/1.1 100 Continue\r\n\r\n" + http(200, body())))},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "head-100-forever",
        "`100 Continue` comes again and again.",
        {"": served(_continues_forever, slow=True)},
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        requests=10,
    ),
    Fault(
        "head-1xx",
        "`103 Early Hints` comes first, or `101 Switching Protocols`, though nobody asked for it.",
        {"103": served(answers(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http(200, body())))},
        ONE_TRY,
        APIError,
        f"gateway {{id}}: unexpected answer from {{endpoint}} (HTTP 103); {CHECK_PROXY}",
        requests=1,
    ),
    Fault(
        "head-kept-not-kept",
        "The server promises to keep the connection, and ends it before the next try; then all is well.",
        {"closed": served(_kept_then_closed, healthy), "reset": served(_kept_then_reset, healthy)},
        TEN_TRIES,
        requests=2,
    ),
)
