"""Connections through a SOCKS proxy, within the same deadline as any other.

Imported when a proxy variable names such a proxy: PySocks, which speaks to it, comes with ``requests[socks]`` alone.
"""

from __future__ import annotations

import socket
import time
from typing import Any

import socks  # type: ignore[import-untyped]
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.contrib.socks import (
    SOCKSConnection,
    SOCKSHTTPConnectionPool,
    SOCKSHTTPSConnection,
    SOCKSHTTPSConnectionPool,
)
from urllib3.exceptions import ProxyError

from .connections import Abortable
from .dialing import look_up

_DEFAULT_PORT = 1080


class _ConnectedAlready(socket.socket):
    """A socket that leads to the proxy already; PySocks has a time-out for each address, and none for looking it up."""

    def connect(self, address: Any) -> None:
        pass


class _Socket(socks.socksocket, _ConnectedAlready):  # type: ignore[misc]
    """PySocks' own, but for connecting to the proxy: what it calls for that is the class after its own ones."""


class _ThroughSocks(Abortable):
    def _reach(self, seconds: float) -> socket.socket:
        connection: Any = self
        options = connection._socks_options  # as urllib3's manager read them from the URL
        until = time.monotonic() + seconds
        host = connection.host
        if not options["rdns"]:
            # IPv4 first, which SOCKS4 knows alone: whether the proxy has a way by IPv6 can't be known here.
            host = min(look_up(host, connection.port, seconds), key=lambda address: ":" in address)
        try:
            connected = self._dial(
                options["proxy_host"], options["proxy_port"] or _DEFAULT_PORT, until - time.monotonic()
            )
            return _tunnelled(connected, options, (host, connection.port))
        except OSError as error:
            raise ProxyError("no tunnel", error) from error


def _tunnelled(connected: socket.socket, options: Any, address: tuple[str, int]) -> socket.socket:
    """Return a socket that leads on from the proxy to an address."""
    seconds = connected.gettimeout()
    made: socket.socket = _Socket(connected.family, connected.type, connected.proto, fileno=connected.detach())
    try:
        made.settimeout(seconds)
        made.set_proxy(  # type: ignore[attr-defined]
            options["socks_version"],
            options["proxy_host"],
            options["proxy_port"] or _DEFAULT_PORT,
            username=options["username"],
            password=options["password"],
        )
        made.connect(address)
    except BaseException:
        made.close()
        raise
    return made


class _Connection(_ThroughSocks, SOCKSConnection):
    pass


class _TLSConnection(_ThroughSocks, SOCKSHTTPSConnection):
    pass


class _Pool(SOCKSHTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(SOCKSHTTPSConnectionPool):
    ConnectionCls = _TLSConnection


SOCKS_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TLSPool}
"""By scheme, as urllib3's managers take them."""
