"""One attempt: a GET request to the configured server, on a thread that is abandoned at the attempt's time limit.

The timeouts of requests apply to each socket operation: a server that sends a byte per second outlives them, and
nothing limits a DNS lookup. When an attempt is abandoned, its socket is shut down, which ends its thread whatever it
was reading; only a DNS lookup goes on until the resolver gives up.

Proxies and CA bundles are honored as users of requests expect. The token is sent in one header, to the configured
server only: redirects are not followed, ``.netrc`` and cookies are ignored, and plain http, which is allowed for
loopback only, bypasses proxies.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any, NoReturn

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from ..about import DISTRIBUTION, PROJECT_URL, VERSION
from ..config import Settings
from ..errors import TransportError
from ..threads import start_thread
from ..validation import is_loopback

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


class Transport:
    """Sends GET requests to the configured server; safe to share between threads.

    Args:
        settings: The endpoint, the token and the time limit of an attempt.
        connections: How many requests may be in progress at once, each on a connection that is kept.

    """

    def __init__(self, settings: Settings, connections: int) -> None:
        self._settings = settings
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Authorization": f"Bearer {settings.token.reveal()}",
            "User-Agent": f"{DISTRIBUTION}/{VERSION} (+{PROJECT_URL})",
        }
        # Prepared once, because that costs more than sending it; without a session, which would add what .netrc has.
        self._request = requests.Request("GET", settings.endpoint, headers=headers).prepare()
        with requests.Session() as session:
            # A proxy would see a request that is sent over plain http to this machine.
            session.trust_env = settings.endpoint.startswith("https://")
            self._options: dict[str, Any] = dict(
                session.merge_environment_settings(settings.endpoint, {}, True, None, None)
            )
        self._free = threading.Semaphore(connections)
        # The connection that was used last is used first.
        self._idle: deque[_Adapter] = deque(maxlen=connections)

    def get(self, call: Call, seconds: float) -> Response:
        """Send a request and return its response.

        Args:
            call: The request.
            seconds: The time left for the lookup. The attempt's own limit starts when it has a connection.

        Raises:
            TransportError: No complete response arrived in time, or this process can't have another thread.
            InvalidBodyError: The body is larger than allowed.
            requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError: The request failed.

        """
        names, began = self._settings.names, time.monotonic()
        if seconds <= 0 or not self._free.acquire(timeout=seconds):
            raise self._timed_out(call, "all connections to {} were in use for", seconds, names.lookup_timeout)
        left = max(seconds - (time.monotonic() - began), 0.0)
        limit = min(left, self._settings.http_timeout)
        try:
            adapter = self._adapter()
            outcome: Future[Response] = Future()
            start_thread(lambda: self._run(outcome, adapter, call, limit), _THREAD)
        except TransportError as error:
            self._free.release()
            raise error.about(call.label) from None
        try:
            return outcome.result(limit)
        except (FutureTimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError):
            what = "no complete response from {} within" if adapter.is_reading else "no connection to {} within"
        finally:
            if not outcome.done():
                adapter.abandon()
        # Outside of the handler, because the frames of the original exception contain the request.
        raise self._timed_out(call, what, limit, names.http_timeout if limit < left else names.lookup_timeout)

    def close(self) -> None:
        """Close the kept connections that are not in use."""
        with contextlib.suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _adapter(self) -> _Adapter:
        """Return a connection that isn't in use."""
        with contextlib.suppress(IndexError):
            while True:
                adapter = self._idle.pop()
                if not adapter.abandoned:  # in the moment in which its thread ended
                    return adapter
                adapter.close()
        return _Adapter()

    def _timed_out(self, call: Call, what: str, seconds: float, setting: str) -> TransportError:
        return TransportError(
            f"{call.label}: {what.format(self._settings.endpoint)} {max(round(seconds, 1), 0.1):g} s; "
            f"increase {setting}, or check the network",
            retryable=True,
            timed_out=True,
        )

    def _run(self, outcome: Future[Response], adapter: _Adapter, call: Call, limit: float) -> None:
        """Send a request on this thread, and set its outcome."""
        response, failure = None, None
        try:
            response = self._exchange(adapter, call, limit)
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            failure = error
        # Before the outcome is known, so that the next request finds the connection.
        if adapter.abandoned or failure is not None:
            adapter.close()
        else:
            self._idle.append(adapter)
        self._free.release()
        if response is not None:
            outcome.set_result(response)
        else:
            outcome.set_exception(failure)

    def _exchange(self, adapter: _Adapter, call: Call, limit: float) -> Response:
        adapter.is_reading = False
        request = self._request.copy()
        request.url = f"{self._settings.endpoint}{call.path}"
        try:
            response = adapter.send(request, timeout=limit + _GRACE, **self._options)
        except TypeError as error:
            # requests raises this for a proxy URL with a password but no host.
            raise requests.exceptions.InvalidProxyURL from error
        with contextlib.closing(response):
            ok = response.status_code == OK
            body = _body(response.raw, call.max_body) if ok else _error_body(response.raw)
            return Response(response.status_code, response.headers, body)


class _Adapter(HTTPAdapter):
    """Keeps one connection, for one request at a time, and can end whatever that is doing.

    Attributes:
        is_reading: Whether the request has been sent.
        abandoned: Whether nobody waits for the response any more.

    """

    def __init__(self) -> None:
        self.is_reading = False
        self.abandoned = False
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None
        super().__init__(pool_connections=1, pool_maxsize=1)

    def close(self) -> None:
        """Close the connection."""
        super().close()
        if self._connection is not None:
            self._connection.close()

    def abandon(self) -> None:
        """Shut the socket down, which ends the thread that uses it."""
        self.abandoned = True
        for sock in (self._socket, self._connection and self._connection.sock):
            # Not with its own method: an SSLSocket drops its TLS state, which its thread is using.
            with contextlib.suppress(OSError, TypeError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # type: ignore[arg-type]

    def _use(self, sock: socket.socket) -> None:
        """Note a socket, and close it if the adapter was abandoned meanwhile."""
        self._socket = sock
        if self.abandoned:
            sock.close()
            raise ConnectionAbortedError

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        """Return the connections to a server, of which this adapter knows the one that it uses."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        if "ConnectionCls" not in vars(pool):
            adapter, kind, local = self, pool.ConnectionCls, pool.scheme == "http"

            class Known(kind):  # type: ignore[misc, valid-type]
                def _new_conn(self) -> socket.socket:
                    adapter._connection = self
                    if kind._new_conn is HTTPConnection._new_conn:
                        sock = _connected(self.host, self.port, self.timeout, local=local)
                    else:
                        sock = super()._new_conn()  # through SOCKS
                    adapter._use(sock)
                    return sock

                def getresponse(self) -> Any:
                    # A connection that won't be kept forgets its socket while the response is being read.
                    adapter.is_reading = True
                    adapter._use(self.sock)
                    return super().getresponse()

            pool.ConnectionCls = Known
        return pool


def _connected(host: str, port: int, seconds: float, *, local: bool) -> socket.socket:
    """Return a connection to a host; an address that doesn't answer keeps no other one from being tried.

    Args:
        host: The host.
        port: The port.
        seconds: The timeout.
        local: Whether to connect to this machine alone: ``localhost`` is what the resolver says.

    Raises:
        OSError: No address accepts a connection.

    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = deque(each for each in found if not local or is_loopback(str(each[4][0])))
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


def _body(raw: urllib3.HTTPResponse, limit: int) -> bytes:
    """Return a body, decompressed.

    Raises:
        InvalidBodyError: The body is larger than the limit in bytes; the rest is not read.

    """
    body = bytearray()
    while piece := raw.read(_CHUNK, decode_content=True):
        body += piece
        if len(body) > limit:
            raise InvalidBodyError(f"is larger than {limit // _MIB} MiB", too_large=True)
    return bytes(body)


def _error_body(raw: urllib3.HTTPResponse) -> bytes:
    """Return the first part of an error's body; what can't be read counts as absent."""
    body = bytearray()
    # The status is known, and it is the error to report.
    with contextlib.suppress(Exception):
        while len(body) < _MAX_ERROR_BODY and (piece := raw.read(_CHUNK, decode_content=True)):
            body += piece
    return bytes(body[:_MAX_ERROR_BODY])


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
