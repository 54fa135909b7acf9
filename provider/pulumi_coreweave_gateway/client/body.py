"""Reading a response body within limits, and parsing it strictly."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import requests

MAX_GATEWAY = 4 * 1024 * 1024
"""Maximum size of one gateway's response in bytes, after decompression."""
MAX_LIST = 32 * 1024 * 1024
"""Maximum size of one page of the list of gateways in bytes, after decompression."""
MAX_ERROR = 64 * 1024
"""Bytes of an error's body that are read."""

_CHUNK = 64 * 1024


class BodyTooLargeError(Exception):
    """A body exceeds its maximum size."""


class NotStrictJSONError(ValueError):
    """A body isn't one JSON value in UTF-8."""


class TooDeepError(Exception):
    """A body's JSON is nested too deeply to be parsed."""


def read_body(response: requests.Response, limit: int) -> bytes:
    """Return the body of a response.

    Args:
        response: The response, its body unread.
        limit: The maximum size in bytes, after decompression.

    Raises:
        BodyTooLargeError: The body is larger; the rest is not read.
        requests.RequestException, urllib3.exceptions.HTTPError, OSError: The connection failed.

    """
    announced = response.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > len(str(limit)) or int(announced) > limit):
        raise BodyTooLargeError
    chunks: list[bytes] = []
    size = 0
    while chunk := response.raw.read(_CHUNK, decode_content=True):
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError
        chunks.append(chunk)
    return b"".join(chunks)


def read_error_body(response: requests.Response, limit: int = MAX_ERROR) -> bytes:
    """Return the first bytes of a body; what can't be read counts as absent."""
    chunks: list[bytes] = []
    size = 0
    try:
        while size < limit and (chunk := response.raw.read(min(_CHUNK, limit - size), decode_content=True)):
            size += len(chunk)
            chunks.append(chunk)
    except Exception:  # noqa: BLE001 - the status is known, and it is the error to report
        return b"".join(chunks)
    return b"".join(chunks)


def parse_json(body: bytes) -> Any:
    """Return the JSON value of a body.

    Raises:
        NotStrictJSONError: The body is empty, holds several values, or isn't strict JSON in UTF-8.
        TooDeepError: The value is nested too deeply.

    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_reject)
    except RecursionError:
        raise TooDeepError from None
    except ValueError:
        raise NotStrictJSONError from None


def _reject(constant: str) -> NoReturn:
    raise ValueError(constant)
