"""What an error says of itself: anything but the API's own body, and text that must not be shown as it is."""

from __future__ import annotations

import gzip

from pulumi_coreweave_gateway.errors import AuthenticationError, PermissionDeniedError

from ..answers import HUGE, MUCH, TOKEN, WANDB_KEY, answers, body, explodes, floods, http
from ..hostile import Visit
from ..model import ONE_TRY, Fault, Start
from ..scenes import served
from .words import ROLE, TOKEN_ADVICE


def _row(fault: str, what: str, facts: str, said: str, *content: bytes | Start) -> Fault:
    """Return the row of an error 403 with such a body."""
    start = {
        str(number) if len(content) > 1 else "": served(answers(http(403, one))) if isinstance(one, bytes) else one
        for number, one in enumerate(content, 1)
    }
    return Fault(
        fault,
        what,
        start,
        ONE_TRY,
        PermissionDeniedError,
        f"gateway {{id}}: the token may not read it at {{endpoint}} (HTTP 403{facts}){said}; {ROLE}",
        requests=1,
    )


def _status(message: object, code: object = 7) -> bytes:
    return body({"code": code, "message": message})


def _says(message: str) -> str:
    return f", the server says: {message}"


def _with_id(*headers: str) -> Start:
    return served(answers(http(403, b"", *headers)))


def _drips(visit: Visit) -> None:
    if visit.request():
        visit.send(http(403, b"", length=10_000))
        visit.drip(b" " * 10_000, 0.02)


def _resets(visit: Visit) -> None:
    if visit.request():
        visit.send(http(403, b'{"code": 7, "mess', length=10_000))
        visit.reset()


def _cut(visit: Visit) -> None:
    if visit.request():
        visit.send(http(403, _status("why not"), length=10_000))


_HTML = b"<html><h1>Forbidden</h1></html>"
_CODE = ", permission_denied"

FAULTS = (
    _row("reason-html", "An error whose body is a page of HTML, or any other text.", "", "", _HTML, b"no", b"\xff\xfe"),
    _row(
        "reason-other-json",
        "An error whose body is JSON, though none of the API's.",
        "",
        "",
        b"[]",
        b"null",
        b'"no"',
        b"7",
        b"{}",
        b'{"error": "no"}',
        b'{"code": null, "message": null}',
        b'{"code": true, "message": ["no"]}',
        b'{"code": 7.5, "message": {"a": "b"}}',
        b'{"code": [7], "message": 7}',
        b'{"code": "", "message": ""}',
        b"[" * 50_000,
        _status("no") * 2,
    ),
    _row("reason-code-unknown", "An error with a code that nobody knows.", ", code_99", _says("no"), _status("no", 99)),
    _row("reason-code-negative", "An error with a negative code.", ", code_-1", _says("no"), _status("no", -1)),
    _row(
        "reason-code-endless",
        "An error with a code of four thousand digits.",
        f", code_{'9' * 35}",
        _says("no"),
        _status("no", int("9" * 4000)),
    ),
    _row("reason-code-name", "A code in capitals.", _CODE, _says("no"), _status("no", "PERMISSION_DENIED")),
    _row(
        "reason-code-long",
        "A code that is a long text.",
        f", {'x' * 40}…",
        _says("no"),
        _status("no", "X" * 5000),
    ),
    _row(
        "reason-long",
        "An error whose words are endless: the first 200 characters are shown.",
        _CODE,
        _says("a" * 200 + "…"),
        _status("a" * 50_000),
    ),
    _row(
        "reason-lines",
        "An error whose words are several lines.",
        _CODE,
        _says("first second third"),
        _status("first\nsecond\r\n\tthird\u2028"),
    ),
    _row(
        "reason-terminal",
        "An error whose words hold commands for a terminal, or turn the direction of writing.",
        _CODE,
        _says("red 34mblue ti le end"),
        _status("\x1b[31mred\x1b[0m\x07 \x9b34mblue\x1b]0;title\x07 ti\u202ele\x00 end"),
    ),
    _row(
        "reason-unicode",
        "An error whose words are in another script.",
        _CODE,
        _says("доступ 拒绝 🚫"),
        _status("доступ 拒绝 🚫"),
    ),
    _row(
        "reason-half-pair", "An error whose words hold half a surrogate pair.", _CODE, _says("a b"), _status("a\ud800b")
    ),
    _row(
        "reason-token",
        "An error that repeats the token, in any case of letters.",
        _CODE,
        _says("the header was Bearer *** or ***"),
        _status(f"the header was Bearer {TOKEN} or {TOKEN.upper()}"),
    ),
    _row(
        "reason-token-code",
        "An error whose code and request id are the token.",
        ", ***, request ***",
        _says("no"),
        served(answers(http(403, _status("no", TOKEN), f"X-Request-Id: {TOKEN}"))),
    ),
    _row(
        "reason-details",
        "An error whose details and unknown fields hold secrets: they are not shown.",
        _CODE,
        _says("no"),
        body({"code": 7, "message": "no", "details": [{"@type": "x", "apiKey": WANDB_KEY}], "apiKey": WANDB_KEY}),
    ),
    _row(
        "reason-request-id",
        "The server's id of the request, in the headers that are common.",
        ", request abc-1",
        "",
        _with_id("X-Request-Id: abc-1"),
        _with_id("X-Amzn-RequestId: abc-1"),
        _with_id("X-Correlation-ID: abc-1"),
        _with_id("Request-Id: abc-1"),
        _with_id("CF-Ray: abc-1"),
    ),
    _row(
        "reason-request-id-long",
        "An id of the request that is endless.",
        f", request {'x' * 64}…",
        "",
        _with_id(f"X-Request-Id: {'x' * 50_000}"),
    ),
    _row(
        "reason-request-id-escapes",
        "An id of the request that holds commands for a terminal.",
        ", request a b",
        "",
        _with_id("X-Request-Id: a\x1b[31m\x07b"),
    ),
    _row(
        "reason-large",
        "An error with a body of 100 MiB, or a gzip bomb: the first 64 KiB are read.",
        "",
        "",
        served(floods(http(403, b"", length=HUGE)), most_sent=MUCH, most_memory=MUCH),
        served(floods(http(403, b"", length=None)), most_sent=MUCH, most_memory=MUCH),
        served(explodes(403), most_memory=MUCH),
    ),
    _row(
        "reason-gzip",
        "An error whose body is compressed.",
        _CODE,
        _says("no"),
        served(answers(http(403, gzip.compress(_status("no")), "Content-Encoding: gzip"))),
    ),
    _row(
        "reason-broken",
        "An error whose body breaks off, has the wrong length, never ends, or is compressed badly: its status is "
        "told all the same.",
        "",
        "",
        served(_resets),
        served(_cut),
        served(_drips, slow=True),
        served(answers(http(403, _status("no"), "Content-Encoding: gzip"))),
        served(answers(http(403, b"zz\r\n", "Transfer-Encoding: chunked", length=None))),
    ),
    Fault(
        "reason-everything-long",
        "The longest message there is: words, code and id of the request are all endless.",
        {
            "": served(
                answers(http(401, body({"code": "c" * 9000, "message": "m" * 9000}), f"X-Request-Id: {'i' * 9000}"))
            ),
        },
        ONE_TRY,
        AuthenticationError,
        f"gateway {{id}}: {{endpoint}} does not accept the token (HTTP 401, {'c' * 40}…, request {'i' * 64}…), the "
        f"server says: {'m' * 200}…; {TOKEN_ADVICE}",
        requests=1,
    ),
)
