"""What a lookup makes of a failure: its error, whether it is retried, and that nothing secret is shown."""

from __future__ import annotations

import base64
import contextlib
import copy
import datetime
import errno
import gzip
import json
import logging
import pickle
import socket
import ssl
import sys
import threading
import time
import traceback
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import trustme

from pulumi_coreweave_gateway import client
from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.client.models import Gateway, Listing, parse_gateway
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import (
    APIError,
    AuthenticationError,
    GatewayError,
    InternalError,
    InvalidResponseError,
    NotFoundError,
    PermissionDeniedError,
    TransportError,
)
from pulumi_coreweave_gateway.messages import LEFT_OUT
from tests.secrets import TOKEN, WANDB_KEY, leaks
from tests.server import Connection, Handler, Server, drips, http, over_tls, repeats, replies, reset, sends, silent
from tests.unit.samples import FULL, ID

pytestmark = pytest.mark.enable_socket

OTHER_ID = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
PASSWORD = "proxy-Do-Not-Show-77c1"
MIB = 1024 * 1024
MUCH = 64 * MIB
"""Bytes that may be allocated."""
QUICK: dict[str, Any] = {"http_timeout": 0.1, "lookup_timeout": 0.8}
"""Time limits for a server that makes each attempt take all its time."""
LIST: dict[str, Any] = {"list_all": True}
NETWORK = "; check coreweave-gateway:endpoint (or COREWEAVE_API_ENDPOINT) and the network"
INTERCEPTED = (
    "; check coreweave-gateway:endpoint (or COREWEAVE_API_ENDPOINT): a proxy or login page may be intercepting"
)
NO_CONNECTION = "no connection to {server} within 0.1 s; increase coreweave-gateway:httpTimeout"
NO_RESPONSE = "no complete response from {server} within 0.1 s; increase coreweave-gateway:httpTimeout"
FAILED = f"the connection to {{server}} failed{NETWORK}"
NOT_JSON = f"the response of {{server}} is not JSON{INTERCEPTED}"

WITH_KEY: dict[str, Any] = copy.deepcopy(FULL)
WITH_KEY["spec"]["weightsAndBiasesAuth"]["apiKey"] = WANDB_KEY
BODY = json.dumps({"gateway": WITH_KEY}).encode()
GATEWAY = parse_gateway(WITH_KEY)
WHOLE = http(200, BODY)
HEAD = WHOLE.removesuffix(BODY)
CHUNKED = http(200, b"", "Transfer-Encoding: chunked", length=None)
ZIPPED = "Content-Encoding: gzip"
healthy = sends(WHOLE)


def named(name: str, gateway_id: str) -> dict[str, Any]:
    """Return a gateway in the API's JSON form."""
    return {"spec": {"id": gateway_id, "name": name}}


def more(text: str) -> bytes:
    """Return the gateway's body with one more field, whose value is this JSON."""
    return BODY.removesuffix(b"}") + f', "more": {text}}}'.encode()


def refused(message: object, code: object = 7, **fields: Any) -> dict[str, Any]:
    """Return the body of an error."""
    return {"code": code, "message": message, **fields}


def bomb(status: int) -> Handler:
    """Return a handler that sends 100 MiB of white space, compressed."""
    return replies(status, gzip.compress(b" " * 100 * MIB, 1), ZIPPED)


def flood(status: int, length: int | None) -> Handler:
    """Return a handler that sends white space until the client has gone."""
    return sends(http(status, b"", length=length), then=repeats(b" " * 65536))


def chunks(body: bytes, size: int) -> bytes:
    """Return a body in chunks of some size."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@dataclass(frozen=True)
class Row:
    """A server's behaviour, and what a lookup makes of it.

    Attributes:
        name: The row's name.
        handlers: What handles the first connection, the second and so on.
        error: The class of the error, or None if the lookup succeeds.
        words: Part of the message, in which ``{server}`` is the endpoint.
        retried: Whether it is tried again.
        limits: Time limits; ``list_all`` requests the list of gateways.

    """

    name: str
    handlers: Handler | tuple[Handler, ...]
    error: type[GatewayError] | None = None
    words: str = ""
    retried: bool = False
    limits: dict[str, Any] = field(default_factory=dict)


ROWS = [
    # Connections.
    Row("reset before the headers", sends(b"", then=reset), TransportError, FAILED, True),
    Row("reset in the body", sends(WHOLE[:-100], then=reset), TransportError, FAILED, True),
    Row("closed in the body", sends(WHOLE[:-100]), TransportError, FAILED, True),
    Row("broken chunks", sends(CHUNKED + b"zz\r\n{}\r\n"), TransportError, FAILED, True),
    Row("no response", sends(b"", then=silent), TransportError, NO_RESPONSE, True, QUICK),
    Row("headers drip", sends(b"", then=drips(WHOLE)), TransportError, NO_RESPONSE, True, QUICK),
    Row("body drips", sends(HEAD, then=drips(b" " * 100)), TransportError, NO_RESPONSE, True, QUICK),
    Row("recovers", (sends(b"", then=reset), healthy), None, "", True),
    # Status lines and headers.
    Row("no HTTP", sends(b"SSH-2.0-OpenSSH_9.2\r\n"), TransportError, "is not HTTP", True),
    Row(
        "endless headers", sends(b"HTTP/1.1 200 OK\r\nX: ", then=repeats(b"x" * 999)), TransportError, "not HTTP", True
    ),
    Row(
        "endless continue",
        sends(b"", then=repeats(b"HTTP/1.1 100 Continue\r\n\r\n")),
        TransportError,
        NO_RESPONSE,
        True,
        QUICK,
    ),
    Row("HTTP/1.0", sends(b"HTTP/1.0 200 OK\r\n\r\n" + BODY)),
    Row("chunks", sends(CHUNKED + chunks(BODY, 100))),
    Row("odd headers", replies(200, BODY, f"{TOKEN} without a colon", "Set-Cookie: a=b", "Content-Type: text/html")),
    # Error statuses.
    Row("204", replies(204), APIError, f"unexpected response from {{server}} (HTTP 204){INTERCEPTED}"),
    Row("400", replies(400, refused("bad", 3)), APIError, "(HTTP 400, invalid_argument), the server says: bad; "),
    Row(
        "401",
        replies(401, refused("who", 16)),
        AuthenticationError,
        "{server} rejected the token (HTTP 401, unauthenticated), the server says: who; set a valid CoreWeave API "
        "token there. A refresh uses the settings of the last `pulumi up`: after a rotation run `pulumi up "
        "--refresh=false` once",
    ),
    Row(
        "401 of a page", replies(401, b"<html>"), AuthenticationError, ": something in front of {server} (its response"
    ),
    Row("403", replies(403, refused("no")), PermissionDeniedError, "permission denied by {server} (HTTP 403, permiss"),
    Row(
        "403 of a page",
        replies(403, b"<html><h1>Blocked</h1></html>"),
        PermissionDeniedError,
        ": permission denied by something in front of {server} (its response isn't the API's) (HTTP 403); grant",
    ),
    Row(
        "404",
        replies(404, refused("gone", 5)),
        NotFoundError,
        "not found at {server} (HTTP 404, not_found), the server says: gone; check the ID, and that the token bel",
    ),
    Row("404 of a page", replies(404, b"<html>404 Not Found</html>"), APIError, "unexpected response from {server} ("),
    Row("429", replies(429), APIError, "the rate limit of {server} was exceeded (HTTP 429); run the comm", True),
    Row(
        "501", replies(501, refused("no", 12)), APIError, "unexpected response from {server} (HTTP 501, unimplemented)"
    ),
    Row(
        "503",
        replies(503, refused("busy", 14)),
        APIError,
        "{server} failed (HTTP 503, unavailable), the server says: busy; run the command again later, or increase "
        "coreweave-gateway:lookupTimeout",
        True,
    ),
    Row("522 of a page", replies(522, b"<html>"), APIError, "{server} failed (HTTP 522); ", True),
    Row(
        "error with 200", replies(200, refused("no", 5)), InvalidResponseError, "returned an error body with status 200"
    ),
    *(Row(f"recovers from {status}", (replies(status), healthy), retried=True) for status in (429, 500, 502, 503, 504)),
    # What the server says.
    Row(
        "code as a name", replies(403, refused("no", "PERMISSION_DENIED")), PermissionDeniedError, "permission_denied)"
    ),
    Row("unknown code", replies(403, refused("no", 99)), PermissionDeniedError, "(HTTP 403, code_99), the server says"),
    Row(
        "long message",
        replies(403, refused("first\r\n\t\x1b[31mred\x1b[0m\x07 \x9b34mblue " + "a" * 50_000)),
        PermissionDeniedError,
        f", the server says: first red 34mblue {'a' * 182}…; ",
    ),
    Row("token in the message", replies(403, refused(f"Bearer {TOKEN.upper()}")), PermissionDeniedError, LEFT_OUT),
    Row(
        "token in code and request ID",
        replies(403, refused("no", TOKEN), f"X-Request-Id: {TOKEN}"),
        PermissionDeniedError,
        f"(HTTP 403, {LEFT_OUT}, request {LEFT_OUT}), the server says: no",
    ),
    Row("request ID", replies(403, b"", "CF-Ray: abc-1"), PermissionDeniedError, "(HTTP 403, request abc-1)"),
    Row("keys", replies(403, refused("no", details=[WANDB_KEY], apiKey=WANDB_KEY)), PermissionDeniedError, "says: no;"),
    Row(
        "compressed message",
        replies(403, gzip.compress(json.dumps(refused("no")).encode()), ZIPPED),
        PermissionDeniedError,
        "the server says: no",
    ),
    Row("huge error", flood(403, 10**9), PermissionDeniedError, "(HTTP 403)"),
    Row("error that is a bomb", bomb(403), PermissionDeniedError, "(HTTP 403)"),
    Row("error that breaks off", sends(http(403, b"{", length=999), then=reset), PermissionDeniedError, "(HTTP 403)"),
    Row("error drips", sends(http(403, length=999), then=drips(b" " * 99)), TransportError, NO_RESPONSE, True, QUICK),
    # Retry-After.
    Row("Retry-After", (replies(503, b"", "Retry-After: 7"), healthy), retried=True, limits={"lookup_timeout": 8}),
    Row(
        "Retry-After beyond the deadline",
        replies(503, b"", "Retry-After: 3600"),
        APIError,
        "(the server asked to wait 3600 s, longer than the ",
    ),
    Row(
        "absurd Retry-After",
        replies(429, b"", "Retry-After: 999999999999999999"),
        APIError,
        "(the server asked to wait more than an hour, longer than the ",
    ),
    # Bodies.
    Row("page", replies(200, b"<!doctype html><p>Sign in"), InvalidResponseError, NOT_JSON, True),
    Row("empty", replies(200, b" \r\n"), InvalidResponseError, "is empty; ", True),
    Row("cut", replies(200, BODY[:-40]), InvalidResponseError, NOT_JSON, True),
    Row("not UTF-8", replies(200, BODY.replace(b"prod", b"pr\xffd")), InvalidResponseError, NOT_JSON, True),
    Row("NaN", replies(200, more("NaN")), InvalidResponseError, NOT_JSON, True),
    Row("a key twice", replies(200, more('{"a": 1, "a": 2}')), InvalidResponseError, NOT_JSON, True),
    Row("two values", replies(200, BODY * 2), InvalidResponseError, NOT_JSON, True),
    Row("deep", replies(200, more("[" * 40_000 + "]" * 40_000)), InvalidResponseError, "is nested too deeply; check"),
    Row("many values", replies(200, more("[" + "0," * MIB + "0]")), InvalidResponseError, "has too many values; check"),
    Row("almost too large", replies(200, more(f'"{"x" * (4 * MIB - 9000)}"'))),
    Row(
        "announced size", flood(200, 10**9), InvalidResponseError, "is larger than 4 MiB; check coreweave-gateway:endp"
    ),
    Row(
        "unannounced size", flood(200, None), InvalidResponseError, "is larger than 4 MiB; check coreweave-gateway:end"
    ),
    Row("bomb", bomb(200), InvalidResponseError, "is larger than 4 MiB; check coreweave-gateway:endpoint"),
    Row("gzip", replies(200, gzip.compress(BODY), ZIPPED)),
    Row("no gzip", replies(200, BODY, ZIPPED), TransportError, f"is not valid gzip{NETWORK}", True),
    Row("cut gzip", replies(200, gzip.compress(BODY)[:-30], ZIPPED), InvalidResponseError, "is not JSON", True),
    Row(
        "another gateway",
        replies(200, {"gateway": named("prod", OTHER_ID)}),
        InvalidResponseError,
        f"the API returned another gateway, {OTHER_ID}; run",
    ),
    Row(
        "no gateway",
        replies(200, {}),
        InvalidResponseError,
        "response contains no gateway; check the endpoint, or look",
    ),
    Row("no object", replies(200, []), InvalidResponseError, "response is not a JSON object; check coreweave"),
    Row(
        "broken contract",
        replies(200, {"gateway": {"spec": {"id": ID, "zones": TOKEN}}}),
        InvalidResponseError,
        "the API's response breaks its contract: spec.zones: expected a list; ",
    ),
    # Lists.
    Row("list", replies(200, {"items": [FULL]}), limits=LIST),
    Row("empty list", replies(200, {}), limits=LIST),
    Row("no list", replies(200, {"items": {"0": FULL}}), InvalidResponseError, "contains no list; check", limits=LIST),
    Row(
        "another object",
        replies(200, {"success": False, "errors": ["log in"]}),
        InvalidResponseError,
        "contains no list; check",
        limits=LIST,
    ),
    Row("empty list", replies(200, {}), limits=LIST),
    Row("404 for the list", replies(404, refused("no page", 5)), APIError, "unexpected response from", limits=LIST),
    Row(
        "large list", flood(200, None), InvalidResponseError, "is larger than 16 MiB; look up gateways by", limits=LIST
    ),
    Row(
        "list of many values",
        replies(200, b'{"items": [' + b"{}," * (5 * MIB) + b"{}]}"),
        InvalidResponseError,
        "has too many values; look up gateways by their IDs, and deployments by gateway",
        limits=LIST,
    ),
    Row(
        "list of many items",
        replies(200, {"items": [{}] * 6000, "nextPageToken": "next"}),
        InvalidResponseError,
        "the list of gateways: it has more than 10,000 items; look up gateways by their IDs, and deployments by",
        limits=LIST,
    ),
    Row(
        "pages in a circle",
        tuple(replies(200, {"nextPageToken": token}) for token in "aba"),
        InvalidResponseError,
        "nextPageToken is invalid or repeated; check",
        limits=LIST,
    ),
    *(
        Row(
            f"page token {name}",
            replies(200, {"nextPageToken": token}),
            InvalidResponseError,
            "is invalid",
            limits=LIST,
        )
        for name, token in {"of half a character": "\ud800", "too long": "x" * 2049, "a number": 0}.items()
    ),
]


class Clock:
    """Real time, plus the pauses, which are skipped."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds since some moment."""
        return time.monotonic() + sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        """Record a pause and return at once."""
        self.pauses.append(seconds)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def _nothing_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert capfd.readouterr() == ("", "")


def look_up(
    endpoint: str, clock: Clock | None = None, *, list_all: bool = False, **limits: Any
) -> Gateway | Listing[Gateway] | GatewayError:
    """Return a gateway or the list, or the error of looking it up, whose parts contain no secret."""
    settings = Settings(endpoint, Token(TOKEN), **limits)
    try:
        with GatewayClient(settings, clock=clock or Clock()) as one:
            return one.list() if list_all else one.get(ID)
    except GatewayError as error:
        message = str(error)
        assert message.isprintable()
        assert len(message) < 900
        shown: list[object] = [message, repr(error), error.args, vars(error), vars(copy.copy(error)), error.__cause__]
        shown += [pickle.dumps(error), *traceback.format_exception(error)]
        assert leaks(" ".join(map(str, shown)), TOKEN, WANDB_KEY, PASSWORD) == set()
        return error


def expect(result: object, error: type[GatewayError], words: str) -> GatewayError:
    """Return the error that is expected."""
    assert isinstance(result, GatewayError), f"the lookup succeeded: {result!r}"
    assert words in str(result), f"\nexpected: {words}\nactual: {result}"
    assert type(result) is error
    return result


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_failure(row: Row) -> None:
    """A server's behaviour becomes a gateway or the expected error, after one attempt or several."""
    handlers = row.handlers if isinstance(row.handlers, tuple) else (row.handlers,)
    clock = Clock()
    with Server(*handlers) as server:
        tracemalloc.start()
        result = look_up(server.url, clock, **row.limits)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        if row.error is not None:
            error = expect(result, row.error, row.words.replace("{server}", server.url))
            assert error.retryable is row.retried or "longer than" in str(error)
        elif row.limits is LIST:
            assert isinstance(result, Listing)
            assert result.unreadable == ()
        else:
            assert result == GATEWAY
        assert bool(clock.pauses) is row.retried
        assert server.requests
        assert peak < MUCH, f"{peak:,} bytes were allocated"
        no_attempt_runs()


def no_attempt_runs() -> None:
    """Check that no thread of an attempt is left, although the server goes on."""
    for thread in threading.enumerate():
        if thread.name == "coreweave-request":
            thread.join(5)
            assert not thread.is_alive()


# Several addresses.


def resolves(monkeypatch: pytest.MonkeyPatch, **addresses: list[str]) -> None:
    """Make hosts, of which the first label is given, resolve to these addresses."""
    real = socket.getaddrinfo

    def look_up_host(host: str, port: int, *arguments: Any, **options: Any) -> Any:
        known = addresses.get(host.partition(".")[0], [host])
        return [found for address in known for found in real(address, port, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up_host)


@contextlib.contextmanager
def deaf(address: str, port: int = 0) -> Iterator[int]:
    """Yield a port that never accepts a connection, because its backlog is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((address, port))
        listener.listen(0)
        for _ in range(32):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0.05)
            with contextlib.suppress(OSError):
                waiting.connect(listener.getsockname())
                continue
            break
        yield listener.getsockname()[1]


@pytest.mark.parametrize(("refusing", "deaf_ones"), [(1, 0), (0, 1), (0, 4)])
def test_address_that_answers_is_found(
    tls: Authority, monkeypatch: pytest.MonkeyPatch, refusing: int, deaf_ones: int
) -> None:
    """Whatever number of a host's addresses refuse the connection or are silent, one that answers is found."""
    with Server(over_tls(tls.server("many.example"), healthy)) as server, contextlib.ExitStack() as stack:
        dead = [f"127.0.0.{number + 2}" for number in range(refusing + deaf_ones)]
        for address in dead[refusing:]:
            stack.enter_context(deaf(address, server.port))
        resolves(monkeypatch, many=[*dead, "127.0.0.1"])
        result = look_up(f"https://many.example:{server.port}", http_timeout=4, lookup_timeout=4)
        assert result == GATEWAY


def test_unknown_host() -> None:
    """A host that isn't found is retried."""
    result = look_up("https://no-such-host.invalid")
    assert expect(result, TransportError, f"the host of https://no-such-host.invalid was not found{NETWORK}").retryable


def test_invalid_host() -> None:
    """A host that can't be one isn't retried."""
    error = expect(
        look_up(f"https://{'a' * 64}.invalid"), TransportError, "its URL or the proxy's can't be used; check"
    )
    assert not error.retryable


def test_dns_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name lookup that hangs ends with the attempt."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait() and [])
    began = time.monotonic()
    result = look_up("https://silent.example", **QUICK)
    over.set()
    assert time.monotonic() - began < 2
    expect(result, TransportError, NO_CONNECTION.replace("{server}", "https://silent.example"))
    no_attempt_runs()


def test_ipv6() -> None:
    """An endpoint may be an IPv6 address."""
    try:
        server = Server(healthy, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        assert look_up(server.url) == GATEWAY


def test_refused_connection() -> None:
    """A port that nothing listens on is retried."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{bound.getsockname()[1]}"
        assert expect(look_up(endpoint), TransportError, f"{endpoint} refused the connection{NETWORK}").retryable


def test_unresponsive_port() -> None:
    """A port that doesn't answer ends with the attempt, and the message names the limit that ended it."""
    with deaf("127.0.0.1") as port:
        endpoint = f"http://127.0.0.1:{port}"
        error = expect(look_up(endpoint, **QUICK), TransportError, NO_CONNECTION.replace("{server}", endpoint))
        assert (error.timed_out, error.retryable) == (True, True)


def test_lookup_timeout_is_named_if_it_ended_the_attempt() -> None:
    """An attempt that the lookup's deadline has cut short names lookupTimeout, and what has passed."""
    with Server(sends(b"", then=silent)) as server:
        result = look_up(server.url, http_timeout=10, lookup_timeout=0.3)
        expect(result, TransportError, "within 0.3 s; increase coreweave-gateway:lookupTimeout (or COREWEAVE_LOOKUP")


def test_reason_of_an_attempt_that_was_cut_short() -> None:
    """If the deadline ends an attempt, the reason is what has failed before."""
    with Server(replies(503), sends(b"", then=silent)) as server:
        expect(look_up(server.url, lookup_timeout=0.5), APIError, "failed (HTTP 503); ")


# TLS.


class Authority:
    """A certificate authority for one test module."""

    def __init__(self, folder: Path) -> None:
        self._trusted, self._other = trustme.CA(), trustme.CA()
        self.bundle = str(folder / "ca.pem")
        self._trusted.cert_pem.write_to_path(self.bundle)

    def server(self, host: str = "127.0.0.1", *, trusted: bool = True, expired: bool = False) -> ssl.SSLContext:
        """Return a server's context with a certificate for a host."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        until = None if not expired else datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
        certificate = (self._trusted if trusted else self._other).issue_cert(host, not_after=until)
        certificate.configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority."""
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Return an authority that is trusted."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.bundle)
    return authority


def https(server: Server) -> str:
    """Return a server's URL with https."""
    return server.url.replace("http:", "https:")


def test_tls(tls: Authority) -> None:
    """A server with a certificate of the bundle's authority is trusted."""
    with Server(over_tls(tls.server(), healthy)) as server:
        assert look_up(https(server)) == GATEWAY


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"trusted": False}, "unable to get local issuer certificate"),
        ({"host": "other.example"}, "IP address mismatch"),
        ({"expired": True}, "certificate has expired"),
    ],
)
def test_rejected_certificate(tls: Authority, wrong: dict[str, Any], reason: str) -> None:
    """A certificate that is rejected isn't tried again, and the token isn't sent."""
    with Server(over_tls(tls.server(**wrong), healthy)) as server:
        words = f"the certificate of {https(server)} was rejected: {reason}"
        assert not expect(look_up(https(server)), TransportError, words).retryable
        assert server.requests == []


def test_system_certificates_are_not_read(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the two documented variables name a CA bundle: OpenSSL's own SSL_CERT_FILE isn't read."""
    monkeypatch.setenv("SSL_CERT_FILE", authority.bundle)
    with Server(over_tls(authority.server(), healthy)) as server:
        expect(look_up(https(server)), TransportError, "was rejected: unable to get local issuer certificate")


def test_plain_text_instead_of_tls(tls: Authority) -> None:
    """A server that doesn't speak TLS is retried."""

    def plain(connection: Connection) -> None:
        connection.sock.recv(4096)
        connection.send(http(400, b"plain http, please"))

    with Server(plain) as server:
        expect(look_up(https(server)), TransportError, f"TLS with {https(server)} failed{NETWORK}")


def test_tls_handshake_that_hangs(tls: Authority) -> None:
    """A handshake that hangs ends with the attempt."""
    with Server(silent) as server:
        expect(look_up(https(server), **QUICK), TransportError, NO_CONNECTION.replace("{server}", https(server)))


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_unusable_bundle(tls: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None) -> None:
    """A CA bundle that is missing or none is an error that names the variable."""
    bundle = tmp_path / "bundle.pem"
    if content:
        bundle.write_text(content)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("CURL_CA_BUNDLE", str(bundle))
    with Server(over_tls(tls.server("localhost"), healthy)) as server:
        result = look_up(https(server).replace("127.0.0.1", "localhost"))
    assert not expect(result, TransportError, "correct or unset REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE)").retryable


# Proxies.


def tunnel(connection: Connection, port: int) -> None:
    """Forward everything to a port, as a proxy does, and record what the client sends."""

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                if source is connection.sock:
                    connection.server.requests.append(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    connection.request()
    with socket.create_connection(("127.0.0.1", port)) as onward:
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        back = threading.Thread(target=pump, args=(onward, connection.sock), daemon=True)
        back.start()
        pump(connection.sock, onward)
        back.join()


def test_proxy_sees_no_token(tls: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request to a remote host goes through the proxy, which sees the proxy's password, but no token."""
    resolves(monkeypatch)
    with (
        Server(over_tls(tls.server("api.example"), healthy)) as server,
        Server(lambda connection: tunnel(connection, server.port)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}")
        assert look_up("https://api.example") == GATEWAY
        assert proxy.requests[0].startswith(b"CONNECT api.example:443 HTTP/1.")
        assert base64.b64encode(f"user:{PASSWORD}".encode()) in proxy.requests[0]
        assert leaks(b"".join(proxy.requests), TOKEN) == set()


@pytest.mark.parametrize("variables", [("HTTP_PROXY",), ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY")])
def test_proxy_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch, variables: tuple[str, ...]) -> None:
    """Plain http, which is for loopback only, bypasses proxies."""
    with Server(healthy) as server, Server(healthy) as proxy:
        for name in variables:
            monkeypatch.setenv(name, proxy.url)
        assert look_up(server.url) == GATEWAY
        assert proxy.connections == 0


@pytest.mark.parametrize("listed", ["api.example", ".example", "example,other", "*"])
def test_no_proxy(tls: Authority, monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    """A host in NO_PROXY is connected to directly; another one isn't."""
    resolves(monkeypatch, api=["127.0.0.1"])
    with Server(over_tls(tls.server("api.example"), healthy)) as server, Server(replies(403)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "other.example")
        endpoint = f"https://api.example:{server.port}"
        expect(look_up(endpoint), TransportError, "the proxy refused")
        monkeypatch.setenv("NO_PROXY", listed)
        assert look_up(endpoint) == GATEWAY
        assert proxy.connections == 1


@pytest.mark.parametrize(
    ("handler", "words", "retryable"),
    [
        (
            replies(403, b"<h1>no</h1>"),
            "the proxy refused a connection to https://api.example (HTTP 403); check",
            False,
        ),
        (replies(407, b"", "Proxy-Authenticate: Basic"), "(HTTP 407); check the proxy variables (HTTPS_PROXY", False),
        (replies(502), "the proxy refused a connection to https://api.example (HTTP 502); check", True),
        (sends(b"", then=silent), "no connection to https://api.example within 0.1 s; increase coreweave", True),
        (sends(b"", then=drips(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 999)), "no connection to https://api.exam", True),
    ],
    ids=["403", "407", "502", "silent", "drips"],
)
def test_proxy_fails(monkeypatch: pytest.MonkeyPatch, handler: Handler, words: str, retryable: bool) -> None:
    """A proxy's refusal is its own, and a proxy that hangs ends with the attempt."""
    with Server(handler) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//user:{PASSWORD}@"))
        assert expect(look_up("https://api.example", **QUICK), TransportError, words).retryable is retryable
        no_attempt_runs()


def test_proxy_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that nothing listens at is retried."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{bound.getsockname()[1]}")
        words = "no connection to https://api.example through the proxy; check the proxy variables"
        assert expect(look_up("https://api.example"), TransportError, words).retryable


@pytest.mark.parametrize("url", ["http://{}@127.0.0.1:port", "http://{}@", "gopher://{}@127.0.0.1:70", "socks5://{}@x"])
def test_unusable_proxy(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """A proxy's URL that can't be used is an error that shows no password."""
    monkeypatch.setenv("ALL_PROXY", url.format(f"user:{PASSWORD}"))
    words = "no request was sent to https://api.example: its URL or the proxy's can't be used; check"
    assert not expect(look_up("https://api.example"), TransportError, words).retryable


# Redirects.


@pytest.mark.parametrize(
    ("status", "location", "shown"),
    [
        (302, f"http://localhost:{{other}}/?key={PASSWORD}", "localhost"),
        (307, "http://127.0.0.1:{server}/v1/", "127.0.0.1"),
        (301, "/login", "another location"),
        (308, "http://[half", "another location"),
        (303, f"https://user:{PASSWORD}@login.example:8443/{PASSWORD}?session={PASSWORD}", "login.example"),
        (302, "https://cwt-leaks.nowhere.cwt-Leaks%2FNowhere+4e9d~31?b7=Qz.example/", LEFT_OUT),
    ],
)
def test_redirect_is_not_followed(status: int, location: str, shown: str) -> None:
    """A redirect is an error that names its host, and the token isn't sent there."""
    with Server(healthy) as other:

        def redirect(connection: Connection) -> None:
            place = location.replace("{other}", str(other.port)).replace("{server}", str(connection.server.port))
            replies(status, b"<a>moved</a>", f"Location: {place}")(connection)

        with Server(redirect, healthy) as server:
            words = f"{server.url} redirects to {shown}, and the token is not sent there (HTTP {status}); set coreweave"
            expect(look_up(server.url), APIError, words)
            assert (server.connections, other.connections) == (1, 0)


def test_redirect_from_https_to_http(tls: Authority) -> None:
    """A redirect to plain http isn't followed either."""
    with (
        Server(healthy) as other,
        Server(over_tls(tls.server(), replies(301, b"", f"Location: {other.url}/"))) as server,
    ):
        expect(look_up(https(server)), APIError, "redirects to 127.0.0.1")
        assert other.connections == 0


# Retry-After.


@pytest.mark.parametrize(
    ("value", "headers", "pause"),
    [
        ("7", (), 7),
        ("0", (), 0.1),
        ("Thu, 01 Jan 2026 00:00:09 GMT", ("Date: Thu, 01 Jan 2026 00:00:00 GMT",), 9),
        ("Thu, 01 Jan 1998 00:00:09 GMT", ("Date: Thu, 01 Jan 2026 00:00:00 GMT",), 0.1),
        (formatdate(time.time() - 3600, usegmt=True), (), 0.1),
        ("soon", (), 0.1),
    ],
    ids=["seconds", "zero", "date", "past date", "past date of this clock", "invalid"],
)
def test_retry_after(value: str, headers: tuple[str, ...], pause: float) -> None:
    """The pause is what the server asks for, in seconds or as a date by its own clock."""
    clock = Clock()
    with Server(replies(429, b"", f"Retry-After: {value}", *headers), healthy) as server:
        assert look_up(server.url, clock) == GATEWAY
        assert clock.pauses == [pytest.approx(pause, abs=0.01)]


# Lists.


def test_one_odd_gateway_does_not_break_the_list() -> None:
    """An item that breaks the contract keeps what can be read of it, and all others are read."""
    odd: list[Any] = [
        {"spec": {"id": OTHER_ID, "name": "odd", "zones": ["A", None]}, "status": {"status": 6}},
        {"spec": {"id": 7, "name": "no ID", "zones": ["B"]}, "status": {"status": [WANDB_KEY]}},
        {"spec": {"id": OTHER_ID.replace("0", "1"), "name": [WANDB_KEY]}, "status": {"conditions": [7]}},
        None,
    ]
    with Server(replies(200, {"items": [*odd, FULL]})) as server:
        found = look_up(server.url, list_all=True)
    assert isinstance(found, Listing)
    assert found.items == (parse_gateway(FULL),)
    first, second, third, fourth = found.unreadable
    assert (first.id, first.name, first.status, first.zones) == (OTHER_ID, "odd", "STATUS_READY", ())
    assert str(first.error).startswith(f"gateway {OTHER_ID}: the API's response breaks its contract: spec.zones.1: exp")
    assert (second.id, second.name, second.status, second.zones) == ("", "no ID", "", ("B",))
    assert str(second.error).startswith("gateway 'no ID': the API's response breaks its contract: spec.")
    assert (third.id, third.name, third.status) == (OTHER_ID.replace("0", "1"), "", "")
    assert (fourth.id, fourth.name, fourth.status, fourth.zones) == ("", "", "", ())
    assert leaks(repr(found.unreadable)) == set()


def test_pages_are_one_list() -> None:
    """A list of several pages is sorted by ID, and an ID on two of them counts once."""
    pages = [
        {"items": [named("b", OTHER_ID), FULL], "nextPageToken": "a/b&c"},
        {"items": [named("b again", OTHER_ID), {"spec": {"id": ID, "name": 7}}], "nextPageToken": ""},
    ]
    with Server(*(replies(200, page) for page in pages)) as server:
        found = look_up(server.url, list_all=True)
        assert server.requests[1].startswith(b"GET /v1alpha1/inference/gateways?pageToken=a%2Fb%26c HTTP/1.1")
    assert isinstance(found, Listing)
    assert [gateway.spec.id for gateway in found.items] == [OTHER_ID, ID]
    assert found.unreadable == ()


def test_list_keeps_to_the_deadline() -> None:
    """A list whose pages never end is given up at the deadline."""
    numbers = iter(range(10**6))

    def page(connection: Connection) -> None:
        replies(200, {"items": [], "nextPageToken": str(next(numbers))})(connection)

    with Server(page) as server:
        error = expect(look_up(server.url, list_all=True, lookup_timeout=0.5), TransportError, "lookupTimeout")
        assert error.timed_out


# This process.


def test_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that can't have another thread gets an error, and the next lookup works."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with Server(healthy) as server, GatewayClient(Settings(server.url, Token(TOKEN)), connections=1) as one:
        with monkeypatch.context() as context:
            context.setattr(threading.Thread, "start", refuse)
            with pytest.raises(
                TransportError, match=f"^gateway {ID}: no thread can be started: the limit of processes"
            ):
                one.get(ID, seconds=0.3)
        assert one.get(ID) == GATEWAY


def test_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that can't open another file gets an error that says so, and the next lookup works."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with Server(healthy) as server:
        with monkeypatch.context() as context:
            context.setattr(socket, "getaddrinfo", refuse)
            expect(look_up(server.url), TransportError, "no connection can be opened; raise the limit of open files")
        assert look_up(server.url) == GATEWAY


def test_libraries_that_can_not_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that can't open the files of the client's libraries gets an error on one line, and can try again."""
    settings = Settings("https://api.example", Token(TOKEN))
    with monkeypatch.context() as context:
        context.delattr(client, "models")
        context.setitem(sys.modules, f"{client.__name__}.models", None)
        with pytest.raises(
            GatewayError, match=r"^the client's libraries can't be loaded \(ModuleNotFoundError\); rein"
        ):
            GatewayClient(settings)
    GatewayClient(settings).close()


def test_unexpected_exception_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception is a bug that is reported by its place; its frames and text contain secrets."""

    def break_down(*_: Any, **options: Any) -> None:
        raise KeyError(str(options))

    monkeypatch.setattr("urllib3.HTTPConnectionPool.urlopen", break_down)
    with Server(healthy) as server:
        error = expect(look_up(server.url), InternalError, "unexpected KeyError at test_failures.py:")
        assert error.__context__ is None
