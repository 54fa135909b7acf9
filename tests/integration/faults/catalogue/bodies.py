"""Responses with status 200 whose body is not JSON, not a gateway, or too large."""

from __future__ import annotations

import gzip
import zlib

from pulumi_coreweave_gateway.errors import InvalidResponseError, TransportError

from ..hostile import Visit
from ..model import Start, fails, keeps_failing, passes
from ..responses import HUGE, ID, MUCH, body, explodes, floods, gateway, healthy, http, responds
from ..scenes import served
from .messages import EMPTY, NOT_GZIP, NOT_JSON, TOO_DEEP, TOO_LARGE

_PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
_WHOLE = body()
_ZIPPED = gzip.compress(_WHOLE)
_OTHER_ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
_NEWER = "check the endpoint, and for a newer version of this package"


def _says(content: bytes, *headers: str, kind: str = "application/json") -> Start:
    return served(responds(http(200, content, *headers, kind=kind)))


def _gzipped(content: bytes, encoding: str = "gzip") -> Start:
    return _says(content, f"Content-Encoding: {encoding}")


def _json(text: str) -> bytes:
    """Return a gateway with one more field, whose value is this JSON."""
    return _WHOLE.removesuffix(b"}") + f', "more": {text}}}'.encode()


def _chunks_forever(visit: Visit) -> None:
    if visit.request():
        visit.send(http(200, b"", "Transfer-Encoding: chunked", length=None))
        chunk = b"40000\r\n" + b" " * 0x40000 + b"\r\n"
        for _ in range(HUGE // len(chunk)):
            visit.send(chunk)


def _large_gateway() -> bytes:
    """Return a gateway that is almost as large as the limit."""
    value = gateway()
    value["spec"]["name"] = "n" * 4_000_000
    return body({"gateway": value})


FAULTS = (
    keeps_failing(
        "body-html",
        InvalidResponseError,
        NOT_JSON,
        {"html": _says(_PAGE, kind="text/html"), "json": _says(_PAGE)},
        cause="A proxy or a captive portal responds in place of the API, or the endpoint is a website.",
    ),
    passes("body-html-once", served(responds(http(200, _PAGE, kind="text/html")), healthy), requests=2),
    keeps_failing("body-empty", InvalidResponseError, EMPTY, {"empty": _says(b""), "white": _says(b" \r\n\t ")}),
    keeps_failing(
        "body-not-json",
        InvalidResponseError,
        NOT_JSON,
        {
            "cut": _says(_WHOLE[:-40]),
            "not-utf8": _says(_WHOLE.replace(b"prod", b"pr\xffd")),
            "mark": _says(b"\xef\xbb\xbf" + _WHOLE),
            "nan": _says(_json("NaN")),
            "long-number": _says(_json("1" * 10_000)),
            "gzip-cut": _gzipped(_ZIPPED[: len(_ZIPPED) // 2]),
            "unknown-encoding": _gzipped(b"\x01\x02\x03 no JSON", "x-unheard-of"),
        },
    ),
    fails(
        "body-deep",
        InvalidResponseError,
        TOO_DEEP,
        {
            "lists": _says(_json("[" * 40_000 + "]" * 40_000)),
            "open": _says(b"[" * 40_000),
        },
    ),
    passes(
        "body-unusual",
        {
            "large-number": _says(_json("1e999")),
            "nested": _says(_json("[" * 200 + "]" * 200)),
            "gzip": _gzipped(_ZIPPED),
            "deflate": _gzipped(zlib.compress(_WHOLE), "deflate"),
            "identity": _gzipped(_WHOLE, "identity"),
        },
    ),
    passes("body-large", served(responds(http(200, _large_gateway()))), name="n" * 4_000_000),
    fails(
        "body-too-large",
        InvalidResponseError,
        TOO_LARGE,
        {
            "announced": served(floods(http(200, b"", length=HUGE)), most_sent=MUCH, most_memory=MUCH),
            "not-announced": served(floods(http(200, b"", length=None)), most_sent=MUCH, most_memory=MUCH),
            "chunked": served(_chunks_forever, most_sent=MUCH, most_memory=MUCH),
            "bomb": served(explodes(200), most_memory=MUCH),
        },
    ),
    keeps_failing(
        "body-not-gzip",
        TransportError,
        NOT_GZIP,
        {
            "plain": _gzipped(_WHOLE),
            "middle": _gzipped(_ZIPPED[:30] + b"\x00\xff\x00\xff" + _ZIPPED[34:]),
            "deflate": _gzipped(_WHOLE, "deflate"),
            "many": _gzipped(_ZIPPED, ", ".join(["gzip"] * 20)),
        },
    ),
    fails(
        "body-other-gateway",
        InvalidResponseError,
        f"gateway {{id}}: the API returned another gateway, {_OTHER_ID}; run the command again",
        _says(_WHOLE.replace(ID.encode(), _OTHER_ID.encode())),
    ),
    fails(
        "body-no-gateway",
        InvalidResponseError,
        f"gateway {{id}}: the API's response holds no gateway; {_NEWER}",
        {"empty": _says(b"{}"), "null": _says(b'{"gateway": null}'), "list": _says(b"[]")},
        cause="The endpoint is not the CoreWeave API.",
    ),
    fails(
        "body-breaks-contract",
        InvalidResponseError,
        f"gateway {{id}}: the API's response breaks its contract: spec.zones: expected a list; {_NEWER}",
        _says(_WHOLE.replace(b'["US-EAST-04A"]', b'"US-EAST-04A"')),
        cause="The API has changed, or a proxy has changed its response.",
    ),
)
