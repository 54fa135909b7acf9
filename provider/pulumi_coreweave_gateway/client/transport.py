"""One attempt: a GET request to the configured server, in a thread that is abandoned at the attempt's deadline.

The timeouts of requests apply to each socket operation: a server that sends a byte per second outlives them, and
nothing limits a DNS lookup. A thread that is abandoned holds a connection that nobody else uses, and ends by itself
as soon as the server, the resolver or its own timeouts let it.

Proxies and CA bundles are honored as users of requests expect. The token is sent in one header, to the configured
server only: redirects are not followed, ``.netrc`` and cookies are ignored, and plain http, which is allowed for
loopback only, bypasses proxies.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from ..about import DISTRIBUTION, PROJECT_URL, VERSION
from ..config import Settings
from .body import read_body, read_error_body

OK = 200
MAX_ABANDONED = 16
"""How many abandoned attempts may still be running; any more of them count as connections in use."""

_SHORTEST = 0.001
"""Seconds; urllib3 refuses a timeout of zero."""


@dataclass(frozen=True)
class Response:
    """A complete response; of the body of an error, the first part."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Attempt(threading.Thread):
    """The thread of one attempt.

    Args:
        send: Sends the request, and returns its response with the body unread.
        max_body: The maximum size of the body in bytes.

    """

    def __init__(self, send: Callable[[], requests.Response], max_body: int) -> None:
        super().__init__(name="coreweave-request", daemon=True)
        self.outcome: Future[Response] = Future()
        self.when_late: Callable[[], None] | None = None
        self._send = send
        self._max_body = max_body
        self._response: requests.Response | None = None

    def run(self) -> None:
        response: Response | None = None
        failure: Exception | None = None
        try:
            response = self._receive()
        except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
            failure = error
        if not self.outcome.set_running_or_notify_cancel():
            # It was abandoned.
            if self.when_late is not None:
                self.when_late()
        elif response is not None:
            self.outcome.set_result(response)
        else:
            self.outcome.set_exception(failure)

    def _receive(self) -> Response:
        with contextlib.closing(self._send()) as response:
            self._response = response
            ok = response.status_code == OK
            body = read_body(response, self._max_body) if ok else read_error_body(response)
            return Response(response.status_code, response.headers, body)

    def abandon(self) -> bool:
        """Abandon the attempt, and return whether it was still running."""
        if not self.outcome.cancel():
            return False
        if self._response is not None:
            with contextlib.suppress(OSError, RuntimeError, ValueError):  # it has ended by now
                self._response.raw.shutdown()
        return True


def _is_not_ours(record: logging.LogRecord) -> bool:
    return record.levelno < logging.WARNING or not isinstance(threading.current_thread(), _Attempt)


# urllib3's warnings quote the server, which may echo the token. Records of other threads are left alone.
for _name in ("connection", "connectionpool", "response"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_is_not_ours)


class Transport:
    """Sends GET requests to the configured server; safe to share between threads.

    Args:
        settings: The endpoint and the token.
        connections: How many requests may be in progress at once, each on a kept connection.
        meanwhile: Called while a response is awaited.

    """

    def __init__(self, settings: Settings, connections: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._endpoint = settings.endpoint
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Authorization": f"Bearer {settings.token.reveal()}",
            "User-Agent": f"{DISTRIBUTION}/{VERSION} (+{PROJECT_URL})",
        }
        # Preparing a request costs more than sending it.
        self._request = requests.Request("GET", settings.endpoint, headers=headers).prepare()
        with requests.Session() as session:
            # A proxy would see a request that is sent over plain http to this machine.
            session.trust_env = settings.endpoint.startswith("https://")
            self._options: dict[str, Any] = dict(
                session.merge_environment_settings(settings.endpoint, {}, True, None, None)
            )
        self._meanwhile = meanwhile
        self._spares = threading.Semaphore(MAX_ABANDONED)
        # Each adapter keeps one connection, for one request at a time; the last one used is used first.
        self._adapters: queue.LifoQueue[HTTPAdapter | None] = queue.LifoQueue()
        for _ in range(connections):
            self._adapters.put(None)

    def get(self, path: str, seconds: float, max_body: int) -> Response:
        """Send a request and return its response.

        Args:
            path: The path on the server.
            seconds: The time limit for everything, including the wait for a free connection.
            max_body: The maximum size of the body in bytes.

        Raises:
            TimeoutError: No complete response arrived in time.
            requests.RequestException, urllib3.exceptions.HTTPError, OSError: The request failed.
            BodyTooLargeError: The body is larger than allowed.

        """
        deadline = time.monotonic() + seconds
        try:
            adapter = self._adapters.get(timeout=max(seconds, 0.0)) or HTTPAdapter(1, 1)
        except queue.Empty:
            raise TimeoutError from None
        left = max(deadline - time.monotonic(), _SHORTEST)
        attempt = _Attempt(partial(self._send, adapter, path, left), max_body)
        try:
            attempt.start()
            self._meanwhile()
            return attempt.outcome.result(max(deadline - time.monotonic(), 0.0))
        except FutureTimeoutError:
            raise TimeoutError from None
        finally:
            self._release(adapter, attempt)

    def _send(self, adapter: HTTPAdapter, path: str, seconds: float) -> requests.Response:
        request = self._request.copy()
        request.url = f"{self._endpoint}{path}"
        # An address of the host that doesn't answer leaves time for the next one.
        timeout = (seconds / 3, seconds)
        try:
            return adapter.send(request, timeout=timeout, **self._options)
        except TypeError as error:
            # requests raises this for a proxy URL with a password but no host.
            raise requests.exceptions.InvalidProxyURL from error

    def _release(self, adapter: HTTPAdapter, attempt: _Attempt) -> None:
        """Make room for the next request: on the same connection, or on a new one if the attempt is still running."""
        if attempt.outcome.done() or attempt.ident is None:
            self._adapters.put(adapter)
            return
        spare = self._spares.acquire(blocking=False)

        def ended() -> None:
            adapter.close()
            if spare:
                self._spares.release()
            else:
                self._adapters.put(None)

        attempt.when_late = ended
        if not attempt.abandon():
            ended()
        if spare:
            self._adapters.put(None)

    def close(self) -> None:
        """Close the kept connections that are not in use."""
        with contextlib.suppress(queue.Empty):
            while True:
                adapter = self._adapters.get_nowait()
                if adapter is not None:
                    adapter.close()
