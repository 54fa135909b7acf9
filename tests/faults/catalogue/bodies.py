"""Answers with status 200 whose body is not JSON, more than JSON, or far too much of it."""

from __future__ import annotations

import gzip
import zlib

from pulumi_coreweave_gateway.errors import InvalidResponseError, TransportError

from ..answers import HUGE, ID, MUCH, answers, body, explodes, floods, gateway, healthy, http, unpacks
from ..hostile import Visit
from ..model import ONE_TRY, TEN_TRIES, Fault, Start
from ..scenes import served
from .words import CHECK_NETWORK, EMPTY, ENDPOINT, NOT_JSON, TRIES

_PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
_WHOLE = body()
_ZIPPED = gzip.compress(_WHOLE)
_TOO_LARGE = (
    "gateway {id}: the answer of {endpoint} is larger than 4 MiB, and was not read; "
    f"check {ENDPOINT}, and for a proxy in the way"
)


def _says(content: bytes, *headers: str, kind: str = "application/json") -> Start:
    return served(answers(http(200, content, *headers, kind=kind)))


def _gzipped(content: bytes, encoding: str = "gzip") -> Start:
    return _says(content, f"Content-Encoding: {encoding}")


def _not_json(fault: str, what: str, **content: bytes) -> Fault:
    start = {name.replace("_", "-"): _says(data) for name, data in content.items()}
    return Fault(fault, what, start, TEN_TRIES, InvalidResponseError, NOT_JSON, requests=10)


def _json(text: str) -> bytes:
    """Return a whole gateway with one field more, whose value is written as it is."""
    return _WHOLE.removesuffix(b"}") + f', "more": {text}}}'.encode()


def _chunks_forever(visit: Visit) -> None:
    if visit.request():
        visit.send(http(200, b"", "Transfer-Encoding: chunked", length=None))
        chunk = b"40000\r\n" + b" " * 0x40000 + b"\r\n"
        for _ in range(HUGE // len(chunk)):
            visit.send(chunk)


_UNTIL_CONDITIONS = f'{{"gateway":{{"spec":{{"id":"{ID}"}},"status":{{"conditions":['.encode()


def _many(start: bytes, piece: bytes, end: bytes) -> Start:
    """Return what answers, compressed, with almost 4 MiB of one piece repeated."""
    return served(unpacks(4_000_000, start, piece, end), most_memory=MUCH, most_time=2.0)


def _large_gateway() -> bytes:
    """Return a gateway that is as large as any may be."""
    value = gateway()
    value["spec"]["name"] = "n" * 4_000_000
    return body({"gateway": value})


FAULTS = (
    Fault(
        "body-html",
        "A page of HTML, as from a proxy or a login; whatever its type says.",
        {"html": _says(_PAGE, kind="text/html"), "json": _says(_PAGE)},
        TEN_TRIES,
        InvalidResponseError,
        NOT_JSON,
        requests=10,
    ),
    Fault(
        "body-html-once",
        "A page of HTML comes once, then all is well.",
        {"": served(answers(http(200, _PAGE, kind="text/html")), healthy)},
        TEN_TRIES,
        requests=2,
    ),
    Fault(
        "body-type",
        "A whole gateway, though its type says that it is something else.",
        {"html": _says(_WHOLE, kind="text/html"), "none": _says(_WHOLE, kind="")},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "body-empty",
        "An empty body, or white space alone.",
        {"empty": _says(b""), "white": _says(b" \r\n\t ")},
        TEN_TRIES,
        InvalidResponseError,
        EMPTY,
        requests=10,
    ),
    _not_json("body-cut", "JSON that ends too early.", half=_WHOLE[:-40], brace=_WHOLE[:-1], open=b"{"),
    _not_json(
        "body-two-values",
        "Two JSON values.",
        lines=_WHOLE + b"\n" + _WHOLE,
        rest=_WHOLE + b"}",
        prefix=b")]}'\n" + _WHOLE,
    ),
    _not_json(
        "body-no-utf8",
        "Bytes that are not UTF-8.",
        lone=_WHOLE.replace(b"prod", b"pr\xffd"),
        overlong=_WHOLE.replace(b"prod", b"pr\xc0\xafd"),
        surrogate=_WHOLE.replace(b"prod", b"pr\xed\xa0\x80d"),
        utf16=_WHOLE.decode().encode("utf-16"),
        mark=b"\xef\xbb\xbf" + _WHOLE,
        zeros=b"\x00" * 100,
    ),
    _not_json(
        "body-nan",
        "Numbers that JSON does not have.",
        nan=_json("NaN"),
        infinity=_json("Infinity"),
        negative=_json("-Infinity"),
        hexadecimal=_json("0x10"),
        zero=_json("007"),
    ),
    _not_json(
        "body-loose",
        "JSON as only lenient readers take it.",
        single=_WHOLE.replace(b'"', b"'"),
        comma=_json("[1,]"),
        comment=_json("1 /* one */"),
        newline=_json('"a\nb"'),
        escape=_json('"\\x41"'),
    ),
    _not_json("body-endless-number", "A number of ten thousand digits.", digits=_json("1" * 10_000)),
    Fault(
        "body-large-numbers",
        "Numbers larger than any float, in a field that nobody knows.",
        {"float": _says(_json("1e999")), "integer": _says(_json("1" * 4000)), "tiny": _says(_json("-1e-999"))},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "body-deep",
        "JSON nested forty thousand levels deep, in a field that nobody knows or instead of the gateway.",
        {
            "lists": _says(_json("[" * 40_000 + "]" * 40_000)),
            "objects": _says(_json('{"a":' * 40_000 + "1" + "}" * 40_000)),
            "alone": _says(b"[" * 40_000 + b"]" * 40_000),
            "open": _says(b"[" * 40_000),
        },
        ONE_TRY,
        InvalidResponseError,
        f"gateway {{id}}: {{endpoint}} answered JSON nested too deeply to be a gateway; check {ENDPOINT}",
        requests=1,
    ),
    Fault(
        "body-nested",
        "JSON nested two hundred levels deep, in a field that nobody knows.",
        {"": _says(_json("[" * 200 + "]" * 200))},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "body-duplicate-keys",
        "A field that comes twice: the last one counts, as in every common reader of JSON.",
        {"": _says(_WHOLE.replace(b'"name": "prod"', b'"name": "first", "name": "last"'))},
        ONE_TRY,
        outputs={"name": "last"},
        requests=1,
    ),
    Fault(
        "body-100-mib",
        "A body of 100 MiB, whether announced or not: no more than its beginning is taken.",
        {
            "announced": served(floods(http(200, b"", length=HUGE)), most_sent=MUCH, most_memory=MUCH),
            "not-announced": served(floods(http(200, b"", length=None)), most_sent=MUCH, most_memory=MUCH),
            "chunked": served(_chunks_forever, most_sent=MUCH, most_memory=MUCH),
            "more-than-a-number": served(floods(http(200, b"", length=10**400)), most_sent=MUCH, most_memory=MUCH),
        },
        ONE_TRY,
        InvalidResponseError,
        _TOO_LARGE,
        requests=1,
    ),
    Fault(
        "body-many-values",
        "JSON that makes a gigabyte of four megabytes, by a million little values or levels: it is not parsed.",
        {
            "conditions": _many(_UNTIL_CONDITIONS, b"{},", b"{}]}}}"),
            "zones": _many(b'{"gateway":{"spec":{"zones":[', b'"",', b'""]}}}'),
            "fields": _many(b"{", b'"a":[],', b'"a":1}'),
            "deep": _many(b"", b"[", b""),
        },
        ONE_TRY,
        InvalidResponseError,
        "gateway {id}: the answer of {endpoint} holds more than 50,000 JSON values, and was not parsed; "
        f"check {ENDPOINT}, and for a proxy in the way",
        requests=1,
    ),
    Fault(
        "body-some-values",
        "A gateway with twenty thousand values in a field that nobody knows.",
        {"": served(answers(http(200, _json(f"[{'{},' * 20_000}7]"))), most_memory=MUCH, most_time=2.0)},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "body-large",
        "A gateway just below 4 MiB.",
        {"": served(answers(http(200, _large_gateway())))},
        ONE_TRY,
        outputs={"name": "n" * 4_000_000},
        requests=1,
    ),
    Fault(
        "body-gzip",
        "A whole gateway, compressed as was asked for.",
        {"": _gzipped(_ZIPPED), "members": _gzipped(gzip.compress(_WHOLE[:50]) + gzip.compress(_WHOLE[50:]))},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "body-gzip-bomb",
        "A gzip of 200 KiB that becomes 200 MiB: it is unpacked to 4 MiB at most.",
        {"": served(explodes(200), most_memory=MUCH)},
        ONE_TRY,
        InvalidResponseError,
        _TOO_LARGE,
        requests=1,
    ),
    Fault(
        "body-gzip-cut",
        "A gzip that ends too early, though the length is right.",
        {"": _gzipped(_ZIPPED[: len(_ZIPPED) // 2])},
        TEN_TRIES,
        InvalidResponseError,
        NOT_JSON,
        requests=10,
    ),
    Fault(
        "body-gzip-broken",
        "What is called gzip is none, or is broken.",
        {
            "plain": _gzipped(_WHOLE),
            "middle": _gzipped(_ZIPPED[:30] + b"\x00\xff\x00\xff" + _ZIPPED[34:]),
            "deflate": _gzipped(_WHOLE, "deflate"),
            "many": _gzipped(_ZIPPED, ", ".join(["gzip"] * 20)),
        },
        TEN_TRIES,
        TransportError,
        f"gateway {{id}}: the compression of the answer from {{endpoint}} is broken, {TRIES}; {CHECK_NETWORK}",
        requests=10,
    ),
    Fault(
        "body-other-encoding",
        "A compression that nobody asked for and nobody knows.",
        {"": _gzipped(b"\x01\x02\x03 no JSON", "x-unheard-of")},
        TEN_TRIES,
        InvalidResponseError,
        NOT_JSON,
        requests=10,
    ),
    Fault(
        "body-deflate",
        "A whole gateway, compressed in a way that nobody asked for.",
        {"": _gzipped(zlib.compress(_WHOLE), "deflate"), "identity": _gzipped(_WHOLE, "identity")},
        ONE_TRY,
        requests=1,
    ),
)
