"""One attempt: a GET request to the configured server, on a thread that is abandoned at the attempt's time limit.

A timeout of a socket applies to each operation: a server that sends a byte per second outlives it, and nothing limits
a DNS lookup. When an attempt is abandoned, its socket is shut down, which ends its thread whatever it was reading; only
a DNS lookup goes on until the resolver gives up.

Proxies (``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY``) and CA bundles (``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE``) are
honored. The token is sent in one header, to the configured server only: redirects are not followed, ``.netrc`` and
cookies are ignored, and plain http, which is allowed for loopback only, bypasses proxies.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import os
import selectors
import socket
import ssl
import threading
import time
import urllib.request
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from ..about import DISTRIBUTION, PROJECT_URL, VERSION
from ..config import Settings
from ..errors import TransportError

OK = 200
_MIB = 1024 * 1024
_MAX_ERROR_BODY = 64 * 1024
_CHUNK = 64 * 1024
_BYTES_PER_VALUE = 32
"""A value takes more memory than its JSON: a body may have one for so many bytes of its maximum size."""
_THREAD = "coreweave-request"
_NEXT_ADDRESS = 0.25
"""Seconds after which a host's next address is tried beside the silent ones, as RFC 8305 recommends."""
_GRACE = 1.0
"""Seconds by which the timeouts of an attempt's socket exceed its time limit."""


@dataclass(frozen=True)
class Call:
    """A GET request, and how messages describe it.

    Attributes:
        path: The path on the server.
        label: What is requested, such as ``gateway 6f1c…`` or ``the list of gateways``.
        max_body: The maximum size of the body in bytes, after decompression.
        single: Whether it is one object, which may not exist.

    """

    path: str
    label: str
    max_body: int
    single: bool


@dataclass(frozen=True)
class Response:
    """A complete response; of the body of an error, the first part."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class InvalidBodyError(Exception):
    """A body isn't what the API sends.

    Args:
        reason: What is wrong, such as ``is not JSON``.
        too_large: Whether it exceeds a limit. If not, something other than the API may have sent it.

    """

    def __init__(self, reason: str, *, too_large: bool = False) -> None:
        super().__init__(reason)
        self.too_large = too_large


class UnusableBundleError(Exception):
    """The CA bundle can't be read."""


class Transport:
    """Sends GET requests to the configured server; safe to share between threads.

    Args:
        settings: The endpoint, the token and the time limit of an attempt.
        connections: How many requests may be in progress at once, each on a connection that is kept.

    """

    def __init__(self, settings: Settings, connections: int) -> None:
        self._settings = settings
        self._connections = connections
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Authorization": f"Bearer {settings.token.reveal()}",
            "User-Agent": f"{DISTRIBUTION}/{VERSION} (+{PROJECT_URL})",
        }
        self._free = threading.Semaphore(connections)
        self._lock = threading.Lock()
        self._pool: urllib3.HTTPConnectionPool | None = None

    def get(self, call: Call, seconds: float) -> Response:
        """Send a request and return its response.

        Args:
            call: The request.
            seconds: The time left for the lookup. The attempt's own limit starts when it has a connection.

        Raises:
            TransportError: No complete response arrived in time, or nothing could be sent.
            InvalidBodyError: The body is larger than allowed.
            urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError, zlib.error: The request failed.

        """
        names, began = self._settings.names, time.monotonic()
        if seconds <= 0 or not self._free.acquire(timeout=seconds):
            raise self._timed_out(call, "all connections to {} were in use for", seconds, names.lookup_timeout)
        left = max(seconds - (time.monotonic() - began), 0.0)
        limit = min(left, self._settings.http_timeout)
        attempt = _Attempt(partial(self._exchange, call, limit + _GRACE), self._free.release)
        try:
            attempt.start()
        except RuntimeError:
            self._free.release()
            remedy = "raise the limit of processes or memory, or run fewer at once"
            raise TransportError(f"{call.label}: no thread can be started; {remedy}", retryable=True) from None
        try:
            if not attempt.done.wait(limit):
                what = "no complete response from {} within" if attempt.reads_from else "no connection to {} within"
                setting = names.http_timeout if limit < left else names.lookup_timeout
                raise self._timed_out(call, what, limit, setting)
        finally:
            if not attempt.done.is_set():
                attempt.abandon()
        if attempt.response is None:
            raise attempt.error or AssertionError
        return attempt.response

    def close(self) -> None:
        """Close the kept connections; nothing can be sent any more."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()

    def _timed_out(self, call: Call, what: str, seconds: float, setting: str) -> TransportError:
        return TransportError(
            f"{call.label}: {what.format(self._settings.endpoint)} {max(round(seconds, 1), 0.1):g} s; "
            f"increase {setting}, or check the network",
            retryable=True,
            timed_out=True,
        )

    def _exchange(self, call: Call, timeout: float) -> Response:
        endpoint = self._settings.endpoint
        with self._lock:
            pool = self._pool = self._pool or _make_pool(endpoint, self._connections)
        response = pool.urlopen(
            "GET",
            urlsplit(endpoint).path + call.path,
            headers=self._headers,
            retries=False,
            redirect=False,
            timeout=timeout,
            preload_content=False,
            decode_content=False,
        )
        with contextlib.closing(response):
            ok = response.status == OK
            body = b"".join(_pieces(response, call.max_body)) if ok else _error_body(response)
            return Response(response.status, response.headers, body)


class _Attempt(threading.Thread):
    """A request on a thread of its own.

    Args:
        send: Sends the request, and returns the response.
        release: Called at the end, when another attempt may start.

    """

    def __init__(self, send: Callable[[], Response], release: Callable[[], None]) -> None:
        super().__init__(name=_THREAD, daemon=True)
        self._send = send
        self._release = release
        self.connection: HTTPConnection | None = None
        self.reads_from: socket.socket | None = None
        self.abandoned = False
        self.done = threading.Event()
        self.response: Response | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """Send the request, and read the response."""
        try:
            self.response = self._send()
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self.error = error
        self._release()
        self.done.set()

    def abandon(self) -> None:
        """Shut the socket down, which ends the thread."""
        self.abandoned = True
        sock = self.reads_from or (self.connection and self.connection.sock)
        # Not with its own method: an SSLSocket drops its TLS state, which its thread is using.
        with contextlib.suppress(OSError, TypeError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # type: ignore[arg-type]


class _Abandonable(HTTPConnection):
    """A connection whose socket the attempt that uses it knows."""

    def connect(self) -> None:
        threading.current_thread().connection = self  # type: ignore[attr-defined] # it is an _Attempt
        super().connect()

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        attempt: Any = threading.current_thread()
        attempt.reads_from = self.sock
        if attempt.abandoned:
            raise ConnectionAbortedError
        return super().getresponse()


class _Plain(_Abandonable):
    """A connection to the first of the host's addresses that answers."""

    def _new_conn(self) -> socket.socket:
        return _connected(self.host, self.port, self.timeout or 0.0)


class _Encrypted(_Plain, HTTPSConnection):
    """The same over TLS."""


def _connected(host: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to a host; an address that doesn't answer doesn't keep another one from being tried."""
    addresses = deque(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    end, error = time.monotonic() + seconds, OSError("no address")
    with selectors.DefaultSelector() as pending, contextlib.ExitStack() as opened:
        while addresses or pending.get_map():
            if addresses:
                family, kind, protocol, _, address = addresses.popleft()
                try:
                    sock = opened.enter_context(socket.socket(family, kind, protocol))
                    sock.setblocking(False)
                    with contextlib.suppress(BlockingIOError):
                        sock.connect(address)
                except OSError as failure:
                    error = failure
                    continue
                pending.register(sock, selectors.EVENT_WRITE, sock)
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            for key, _ in pending.select(min(left, _NEXT_ADDRESS) if addresses else left):
                pending.unregister(key.fileobj)
                code = key.data.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not code:
                    answered: socket.socket = key.data.dup()  # the others are closed
                    answered.settimeout(seconds)
                    answered.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    return answered
                error = OSError(code, os.strerror(code))
    raise error


def _make_pool(endpoint: str, connections: int) -> urllib3.HTTPConnectionPool:
    """Return the connections to a server, through the proxy that the environment names for it."""
    kind: type[HTTPConnection] = _Encrypted
    if endpoint.startswith("http://"):
        # A proxy would see a request that is sent over plain http to this machine.
        manager, kind = urllib3.PoolManager(maxsize=connections), _Plain
    else:
        options: dict[str, Any] = {"maxsize": connections, "ssl_context": _tls_context()}
        proxy = _proxy(endpoint)
        if not proxy:
            manager = urllib3.PoolManager(**options)
        elif proxy.startswith("socks"):
            if importlib.util.find_spec("socks") is None:
                raise urllib3.exceptions.ProxySchemeUnsupported("PySocks isn't installed")
            from urllib3.contrib.socks import SOCKSHTTPSConnection, SOCKSProxyManager

            manager = SOCKSProxyManager(proxy, **options)
            kind = type("_OverSocks", (_Abandonable, SOCKSHTTPSConnection), {})
        else:
            url = urlsplit(proxy)
            if not url.hostname:
                raise urllib3.exceptions.LocationValueError("no host")
            login = f"{unquote(url.username)}:{unquote(url.password or '')}" if url.username else None
            headers = urllib3.make_headers(proxy_basic_auth=login)
            context = options["ssl_context"]
            manager = urllib3.ProxyManager(proxy, proxy_headers=headers, proxy_ssl_context=context, **options)
    pool = manager.connection_from_url(endpoint)
    pool.ConnectionCls = kind
    return pool


def _proxy(endpoint: str) -> str:
    """Return the URL of the proxy for a server, or ``""``."""
    proxies = urllib.request.getproxies()
    proxy = proxies.get("https") or proxies.get("all") or ""
    if not proxy or urllib.request.proxy_bypass(urlsplit(endpoint).netloc):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _tls_context() -> ssl.SSLContext:
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or certifi.where()
    try:
        folder = bundle if Path(bundle).is_dir() else None
        return ssl.create_default_context(cafile=None if folder else bundle, capath=folder)
    except OSError as error:
        raise UnusableBundleError from error


def _pieces(response: urllib3.BaseHTTPResponse, limit: int) -> Iterator[bytes]:
    """Yield a body in pieces, decompressed.

    Raises:
        InvalidBodyError: The body is larger than the limit in bytes; the rest is not read.
        zlib.error: It isn't valid gzip.

    """
    gzip = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in response.headers.get("Content-Encoding", "") else None
    size = 0
    while piece := response.read(_CHUNK):
        data = gzip.decompress(piece, limit + 1 - size) if gzip else piece
        size += len(data)
        if size > limit:
            raise InvalidBodyError(f"is larger than {limit // _MIB} MiB", too_large=True)
        if gzip and gzip.unused_data:
            raise zlib.error("data after the end")
        yield data
    if gzip and not gzip.eof:
        raise zlib.error("no end")


def _error_body(response: urllib3.BaseHTTPResponse) -> bytes:
    """Return the first part of an error's body; what can't be read counts as absent."""
    body = b""
    # The status is known, and it is the error to report.
    with contextlib.suppress(Exception):
        for piece in _pieces(response, _MAX_ERROR_BODY):
            body += piece
    return body


def parse_json(body: bytes, max_body: int = _MAX_ERROR_BODY) -> Any:
    """Return the JSON value of a body.

    Args:
        body: The body.
        max_body: The maximum size of such a body in bytes, which bounds the number of its values.

    Raises:
        InvalidBodyError: It isn't one value of strict JSON in UTF-8, has a key twice, or too many or too deep values.

    """
    if sum(map(body.count, (b",", b"[", b"{"))) > max_body // _BYTES_PER_VALUE:
        raise InvalidBodyError("has too many values", too_large=True)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_reject, object_pairs_hook=_object)
    except RecursionError:
        raise InvalidBodyError("is nested too deeply", too_large=True) from None
    except ValueError:
        raise InvalidBodyError("is not JSON" if body.strip() else "is empty") from None


def _reject(constant: str) -> NoReturn:
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _is_not_ours(record: logging.LogRecord) -> bool:
    return record.levelno < logging.WARNING or threading.current_thread().name != _THREAD


# urllib3's warnings quote the server, which may echo the token. Records of other threads are left alone.
for _name in ("connection", "connectionpool", "response"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_is_not_ours)
