"""Reading an answer, bounded while it is read, and parsing it strictly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

import requests


@dataclass(frozen=True)
class Bounds:
    """What an answer may have at most.

    Attributes:
        size: bytes, after decompression.
        marks: of the marks ``{``, ``[`` and ``,`` together. A value in JSON is begun or followed by one of them, and
            takes far more memory than its bytes: twenty times as much, and a gateway's parts a hundred times.

    """

    size: int
    marks: int


OF_GATEWAY = Bounds(4 * 1024 * 1024, 50_000)
"""A usual gateway has less than a hundred marks."""
OF_LIST = Bounds(64 * 1024 * 1024, 2_000_000)
"""For all gateways of an organization."""
MAX_ERROR = 64 * 1024
"""Bytes that are read of an error's body; the rest is left."""

_CHUNK = 64 * 1024


class TooLargeError(Exception):
    """A body is larger than its bound."""


class TooManyValuesError(Exception):
    """A body holds more values than its bound allows."""


class NotStrictJSONError(ValueError):
    """A body isn't one JSON value in UTF-8."""


class TooDeepError(Exception):
    """A body's JSON is nested more deeply than can be read."""


def read_body(answer: requests.Response, limit: int) -> bytes:
    """Return the body of an answer.

    Args:
        answer: the answer, its body unread.
        limit: bytes that it may have, after decompression.

    Raises:
        TooLargeError: it has more; what follows is not read.
        requests.RequestException, urllib3.exceptions.HTTPError, OSError: it broke off.

    """
    announced = answer.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > len(str(limit)) or int(announced) > limit):
        raise TooLargeError
    chunks: list[bytes] = []
    size = 0
    while chunk := answer.raw.read(_CHUNK, decode_content=True):
        size += len(chunk)
        if size > limit:
            raise TooLargeError
        chunks.append(chunk)
    return b"".join(chunks)


def read_start(answer: requests.Response, limit: int = MAX_ERROR) -> bytes:
    """Return the first part of a body, up to so many bytes; what can't be read counts as absent."""
    chunks: list[bytes] = []
    size = 0
    try:
        while size < limit and (chunk := answer.raw.read(min(_CHUNK, limit - size), decode_content=True)):
            size += len(chunk)
            chunks.append(chunk)
    except Exception:  # noqa: BLE001 - the status is known, and its error is the one to report
        return b"".join(chunks)
    return b"".join(chunks)


def parse_json(body: bytes, marks: int | None = None) -> Any:
    """Return the JSON value that a body holds.

    Args:
        body: the body, to its end.
        marks: of ``{``, ``[`` and ``,`` together, how many it may have; None for any number.

    Raises:
        TooManyValuesError: it has more; nothing of it was parsed.
        NotStrictJSONError: it holds none, several, or one that isn't strict JSON in UTF-8.
        TooDeepError: it is nested too deeply.

    """
    if marks is not None and sum(map(body.count, (b"{", b"[", b","))) > marks:
        raise TooManyValuesError
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise TooDeepError from None
    except ValueError:
        raise NotStrictJSONError from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
