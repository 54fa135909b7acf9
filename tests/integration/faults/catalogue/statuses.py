"""HTTP error responses, and their bodies."""

from __future__ import annotations

import gzip

from pulumi_coreweave_gateway.client.redaction import LEFT_OUT
from pulumi_coreweave_gateway.errors import (
    APIError,
    AuthenticationError,
    GatewayError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    TransportError,
)

from ..hostile import Visit
from ..model import Fault, Start, fails, keeps_failing, passes
from ..responses import HUGE, MUCH, TOKEN, WANDB_KEY, body, explodes, floods, healthy, http, responds, silence
from ..scenes import served
from .messages import AGAIN, PROXY_BETWEEN, SILENT

_VARIABLE = "COREWEAVE_API_TOKEN"
_FAILED = f"{{endpoint}} failed{{facts}}; {AGAIN}"
_ROLE = (
    "permission denied by {endpoint}{facts}; grant the role Inference Viewer or Inference Admin (legacy groups, even "
    "admin, lack it), and check that Dedicated Inference is enabled for the organization"
)
_UNEXPECTED = f"unexpected response from {{endpoint}}{{facts}}; {PROXY_BETWEEN}"

# Status, code in the body, its name, error, message, likely cause.
_API: tuple[tuple[int, int, str, type[GatewayError], str, str], ...] = (
    (400, 3, "invalid_argument", APIError, _UNEXPECTED, ""),
    (
        401,
        16,
        "unauthenticated",
        AuthenticationError,
        (
            f"{{endpoint}} rejected the token{{facts}}; set a valid CoreWeave API token in {_VARIABLE} or with `pulumi "
            "config set --secret coreweave-gateway:token` (a Weights & Biases key isn't one); a refresh uses the "
            "configuration of the last `pulumi up`: after a rotation run `pulumi up --refresh=false` once, or set "
            f"{_VARIABLE}"
        ),
        (
            "The token is wrong, expired or revoked, or belongs to Serverless Inference (W&B). After a rotation in the "
            "stack configuration, `pulumi refresh`, `pulumi up --refresh` and `refresh: always` still use the old one."
        ),
    ),
    (
        403,
        7,
        "permission_denied",
        PermissionDeniedError,
        _ROLE,
        (
            "The token lacks the role, its group is a legacy one, or Dedicated Inference (a preview) isn't enabled for "
            "the organization."
        ),
    ),
    (
        404,
        5,
        "not_found",
        NotFoundError,
        "not found at {endpoint}{facts}; check the ID, and that the token is of the gateway's organization",
        "The gateway was deleted, or belongs to another organization.",
    ),
    (501, 12, "unimplemented", APIError, _UNEXPECTED, ""),
    (503, 14, "unavailable", APIError, _FAILED, "The API is down or overloaded."),
)


def _status(status: int, number: int, code: str, error: type[GatewayError], text: str, cause: str) -> Fault:
    """Return the row of an API error, with its code as a number and as a name."""
    why = {"message": "for a reason", "details": [{"@type": "type.example/Any", "more": "of it"}]}
    starts = {
        "number": served(responds(http(status, body({"code": number, **why}), "X-Request-Id: req-7"))),
        "name": served(responds(http(status, body({"code": code.upper(), **why}), "x-request-id: req-7"))),
    }
    facts = f" (HTTP {status}, {code}, request req-7), the server says: for a reason"
    make = keeps_failing if status == 503 else fails
    return make(f"http-{status}", error, f"gateway {{id}}: {text}".replace("{facts}", facts), starts, cause=cause)


def _says(name: str, facts: str, *contents: bytes | Start) -> Fault:
    """Return the row of a 403 response with these bodies."""
    starts = {
        str(number): served(responds(http(403, content))) if isinstance(content, bytes) else content
        for number, content in enumerate(contents)
    }
    return fails(
        name, PermissionDeniedError, f"gateway {{id}}: {_ROLE}".replace("{facts}", f" (HTTP 403{facts}"), starts
    )


def _message(message: object, code: object = 7) -> bytes:
    return body({"code": code, "message": message})


def _with_id(*headers: str) -> Start:
    return served(responds(http(403, b"", *headers)))


def _drips(visit: Visit) -> None:
    if visit.request():
        visit.send(http(403, b"", length=10_000))
        visit.drip(b" " * 10_000, 0.02)


def _resets(visit: Visit) -> None:
    if visit.request():
        visit.send(http(403, b'{"code": 7, "mess', length=10_000))
        visit.reset()


_CODE = ", permission_denied), the server says: "

FAULTS = (
    *(_status(*row) for row in _API),
    keeps_failing(
        "http-5xx",
        APIError,
        f"gateway {{id}}: {_FAILED}".replace("{facts}", " (HTTP 522)"),
        served(responds(http(522, b"<html>"))),
    ),
    fails(
        "http-404-not-the-api",
        APIError,
        f"gateway {{id}}: {_UNEXPECTED}".replace("{facts}", " (HTTP 404)"),
        {
            "empty": served(responds(http(404))),
            "object": served(responds(http(404, b"{}"))),
            "page": served(responds(http(404, b"<html>404 Not Found</html>", "Content-Type: text/html"))),
        },
        cause="The endpoint is not the CoreWeave API, or has a path of its own.",
    ),
    *(
        fails(
            f"http-{status}",
            APIError,
            f"gateway {{id}}: {_UNEXPECTED}".replace("{facts}", f" (HTTP {status})"),
            served(responds(http(status, b"" if status == 204 else body()))),
        )
        for status in (204, 418, 600)
    ),
    passes(
        "http-recovers",
        {
            str(status): served(responds(http(status)), responds(http(status)), healthy)
            for status in (429, 500, 502, 503, 504)
        },
        requests=3,
    ),
    keeps_failing(
        "http-deadline-in-an-attempt",
        APIError,
        f"gateway {{id}}: {_FAILED}".replace("{facts}", " (HTTP 503)"),
        served(
            responds(http(503)),
            responds(http(503)),
            responds(http(503)),
            silence,
            environ={"COREWEAVE_LOOKUP_TIMEOUT": "3s"},
        ),
        requests=4,
        attempts=4,
    ),
    fails(
        "http-error-with-200",
        InvalidResponseError,
        "gateway {id}: {endpoint} returned an error body with status 200 (HTTP 200, not_found), the server says: no; "
        f"{PROXY_BETWEEN}",
        served(responds(http(200, _message("no", 5)))),
    ),
    _says(
        "reason-none",
        ")",
        b"<html><h1>Forbidden</h1></html>",
        b"\xff\xfe",
        b"[]",
        b'{"error": "no"}',
        b'{"code": true, "message": ["no"]}',
        b'{"code": 7.5, "message": {"a": "b"}}',
        b'{"code": "", "message": ""}',
        b"[" * 50_000,
        _message("no") * 2,
    ),
    _says("reason-code-unknown", ", code_99), the server says: no", _message("no", 99)),
    _says(
        "reason-long",
        f"{_CODE}first red 34mblue {'a' * 182}…",
        _message("first\r\n\t\x1b[31mred\x1b[0m\x07 \x9b34mblue " + "a" * 50_000),
    ),
    _says("reason-token", f"{_CODE}{LEFT_OUT}", _message(f"the header was Bearer {TOKEN.upper()}")),
    _says(
        "reason-token-code",
        f", {LEFT_OUT}, request {LEFT_OUT}), the server says: no",
        served(responds(http(403, _message("no", TOKEN), f"X-Request-Id: {TOKEN}"))),
    ),
    _says(
        "reason-details",
        f"{_CODE}no",
        body({"code": 7, "message": "no", "details": [{"@type": "x", "apiKey": WANDB_KEY}], "apiKey": WANDB_KEY}),
        served(responds(http(403, gzip.compress(_message("no")), "Content-Encoding: gzip"))),
    ),
    _says(
        "reason-request-id",
        ", request abc-1)",
        *(
            _with_id(f"{name}: abc-1")
            for name in ("X-Request-Id", "X-Amzn-RequestId", "X-Correlation-ID", "Request-Id", "CF-Ray")
        ),
    ),
    _says(
        "reason-long-id",
        f", {'x' * 40}…, request {'y' * 64}…), the server says: no",
        served(responds(http(403, _message("no", "X" * 5000), f"X-Request-Id: {'y' * 50_000}"))),
    ),
    _says(
        "reason-large",
        ")",
        served(floods(http(403, b"", length=HUGE)), most_sent=MUCH, most_memory=MUCH),
        served(explodes(403), most_memory=MUCH),
    ),
    _says("reason-broken", ")", served(_resets), served(responds(http(403, b"zz", "Content-Encoding: gzip")))),
    keeps_failing(
        "reason-drips",
        TransportError,
        SILENT,
        served(_drips, slow=True),
    ),
)
