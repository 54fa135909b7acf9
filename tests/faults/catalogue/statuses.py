"""Answers with another status than 200: those that the API uses, with and without a body, and others."""

from __future__ import annotations

from pulumi_coreweave_gateway.errors import (
    APIError,
    AuthenticationError,
    GatewayNotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)

from ..answers import answers, body, healthy, http, silence
from ..model import DEADLINE, ONE_TRY, TEN_TRIES, Fault
from ..scenes import served
from .words import AGAIN, CHECK_PROXY, ENDPOINT, LATER, ROLE, TOKEN_ADVICE, TRIES

_FAILED = "{endpoint} has failed"
_ID = "check the id; the token may belong to another organization than the gateway"

# Status, number and name of the code in the body, error, what happened, what to do.
_OF_THE_API: tuple[tuple[int, int, str, type[APIError], str, str], ...] = (
    (400, 3, "invalid_argument", APIError, "{endpoint} rejected the request", "check the ID"),
    (401, 16, "unauthenticated", AuthenticationError, "{endpoint} does not accept the token", TOKEN_ADVICE),
    (403, 7, "permission_denied", PermissionDeniedError, "the token may not read it at {endpoint}", ROLE),
    (404, 5, "not_found", GatewayNotFoundError, "not found at {endpoint}", _ID),
    (409, 10, "aborted", APIError, "{endpoint} reported a conflict", "run the command again"),
    (429, 8, "resource_exhausted", RateLimitError, "{endpoint} asks for fewer requests", LATER),
    (500, 13, "internal", ServerError, _FAILED, AGAIN),
    (501, 12, "unimplemented", APIError, "{endpoint} does not implement this call", f"check {ENDPOINT}"),
    (502, 14, "unavailable", ServerError, _FAILED, AGAIN),
    (503, 14, "unavailable", ServerError, _FAILED, AGAIN),
    (504, 4, "deadline_exceeded", ServerError, _FAILED, AGAIN),
)
_RETRIED = (429, 500, 502, 503, 504)
_OTHERS = (201, 202, 203, 204, 205, 206, 402, 405, 406, 408, 410, 418, 421, 425, 451, 499, 600, 999)
_WITHOUT_BODY = (204, 205)
_NOT_FOUND = 404


def _says(status: int, number: int, code: str, error: type[APIError], what: str, advice: str) -> Fault:
    """Return the row of a status of the API whose body says why."""
    facts, ask = (f"{code}, request req-7, {TRIES}", 10) if status in _RETRIED else (f"{code}, request req-7", 1)
    why = {"message": "it has its reasons", "details": [{"@type": "type.example/Any", "more": "of it"}]}
    return Fault(
        f"http-{status}",
        f"Status {status}, and a body that says why; its code is a number or a name.",
        {
            "number": served(answers(http(status, body({"code": number, **why}), "X-Request-Id: req-7"))),
            "name": served(answers(http(status, body({"code": code, **why}), "x-request-id: req-7"))),
        },
        TEN_TRIES if ask > 1 else ONE_TRY,
        error,
        f"gateway {{id}}: {what} (HTTP {status}, {facts}), the server says: it has its reasons; {advice}",
        requests=ask,
    )


def _bare(status: int, _number: int, _code: str, error: type[APIError], what: str, advice: str) -> Fault:
    """Return the row of a status of the API that comes alone."""
    facts, ask = (f", {TRIES}", 10) if status in _RETRIED else ("", 1)
    return Fault(
        f"http-{status}-bare",
        f"Status {status}, and no body, or one that says nothing.",
        {
            "empty": served(answers(http(status))),
            "object": served(answers(http(status, b"{}"))),
        },
        TEN_TRIES if ask > 1 else ONE_TRY,
        error,
        f"gateway {{id}}: {what} (HTTP {status}{facts}); {advice}",
        requests=ask,
    )


def _other(status: int) -> Fault:
    """Return the row of a status that the API does not use."""
    content, whose = (
        (b"", "without a body") if status in _WITHOUT_BODY else (body(), "with a whole gateway as its body")
    )
    return Fault(
        f"http-{status}",
        f"Status {status}, which the API does not use, {whose}.",
        {"": served(answers(http(status, content)))},
        ONE_TRY,
        APIError,
        f"gateway {{id}}: unexpected answer from {{endpoint}} (HTTP {status}); {CHECK_PROXY}",
        requests=1,
    )


FAULTS = (
    *(_says(*status) for status in _OF_THE_API),
    *(_bare(*status) for status in _OF_THE_API if status[0] != _NOT_FOUND),
    Fault(
        "http-404-bare",
        "Status 404 that isn't the API's (no body, a proxy's page, another code): no gateway counts as gone for that.",
        {
            "empty": served(answers(http(_NOT_FOUND))),
            "object": served(answers(http(_NOT_FOUND, b"{}"))),
            "page": served(answers(http(_NOT_FOUND, b"<html>404 Not Found</html>", "Content-Type: text/html"))),
        },
        ONE_TRY,
        APIError,
        f"gateway {{id}}: unexpected answer from {{endpoint}} (HTTP 404); {CHECK_PROXY}",
        requests=1,
    ),
    *(_other(status) for status in _OTHERS),
    Fault(
        "http-5xx",
        "Another status from 500 to 599: the server has failed, and not for the time being.",
        {"505": served(answers(http(505)))},
        ONE_TRY,
        ServerError,
        f"gateway {{id}}: {{endpoint}} has failed (HTTP 505); {AGAIN}",
        requests=1,
    ),
    Fault(
        "http-recovers",
        "Status 429, 500, 502, 503 or 504 comes twice, then all is well.",
        {str(status): served(answers(http(status)), answers(http(status)), healthy) for status in _RETRIED},
        TEN_TRIES,
        requests=3,
    ),
    Fault(
        "http-deadline",
        "The API fails for longer than `lookupTimeout`, here 2 s.",
        {"": served(answers(http(503)), environ={"COREWEAVE_LOOKUP_TIMEOUT": "2s"})},
        DEADLINE,
        ServerError,
        f"gateway {{id}}: {{endpoint}} has failed (HTTP 503, {TRIES}); {AGAIN}",
        requests=4,
    ),
    Fault(
        "http-deadline-in-a-try",
        "The API fails, and the deadline, here 3 s, comes in the middle of a further try: the reason stays.",
        {
            "": served(
                answers(http(503)),
                answers(http(503)),
                answers(http(503)),
                silence,
                environ={"COREWEAVE_LOOKUP_TIMEOUT": "3s"},
            )
        },
        DEADLINE,
        ServerError,
        f"gateway {{id}}: {{endpoint}} has failed (HTTP 503, {TRIES}); {AGAIN}",
        requests=4,
    ),
)
