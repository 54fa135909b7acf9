"""Errors as the API answers them: an HTTP status with a ``google.rpc.Status`` as its body."""

from __future__ import annotations

from typing import Any

INVALID_ARGUMENT = 3
NOT_FOUND = 5
UNIMPLEMENTED = 12
INTERNAL = 13
UNAUTHENTICATED = 16

CODE_OF_HTTP_STATUS = {
    400: INVALID_ARGUMENT,
    401: UNAUTHENTICATED,
    403: 7,
    404: NOT_FOUND,
    405: UNIMPLEMENTED,
    409: 10,
    413: 8,
    429: 8,
    500: INTERNAL,
    501: UNIMPLEMENTED,
    502: 14,
    503: 14,
    504: 4,
}
"""The gRPC code that goes with an HTTP status; 2 (unknown) for any other."""

UNKNOWN = 2


class ApiError(Exception):
    """An answer other than 200.

    Args:
        http_status: the answer's status.
        message: the ``message`` of its body.
        headers: further headers of the answer.

    """

    def __init__(self, http_status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.message = message
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the ``google.rpc.Status``; ``details`` is empty and so, as any default, left out."""
        return status_body(self.http_status, self.message)


def status_body(http_status: int, message: str) -> dict[str, Any]:
    """Return the ``google.rpc.Status`` that goes with an HTTP status."""
    return {"code": CODE_OF_HTTP_STATUS.get(http_status, UNKNOWN), "message": message}
