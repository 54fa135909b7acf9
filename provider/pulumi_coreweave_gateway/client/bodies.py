"""Reading an answer, bounded while it is read, and parsing it strictly."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import requests

MAX_GATEWAY = 4 * 1024 * 1024
"""Bytes, after decompression, that the answer for one gateway may have."""
MAX_LIST = 64 * 1024 * 1024
"""Bytes that the answer for all gateways may have."""
MAX_ERROR = 64 * 1024
"""Bytes that are read of an error's body; the rest is left."""

_CHUNK = 64 * 1024


class TooLargeError(Exception):
    """A body is larger than its bound."""


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


def parse_json(body: bytes) -> Any:
    """Return the JSON value that a body holds.

    Raises:
        NotStrictJSONError: it holds none, several, or one that isn't strict JSON in UTF-8.
        TooDeepError: it is nested too deeply.

    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise TooDeepError from None
    except ValueError:
        raise NotStrictJSONError from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
