"""The other border: statuses and error bodies → our errors.

An error's body is a google.rpc.Status, its code a number or, seen as well, a name; a proxy in front may answer HTML
or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..config import Settings
from ..errors import (
    APIError,
    AuthenticationError,
    GatewayNotFoundError,
    InvalidResponseError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
)
from ..messages import one_line
from .body import NotStrictJSONError, TooDeepError, parse_json

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

_NOT_FOUND = "not_found"
_REQUEST_IDS = ("x-request-id", "x-amzn-requestid", "x-correlation-id", "request-id", "cf-ray")
_LONGEST_ID = 64
_LONGEST_CODE = 40
_KINDS: Mapping[int, type[APIError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: GatewayNotFoundError,
    429: RateLimitError,
    501: APIError,
}
_REDIRECTS, _SERVER_ERRORS = range(300, 400), range(500, 600)


@dataclass(frozen=True)
class Subject:
    """What is asked for, for messages.

    Attributes:
        name: such as ``gateway 6f1c…`` or ``the list of gateways``.
        one: whether it is one gateway, which can be missing.

    """

    name: str
    one: bool


def refusal(
    subject: Subject, settings: Settings, status: int, headers: Mapping[str, str], body: bytes, tries: str = ""
) -> APIError:
    """Return the error for an answer that isn't 200.

    Args:
        subject: what was asked for.
        settings: whose server and token were asked with.
        status: the answer's status.
        headers: its headers.
        body: its body, or the first part of it.
        tries: how often it was tried, in words, where it was more than once.

    """
    token = settings.token.reveal()
    code, message = _status_in(body, token)
    request_id = next(
        (one_line(found, token, _LONGEST_ID) for name in _REQUEST_IDS if (found := headers.get(name))), None
    )
    kind = _KINDS.get(status) or (ServerError if status in _SERVER_ERRORS else APIError)
    if kind is GatewayNotFoundError and not (subject.one and code == _NOT_FOUND):
        # A proxy's page, or a server that isn't the API: a refresh must not take that for a gateway that is gone.
        kind = APIError
    facts = [f"HTTP {status}", *([code] if code else []), *([f"request {request_id}"] if request_id else [])]
    said = f", the server says: {message}" if message else ""
    what, advice = _words(kind, status, headers, settings)
    return kind(
        f"{subject.name}: {what} ({', '.join(facts)}{tries}){said}; {advice}",
        http_status=status,
        grpc_code=code,
        request_id=request_id,
        server_message=message,
    )


def _words(kind: type[APIError], status: int, headers: Mapping[str, str], settings: Settings) -> tuple[str, str]:
    """Return what happened, and what to do."""
    names, endpoint = settings.names, settings.endpoint
    first, second = names.token_variables
    words: Mapping[type[APIError] | int, tuple[str, str]] = {
        400: (f"{endpoint} rejected the request", "check the ID"),
        AuthenticationError: (
            f"{endpoint} does not accept the token",
            (
                f"set a valid one ({first}, {second}, or `pulumi config set --secret {names.key('token')}`); after a "
                "rotation in the stack's configuration, a plain `pulumi refresh` still uses the old one: run "
                "`pulumi up` or `pulumi refresh --run-program`"
            ),
        ),
        PermissionDeniedError: (
            f"the token may not read it at {endpoint}",
            "give it the role Inference Viewer (or Inference Admin)",
        ),
        GatewayNotFoundError: (
            f"not found at {endpoint}",
            "check the id; the token may belong to another organization than the gateway",
        ),
        409: (f"{endpoint} reported a conflict", "run the command again"),
        RateLimitError: (
            f"{endpoint} asks for fewer requests",
            f"run the command again later, or allow more time with {names.lookup_timeout}",
        ),
        501: (f"{endpoint} does not implement this call", f"check {names.endpoint}"),
        ServerError: (
            f"{endpoint} has failed",
            f"run the command again; allow more time with {names.lookup_timeout} if it happens often",
        ),
        300: (
            f"{endpoint} redirects to {_where(headers, settings.token.reveal())}, and a token is not sent along",
            f"set {names.endpoint} to the API itself, and look for a login or proxy page in the way",
        ),
    }
    return words.get(
        kind if kind is not APIError else 300 if status in _REDIRECTS else status,
        (f"unexpected answer from {endpoint}", f"check {names.endpoint}, and for a proxy in the way"),
    )


def _where(headers: Mapping[str, str], token: str) -> str:
    """Return the host that a redirect leads to; the rest of its URL may hold secrets."""
    try:
        host = urlsplit(headers.get("location", "")).hostname
    except ValueError:
        host = None
    return one_line(host, token, _LONGEST_ID) if host else "another place"


def refuse_status(subject: Subject, settings: Settings, answer: object) -> None:
    """Refuse an error's body that came with status 200, as from a proxy that keeps the body alone.

    Raises:
        InvalidResponseError: it is one.

    """
    code, message = _status_of(answer, settings.token.reveal())
    if code or message:
        fact = f" (HTTP 200, {code})" if code else " (HTTP 200)"
        said = f", the server says: {message}" if message else ""
        raise InvalidResponseError(
            f"{subject.name}: {settings.endpoint} answered an error as if it were none{fact}{said}; check "
            f"{settings.names.endpoint}, and for a proxy in the way",
            http_status=200,
            grpc_code=code,
            server_message=message,
        )


def _status_in(body: bytes, token: str) -> tuple[str | None, str | None]:
    """Return code and message of an error body; None for what it doesn't say."""
    try:
        return _status_of(parse_json(body) if body else None, token)
    except (NotStrictJSONError, TooDeepError):
        return None, None


def _status_of(status: Any, token: str) -> tuple[str | None, str | None]:
    if not isinstance(status, dict):
        return None, None
    return _code(status.get("code"), token), _message(status.get("message"), token)


def _code(code: object, token: str) -> str | None:
    if isinstance(code, bool):
        return None
    if isinstance(code, int):
        return GRPC_CODES[code] if 0 <= code < len(GRPC_CODES) else f"code_{code}"[:_LONGEST_CODE]
    return one_line(code, token, _LONGEST_CODE).lower() or None if isinstance(code, str) else None


def _message(message: object, token: str) -> str | None:
    return one_line(message, token) or None if isinstance(message, str) else None
