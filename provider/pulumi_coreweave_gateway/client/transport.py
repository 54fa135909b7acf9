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
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from ..about import DISTRIBUTION, PROJECT_URL, VERSION
from ..config import Settings
from .body import read_body, read_error_body

OK = 200
MAX_ABANDONED = 16
"""How many abandoned attempts may still be running; with more of them, a request waits until one has ended."""

_THREAD = "coreweave-request"
_SHORTEST = 0.001
"""Seconds; urllib3 refuses a timeout of zero."""


@dataclass(frozen=True)
class Response:
    """A complete response; of the body of an error, the first part."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Attempt:
    """What the thread of an attempt and the thread that waits for it know of each other."""

    def __init__(self) -> None:
        self.outcome: Future[Response] = Future()
        self.response: requests.Response | None = None
        self.abandoned = False

    def abandon(self) -> None:
        """Let the attempt's thread end by itself, and at once if it is reading a body."""
        self.abandoned = True
        if self.response is not None:
            with contextlib.suppress(OSError, RuntimeError, ValueError):  # it has ended by now
                self.response.raw.shutdown()


def _is_not_ours(record: logging.LogRecord) -> bool:
    return record.levelno < logging.WARNING or threading.current_thread().name != _THREAD


# urllib3's warnings quote the server, which may echo the token. Records of other threads are left alone.
for _name in ("connection", "connectionpool", "response"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_is_not_ours)


class Transport:
    """Sends GET requests to the configured server; safe to share between threads.

    Args:
        settings: The endpoint and the token.
        connections: How many requests may be in progress at once, each on a kept connection.

    """

    def __init__(self, settings: Settings, connections: int) -> None:
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
        self._in_progress = threading.Semaphore(connections)
        self._threads = threading.Semaphore(connections + MAX_ABANDONED)
        # Each adapter keeps one connection, for one request at a time; the last one used is used first.
        self._idle: deque[HTTPAdapter] = deque(maxlen=connections)

    def get(self, path: str, seconds: float, max_body: int) -> Response:
        """Send a request and return its response.

        Args:
            path: The path on the server.
            seconds: The time limit for everything, including the wait for a free connection.
            max_body: The maximum size of the body in bytes.

        Raises:
            TimeoutError: No complete response arrived in time.
            requests.RequestException, urllib3.exceptions.HTTPError, OSError: The request failed.
            InvalidBodyError: The body is larger than allowed.

        """
        deadline = time.monotonic() + seconds
        if seconds <= 0 or not self._in_progress.acquire(timeout=seconds):
            raise TimeoutError
        attempt = _Attempt()
        try:
            self._start(attempt, path, deadline, max_body)
            # The models take longer to import than many a response to arrive: the first one is awaited meanwhile.
            from . import models  # noqa: F401

            return attempt.outcome.result(max(deadline - time.monotonic(), 0.0))
        except FutureTimeoutError:
            raise TimeoutError from None
        finally:
            if not attempt.outcome.done():
                attempt.abandon()
            self._in_progress.release()

    def close(self) -> None:
        """Close the kept connections that are not in use."""
        with contextlib.suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _start(self, attempt: _Attempt, path: str, deadline: float, max_body: int) -> None:
        if not self._threads.acquire(timeout=max(deadline - time.monotonic(), 0.0)):
            raise TimeoutError
        try:
            left = max(deadline - time.monotonic(), _SHORTEST)
            threading.Thread(target=self._run, args=(attempt, path, left, max_body), name=_THREAD, daemon=True).start()
        except BaseException:
            self._threads.release()
            raise

    def _run(self, attempt: _Attempt, path: str, seconds: float, max_body: int) -> None:
        try:
            attempt.outcome.set_result(self._exchange(attempt, path, seconds, max_body))
        except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
            attempt.outcome.set_exception(error)
        finally:
            self._threads.release()

    def _exchange(self, attempt: _Attempt, path: str, seconds: float, max_body: int) -> Response:
        try:
            adapter = self._idle.pop()
        except IndexError:
            adapter = HTTPAdapter(1, 1)
        try:
            with contextlib.closing(self._send(adapter, path, seconds)) as response:
                attempt.response = response
                ok = response.status_code == OK
                body = read_body(response, max_body) if ok else read_error_body(response)
                return Response(response.status_code, response.headers, body)
        finally:
            # Before the outcome is known, so that the next request finds the connection.
            if attempt.abandoned:
                adapter.close()
            else:
                self._idle.append(adapter)

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
