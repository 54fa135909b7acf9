"""Reading a response body within limits, and parsing it strictly."""

from __future__ import annotations

import contextlib
import json
from typing import Any, NoReturn

import requests

_MIB = 1024 * 1024
MAX_GATEWAY = 4 * _MIB
"""Maximum size of one gateway's response in bytes, after decompression."""
MAX_LIST = 32 * _MIB
"""Maximum size of one page of the list of gateways in bytes, after decompression."""
MAX_ERROR = 64 * 1024
"""Bytes of an error's body that are read."""

_CHUNK = 64 * 1024


class InvalidBodyError(Exception):
    """A body isn't what the API sends.

    Args:
        reason: What is wrong, such as ``is not JSON``.
        retryable: Whether something other than the API may have sent it, so that another attempt may succeed.

    """

    def __init__(self, reason: str, *, retryable: bool = False) -> None:
        super().__init__(reason)
        self.retryable = retryable


def read_body(response: requests.Response, limit: int) -> bytes:
    """Return the body of a response.

    Args:
        response: The response, its body unread.
        limit: The maximum size in bytes, after decompression.

    Raises:
        InvalidBodyError: The body is larger; the rest is not read.
        requests.RequestException, urllib3.exceptions.HTTPError, OSError: The connection failed.

    """
    body = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > limit:
            raise InvalidBodyError(f"is larger than {limit // _MIB} MiB")
    return bytes(body)


def read_error_body(response: requests.Response, limit: int = MAX_ERROR) -> bytes:
    """Return the first bytes of a body; what can't be read counts as absent."""
    body = bytearray()
    # The status is known, and it is the error to report.
    with contextlib.suppress(Exception):
        while len(body) < limit and (chunk := response.raw.read(limit - len(body), decode_content=True)):
            body += chunk
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """Return the JSON value of a body.

    Raises:
        InvalidBodyError: The body is empty, isn't one value of strict JSON in UTF-8, or is nested too deeply.

    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_reject)
    except RecursionError:
        raise InvalidBodyError("is nested too deeply") from None
    except ValueError:
        raise InvalidBodyError("is not JSON" if body.strip() else "is empty", retryable=True) from None


def _reject(constant: str) -> NoReturn:
    raise ValueError(constant)
