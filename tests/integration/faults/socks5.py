"""The server's side of SOCKS5, as little of it as a client needs that logs in to nothing."""

from __future__ import annotations

import socket

from .hostile import Visit

NO_LOGIN = b"\x05\x00"
"""Answers the greeting: none of the ways to log in is needed."""
NO_WAY_TO_LOG_IN = b"\x05\xff"
"""Answers the greeting: none of the ways to log in that the client knows will do."""
CONNECTED = b"\x05\x00\x00\x01" + bytes(6)
"""Answers the request: the connection is made."""
_NAME = 3
_ADDRESSES = {1: (socket.AF_INET, 4), 4: (socket.AF_INET6, 16)}


def refused(code: int) -> bytes:
    """Return the answer to a request that says why there will be no connection."""
    return bytes([5, code, 0, 1]) + bytes(6)


def greeting(visit: Visit) -> None:
    """Read what a client begins with: how it could log in."""
    _, ways = visit.take(2)
    visit.take(ways)


def request(visit: Visit) -> str:
    """Read where a client wants to be connected to, and return the host or the address."""
    *_, kind = visit.take(4)
    if kind == _NAME:
        host = visit.take(visit.take(1)[0]).decode()
    else:
        family, length = _ADDRESSES[kind]
        host = socket.inet_ntop(family, visit.take(length))
    visit.take(2)  # the port
    return host
