"""Mapping of HTTP error responses to GatewayError.

The body of an error is a google.rpc.Status whose code is a number or, as seen as well, a name; a proxy in between
may respond with HTML or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..config import Settings
from ..errors import (
    APIError,
    AuthenticationError,
    GatewayError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
)
from .body import InvalidBodyError, parse_json
from .redaction import safe_text
from .transport import Response

GRPC_CODES = (
    "ok",
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
)
"""The names of google.rpc.Code, by number."""

_REQUEST_IDS = ("x-request-id", "x-amzn-requestid", "x-correlation-id", "request-id", "cf-ray")
_MAX_ID = 64
_MAX_CODE = 40
_REDIRECTS, _SERVER_ERRORS = range(300, 400), range(500, 600)
_NOT_IMPLEMENTED = 501
"""The only 5xx that a later attempt doesn't help."""
_REDIRECT = (
    "{endpoint} redirects to {location}, and the token is not sent there{facts}; set {setting} to the API itself, and "
    "look for a proxy or a login page in between"
)
_MESSAGES: Mapping[str, str] = {
    "unexpected": (
        "unexpected response from {endpoint}{facts}; check {setting}, and look for a proxy or a login page in between"
    ),
    "unauthenticated": (
        "{endpoint} rejected the token{facts}; set a valid CoreWeave API token in {variable} or with `pulumi config "
        "set --secret {key}` (a Weights & Biases key isn't one); a refresh uses the configuration of the last `pulumi "
        "up`: after a rotation run `pulumi up --refresh=false` once, or set {variable}"
    ),
    "denied": (
        "permission denied by {endpoint}{facts}; grant the role Inference Viewer or Inference Admin (legacy groups, "
        "even admin, lack it), and check that Dedicated Inference is enabled for the organization"
    ),
    "missing": ("not found at {endpoint}{facts}; check the ID, and that the token is of the gateway's organization"),
    "rate limit": (
        "the rate limit of {endpoint} was exceeded{facts}; run the command again later, or allow more time with "
        "{timeout}"
    ),
    "failed": "{endpoint} failed{facts}; run the command again, or allow more time with {timeout}",
}


def error_from_response(
    response: Response, subject: str, settings: Settings, retry_after: float | None, *, single: bool
) -> GatewayError:
    """Return the error for a response whose status isn't 200.

    Args:
        response: The response.
        subject: What was requested, for the message.
        settings: The settings that the request was sent with.
        retry_after: The seconds of its ``Retry-After`` header.
        single: Whether one gateway was requested, which may not exist.

    """
    status, token, names = response.status, settings.token.reveal(), settings.names
    code, message = _parse_body(response.body, token)
    kind, template = _classify(status)
    if kind is NotFoundError and not (single and code == "not_found"):
        # From a proxy, or a server that isn't the API: a refresh must not take the gateway for deleted.
        kind, template = APIError, "unexpected"
    request_id = next((found for name in _REQUEST_IDS if (found := response.headers.get(name))), None)
    request_id = safe_text(request_id, token, _MAX_ID) if request_id else None
    text = (_REDIRECT if status in _REDIRECTS else _MESSAGES[template]).format(
        endpoint=settings.endpoint,
        facts=_facts(status, code, request_id, message),
        key=names.key("token"),
        location=_location(response, settings),
        setting=names.endpoint,
        timeout=names.lookup_timeout,
        variable=names.variables("token")[0],
    )
    retryable = template in {"rate limit", "failed"}
    return kind(
        f"{subject}: {text}",
        http_status=status,
        grpc_code=code,
        request_id=request_id,
        server_message=message,
        retryable=retryable,
        retry_after=retry_after if retryable else None,
    )


def _classify(status: int) -> tuple[type[GatewayError], str]:
    """Return the class of an error and the template of its message."""
    if status in _SERVER_ERRORS and status != _NOT_IMPLEMENTED:
        return APIError, "failed"
    return {
        401: (AuthenticationError, "unauthenticated"),
        403: (PermissionDeniedError, "denied"),
        404: (NotFoundError, "missing"),
        429: (APIError, "rate limit"),
    }.get(status, (APIError, "unexpected"))


def reject_error_body(answer: object, subject: str, settings: Settings) -> None:
    """Reject an error body that came with status 200, as from a proxy that drops the status.

    Raises:
        InvalidResponseError: The answer is an error body.

    """
    code, message = _parse_status(answer, settings.token.reveal())
    if code or message:
        raise InvalidResponseError(
            f"{subject}: {settings.endpoint} returned an error body with status 200{_facts(200, code, None, message)}; "
            f"check {settings.names.endpoint}, and look for a proxy or a login page in between",
            http_status=200,
            grpc_code=code,
            server_message=message,
        )


def _facts(status: int, code: str | None, request_id: str | None, message: str | None) -> str:
    """Return what the server said, such as `` (HTTP 404, not_found), the server says: …``."""
    facts = ", ".join(filter(None, [f"HTTP {status}", code, request_id and f"request {request_id}"]))
    return f" ({facts})" + (f", the server says: {message}" if message else "")


def _location(response: Response, settings: Settings) -> str:
    """Return the host that a redirect leads to; the rest of the URL may hold secrets."""
    try:
        host = urlsplit(response.headers.get("location", "")).hostname
    except ValueError:
        host = None
    return safe_text(host, settings.token.reveal(), _MAX_ID) if host else "another location"


def _parse_body(body: bytes, token: str) -> tuple[str | None, str | None]:
    """Return code and message of an error body, None for what is missing."""
    try:
        return _parse_status(parse_json(body) if body else None, token)
    except InvalidBodyError:
        return None, None


def _parse_status(status: Any, token: str) -> tuple[str | None, str | None]:
    if not isinstance(status, dict):
        return None, None
    message = status.get("message")
    return (
        _code_name(status.get("code"), token),
        (safe_text(message, token) or None) if isinstance(message, str) else None,
    )


def _code_name(code: object, token: str) -> str | None:
    if isinstance(code, bool):
        return None
    if isinstance(code, int):
        return GRPC_CODES[code] if 0 <= code < len(GRPC_CODES) else f"code_{code}"[:_MAX_CODE]
    return (safe_text(code, token, _MAX_CODE).lower() or None) if isinstance(code, str) else None
