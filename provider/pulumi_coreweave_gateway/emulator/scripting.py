"""Responses that replace the API's own: scripted ones, repeatable failures, and a rate limit."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .schema import EmulatorError, encode_json

GATEWAYS_PATH = "/v1alpha1/inference/gateways"

_GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 409: 10, 411: 3, 414: 3, 429: 8, 431: 3, 500: 13, 501: 12}
_GRPC_CODES |= {502: 14, 503: 14, 504: 4}
_UNKNOWN = 2
_FRAMING = {"content-length", "transfer-encoding", "connection"}


@dataclass(frozen=True)
class Response:
    """An HTTP response; the names of its headers are in title case."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(body: object, status: int = 200, **headers: str) -> Response:
    """Return a response with a JSON body."""
    return Response(status, encode_json(body), {"Content-Type": "application/json", **headers})


def error_response(status: int, message: str, **headers: str) -> Response:
    """Return an error as the API sends it: a ``google.rpc.Status``."""
    return json_response({"code": _GRPC_CODES.get(status, _UNKNOWN), "message": message}, status, **headers)


@dataclass
class Script:
    """A response, and the requests that get it.

    Attributes:
        response: None for the API's own.
        headers: replace those of the response.
        delay: seconds before the response.
        path: the path of the requests, in lower case; None for every path.
        remaining: how many more requests get it; None for all.

    """

    response: Response | None
    headers: Mapping[str, str]
    delay: float
    path: str | None
    remaining: int | None


def take_script(scripts: list[Script], path: str) -> Script | None:
    """Return the script for a request to a path, and count the request; None if there is no script for it.

    Scripts for one path come before those for every path, older before newer.
    """
    found = next((script for wanted in (path.lower(), None) for script in scripts if script.path == wanted), None)
    if found is not None and found.remaining is not None:
        found.remaining -= 1
        if not found.remaining:
            scripts.remove(found)
    return found


@dataclass(frozen=True)
class Failures:
    """Failures of a share of the requests, chosen by the path and attempt of each.

    Attributes:
        share: from 0 (no request fails) to 1 (every request fails).
        statuses: the HTTP statuses; a failing request gets one of them.
        seed: another seed makes other requests fail.

    """

    share: float = 0.0
    statuses: Sequence[int] = ()
    seed: str = ""

    def take(self, path: str, attempt: int) -> Response | None:
        """Return the failure of the n-th request to a path; None if it succeeds."""
        if not self.share:
            return None
        chance = random.Random(f"{self.seed}\n{path}\n{attempt}")  # noqa: S311 - no secret
        if chance.random() >= self.share:
            return None
        return error_response(chance.choice(self.statuses), "a failure of the emulator's fail_some")


class TokenBucket:
    """A rate limit: tokens come back at a constant rate, and each request takes one.

    Args:
        per_second: how many tokens come back in a second; the bucket holds as many, and at least one.

    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._size = self._tokens = max(1.0, per_second)
        self._filled_at = time.monotonic()

    def take(self) -> bool:
        """Take a token, and return whether there was one."""
        now = time.monotonic()
        self._tokens = min(self._size, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def check_headers(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return headers with their names in title case.

    Raises:
        EmulatorError: a header can't be sent, or says where the body ends.

    """
    for name, value in (headers or {}).items():
        text = f"{name}{value}"
        if name.lower() in _FRAMING or not (name and text.isascii() and text.isprintable()):
            raise EmulatorError(f"invalid header {name!r}: {value!r}: it can't be scripted")
    return {name.title(): value for name, value in (headers or {}).items()}


def check_status(status: int) -> None:
    """Check the status of a response.

    Raises:
        EmulatorError: it isn't between 200 and 599.

    """
    require(200 <= status <= 599, f"status must be between 200 and 599, not {status!r}")  # noqa: PLR2004


def require(condition: bool, message: str) -> None:
    """Check an argument.

    Raises:
        EmulatorError: the condition doesn't hold.

    """
    if not condition:
        raise EmulatorError(message)
