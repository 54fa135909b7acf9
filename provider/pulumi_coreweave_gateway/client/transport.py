"""The session that requests are sent through.

Proxies and CA bundles are honoured as users of requests expect. The token goes into one header of a request to the
configured server: it is never replaced by an entry in ``.netrc``, never sent along a redirect, and over plain http
only to this machine, past any proxy.
"""

from __future__ import annotations

import logging
import socket
import threading
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from ..about import DISTRIBUTION, PROJECT_URL, VERSION
from ..settings import Settings, Token
from .dialing import dial
from .watchdog import Watch

_current = threading.local()


class _NotOfOurs(logging.Filter):
    """Drops what urllib3 warns of during a request of ours: it quotes the server, which may echo the token.

    What is wrong with an answer is told by our error; a program's own requests are warned of as ever.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.WARNING or _watch() is None


# A filter is asked by the logger that a record was made with, and by none above it.
for _module in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_module}").addFilter(_NotOfOurs())


class _Abortable:
    """A connection that a watch can end at any moment: within a TLS handshake, and while an answer is read.

    The watch gets a second handle of the socket for that. The first one moves into the TLS layer on connecting, and
    from the connection into the answer where the server announces that it will close.
    """

    sock: socket.socket | None

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        watch = _watch()
        try:
            connected = dial(
                connection.host,
                connection.port,
                # A try may have spent its time waiting for its turn in the pool.
                watch.left() if watch else connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        # Under urllib3's own names, since it passes over some of the system's.
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, "timed out") from error
        except OSError as error:
            raise NewConnectionError(connection, "no connection") from error
        _attach(connected)
        return connected

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # a kept connection does not connect anew
            _attach(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


def _watch() -> Watch | None:
    watch: Watch | None = getattr(_current, "watch", None)
    return watch


def _attach(connected: socket.socket) -> None:
    watch = _watch()
    if watch is not None:
        watch.attach(socket.socket(fileno=socket.dup(connected.fileno())))


class _Connection(_Abortable, HTTPConnection):
    pass


class _TLSConnection(_Abortable, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Adapter(HTTPAdapter):
    """Has connections of ours, also through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not urlsplit(proxy).scheme.lower().startswith("socks"):
            manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
        return manager


class _Bearer(AuthBase):
    """Puts the token into its header; as the session's auth it also keeps ``.netrc`` out."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


class _Session(requests.Session):
    """Does not even look where a redirect leads: requests would read its whole body first, however large."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' own signature
        return None


class Transport:
    """Sends GET requests to the configured server, over kept connections.

    Args:
        settings: whose endpoint and token to use.
        connections: how many connections are kept, and how many requests may be under way at once.

    """

    def __init__(self, settings: Settings, connections: int) -> None:
        self._endpoint = settings.endpoint
        self._session = session = _Session()
        session.auth = _Bearer(settings.token)
        session.headers.update(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"{DISTRIBUTION}/{VERSION} (+{PROJECT_URL})",
            }
        )
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Plain http is for this machine alone, and a proxy is not this machine.
        session.trust_env = settings.endpoint.startswith("https://")
        adapter = _Adapter(pool_connections=4, pool_maxsize=connections, pool_block=True)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        # What every request has in common is made once: for each anew, it costs requests more than sending it.
        self._request = session.prepare_request(requests.Request("GET", settings.endpoint))
        self._options = self._environment()

    def get(self, path: str, seconds: float, watch: Watch) -> requests.Response:
        """Send a request and return the answer, its body unread.

        Args:
            path: the path on the server.
            seconds: how long to wait for a connection, and for each piece of the answer.
            watch: ends it all when the try's time runs out.

        Raises:
            requests.RequestException: no answer came.

        """
        request = self._request.copy()
        request.url = f"{str(request.url).rstrip('/')}{path}"
        _current.watch = watch
        try:
            return self._session.send(request, timeout=(seconds, seconds), allow_redirects=False, **self._options)
        except TypeError as error:
            # What requests makes of a proxy's URL that has a password and no host.
            raise requests.exceptions.InvalidProxyURL from error
        finally:
            _current.watch = None

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _environment(self) -> dict[str, Any]:
        """Return what the environment says of proxies and CA bundles, and that bodies are left unread."""
        options = self._session.merge_environment_settings(self._endpoint, {}, True, None, None)
        return dict(options)
