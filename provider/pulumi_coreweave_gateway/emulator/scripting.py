"""Answers that replace the API's own: scripts, failures at random that are the same in every run, a rate limit."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from .schema import UUID, encode_json

GATEWAYS_PATH = "/v1alpha1/inference/gateways"

GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 409: 10, 413: 8, 429: 8, 431: 8, 500: 13, 501: 12, 502: 14}
GRPC_CODES |= {503: 14, 504: 4}
"""The gRPC code that goes with an HTTP status; 2 (unknown) goes with any other."""

_UNKNOWN = 2
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_FRAMING = {"content-length", "transfer-encoding", "connection"}
_HASH_RANGE = 2**32

Headers = tuple[tuple[str, str], ...]
"""Names and values; a name may occur more than once."""


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    body: bytes = b""
    headers: Headers = ()


def json_answer(body: object, *headers: tuple[str, str], status: int = 200) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, encode_json(body), (("Content-Type", "application/json"), *headers))


def error_answer(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    """Return an error as the API sends it: a ``google.rpc.Status``."""
    return json_answer({"code": GRPC_CODES.get(status, _UNKNOWN), "message": message}, *headers, status=status)


@dataclass
class Script:
    """An answer, and the calls that get it.

    Attributes:
        answer: what they get; None for the emulator's own answer.
        headers: headers that replace those of the answer.
        delay: seconds before the answer.
        path: the path they call, as :func:`comparable_path` returns it; None for every path.
        attempts: the calls to their path that get it, counted from 1; empty for every call.
        left: how many more calls get it; None for all.

    """

    answer: Answer | None
    headers: Headers = ()
    delay: float = 0.0
    path: str | None = None
    attempts: Sequence[int] = ()
    left: int | None = 1


def take_script(scripts: list[Script], path: str, attempt: int) -> Script | None:
    """Return the script for the n-th call to a path, and count that call; None if there is no script for it.

    Scripts for one path come before those for all, older before newer.
    """
    for wanted in (comparable_path(path), None):
        for script in scripts:
            if script.path == wanted and (not script.attempts or attempt in script.attempts):
                if script.left is not None:
                    script.left -= 1
                    if script.left == 0:
                        scripts.remove(script)
                return script
    return None


@dataclass(frozen=True)
class Faults:
    """Failures of a share of the calls, chosen by the path and attempt of each call.

    Attributes:
        share: from 0 (no call fails) to 1 (every call fails).
        statuses: the HTTP statuses; a failing call gets one of them.
        seed: another seed makes other calls fail.
        headers: further headers of the failing answers.

    """

    share: float = 0.0
    statuses: Sequence[int] = (429, 503)
    seed: str = ""
    headers: Headers = ()

    def take(self, path: str, attempt: int) -> Answer | None:
        """Return the failure of the n-th call to a path; None if that call succeeds."""
        if not self.share:
            return None
        digest = hashlib.sha256(f"{self.seed}\n{path}\n{attempt}".encode("utf-8", "surrogatepass")).digest()
        if int.from_bytes(digest[:4], "big") >= self.share * _HASH_RANGE:
            return None
        status = self.statuses[digest[4] % len(self.statuses)]
        return error_answer(status, "a failure of the emulator's fail_some", *self.headers)


class TokenBucket:
    """A rate limit: tokens come back at a constant rate, and each call takes one.

    Args:
        per_second: how many tokens come back in a second; the bucket holds as many, and at least one.

    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._tokens = self._size = max(1.0, per_second)
        self._filled_at: float | None = None

    def take(self, now: float) -> bool:
        """Take a token, and return whether there was one.

        Args:
            now: seconds of a clock that only moves forward.

        """
        elapsed = 0.0 if self._filled_at is None else now - self._filled_at
        self._tokens = min(self._size, self._tokens + elapsed * self._per_second)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def comparable_path(path: str) -> str:
    """Return a path in the form in which paths are compared: unquoted, a gateway's id in lower case."""
    path = unquote(path)
    parent, _, name = path.rpartition("/")
    return path.lower() if parent == GATEWAYS_PATH and UUID.fullmatch(name) else path


def replace_headers(headers: Headers, replacements: Headers) -> Headers:
    """Return headers with others added, which replace those of the same name."""
    replaced = {name.lower() for name, _ in replacements}
    return (*((name, value) for name, value in headers if name.lower() not in replaced), *replacements)


def header_pairs(headers: Mapping[str, str | Sequence[str]] | None) -> Headers:
    """Return headers as pairs of a name and a value.

    Raises:
        ValueError: a name or a value can't be sent, or the header decides where the body ends.

    """
    pairs = []
    for name, values in (headers or {}).items():
        for value in [values] if isinstance(values, str) else values:
            if name.lower() in _FRAMING or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"header {name!r} with value {value!r} can't be scripted")
            pairs.append((name, value))
    return tuple(pairs)


def check_status(status: int) -> None:
    """Check the status of a final answer.

    Raises:
        ValueError: it is not between 200 and 599.

    """
    if not 200 <= status <= 599:  # noqa: PLR2004
        raise ValueError(f"status must be between 200 and 599, not {status!r}")


def check_at_least(name: str, value: float, least: float) -> None:
    """Check a number.

    Raises:
        ValueError: it isn't a finite number, or less than ``least``.

    """
    if not math.isfinite(value) or value < least:
        raise ValueError(f"{name} must be a number, {least:g} or more, not {value!r}")
