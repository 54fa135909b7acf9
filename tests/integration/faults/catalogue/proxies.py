"""Proxies on the way: those that fail, and those that must not be asked."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from unittest import mock

import requests

from pulumi_coreweave_gateway.errors import DeadlineExceededError, TransportError

from .. import socks5, tls
from ..answers import TOKEN, healthy, http, silence
from ..hostile import Behaviour, HostileServer, Visit, free_port
from ..model import Scene, Start, fails, keeps_failing, passes
from ..scenes import SLOW, at, names, served
from .words import INVALID_URL, SILENT

_HOST = "api.coreweave.example"
_ENDPOINT = f"https://{_HOST}"
_PAUSE = 0.02
"""Seconds between single bytes: less than one try has, of which they are to take more."""
_PASSWORD = "proxy-Do-Not-Show-77c1"
_PROXY_VARIABLES = "check the proxy variables (HTTPS_PROXY, NO_PROXY) and the network"


def _scene(proxy: str, environ: Mapping[str, str] | None = None) -> Scene:
    scene = at(_ENDPOINT, {"HTTPS_PROXY": proxy, **(environ or {})})
    scene.secrets = (TOKEN, _PASSWORD)
    return scene


def _behind(behaviour: Behaviour, scheme: str = "http", *, slow: bool = False) -> Start:
    """Return what sets up a proxy that behaves so; its URL holds a password."""

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        with HostileServer(behaviour) as proxy:
            scene = _scene(f"{scheme}://user:{_PASSWORD}@127.0.0.1:{proxy.port}", SLOW if slow else {})
            scene.onlookers = (proxy,)
            yield scene

    return start


def _answers(data: bytes) -> Behaviour:
    def behave(visit: Visit) -> None:
        if visit.request():
            visit.send(data)

    return behave


@contextlib.contextmanager
def _proxy_gone() -> Iterator[Scene]:
    with free_port() as port:
        yield _scene(f"http://user:{_PASSWORD}@127.0.0.1:{port}")


def _no_proxy(url: str) -> Start:
    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        yield _scene(url)

    return start


def _tunnel(visit: Visit, port: int) -> None:
    """Do what a proxy should: connect, and pass everything on."""
    visit.request()
    _pass_on(visit, port, http(200, b"", length=None))


def _socks_tunnel(visit: Visit, port: int, host: str) -> None:
    """Do the same in SOCKS5, for a client that wants to be connected to this host."""
    socks5.greeting(visit)
    visit.send(socks5.NO_LOGIN)
    if socks5.request(visit) == host:
        _pass_on(visit, port, socks5.CONNECTED)


def _pass_on(visit: Visit, port: int, connected: bytes) -> None:
    """Say that the client is connected, and pass everything on; what the client sends is noted."""
    with socket.create_connection(("127.0.0.1", port)) as onward:
        visit.send(connected)
        back = threading.Thread(target=_pump, args=(onward, visit.connection), daemon=True)
        back.start()
        _pump(visit.connection, onward, visit.note)
        back.join()


def _pump(source: socket.socket, target: socket.socket, note: Callable[[bytes], None] = lambda _: None) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(4096):
            note(data)
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _over_tls(behaviour: Behaviour, host: str = tls.HERE) -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.over_tls(tls.context(tls.chain(host=host)))
        behaviour(visit)

    return behave


def _drips(visit: Visit) -> None:
    if visit.request():
        visit.drip(b"HTTP/1.1 200 Whatever\r\nX-Long: " + b"a" * 10_000, _PAUSE)


def _behind_socks(behaviour: Behaviour, scheme: str = "socks5h", host: str = tls.HERE, told: str = tls.HERE) -> Start:
    """Return what sets up an API that behaves so, behind a SOCKS proxy that does what it should.

    Args:
        behaviour: the API's.
        scheme: of the proxy's URL: it says who looks the API's host up.
        host: the API's, which every name server knows as this machine's.
        told: the host that the proxy is to be told.

    """

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        with (
            HostileServer(_over_tls(behaviour, host)) as server,
            HostileServer(lambda visit: _socks_tunnel(visit, server.port, told)) as proxy,
            names(api=[tls.HERE]),
        ):
            scene = at(
                f"https://{host}:{server.port}",
                {
                    "HTTPS_PROXY": f"{scheme}://user:{_PASSWORD}@127.0.0.1:{proxy.port}",
                    "REQUESTS_CA_BUNDLE": tls.bundle(),
                },
            )
            scene.server, scene.onlookers = server, (proxy,)
            scene.secrets = (*scene.secrets, _PASSWORD)
            yield scene

    return start


def _socks_greeted(answer: bytes) -> Behaviour:
    def behave(visit: Visit) -> None:
        socks5.greeting(visit)
        visit.send(answer)
        visit.hold()

    return behave


def _socks_asked(answer: bytes) -> Behaviour:
    """Return the behaviour of a SOCKS proxy that answers a request so, and no further."""

    def behave(visit: Visit) -> None:
        socks5.greeting(visit)
        visit.send(socks5.NO_LOGIN)
        socks5.request(visit)
        visit.send(answer)
        visit.hold()

    return behave


def _socks_none(visit: Visit) -> None:
    """Answer as a proxy of the other kind does."""
    visit.take(1)
    visit.send(http(400, b""))


def _socks_silence(visit: Visit) -> None:
    socks5.greeting(visit)
    visit.hold()


@contextlib.contextmanager
def _socks_gone() -> Iterator[Scene]:
    with free_port() as port:
        yield _scene(f"socks5h://user:{_PASSWORD}@127.0.0.1:{port}")


@contextlib.contextmanager
def _never_found_for_socks() -> Iterator[Scene]:
    """Set up a SOCKS proxy that wants an address, and a name server that has none."""
    with HostileServer(_socks_silence) as proxy, names(api=[]):
        scene = _scene(f"socks5://user:{_PASSWORD}@127.0.0.1:{proxy.port}", SLOW)
        scene.onlookers = (proxy,)
        yield scene


@contextlib.contextmanager
def _no_pysocks() -> Iterator[Scene]:
    """Set up what requests does where PySocks is not installed."""
    missing = requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")
    with mock.patch.object(requests.adapters, "SOCKSProxyManager", side_effect=missing):
        yield _scene(f"socks5h://user:{_PASSWORD}@127.0.0.1:1080")


@contextlib.contextmanager
def _tunnelled() -> Iterator[Scene]:
    """Set up a proxy that does what it should."""
    with (
        served(_over_tls(healthy), scheme="https")() as scene,
        HostileServer(lambda visit: _tunnel(visit, scene.server.port if scene.server else 0)) as proxy,
    ):
        scene.environ |= {
            "HTTPS_PROXY": f"http://user:{_PASSWORD}@127.0.0.1:{proxy.port}",
            "REQUESTS_CA_BUNDLE": tls.bundle(),
        }
        scene.onlookers = (proxy,)
        yield scene


@contextlib.contextmanager
def _past(*variables: str) -> Iterator[Scene]:
    """Set up an endpoint on this machine, and a proxy that has no business with it."""
    with HostileServer(healthy) as proxy, served(healthy)() as scene:
        scene.environ |= dict.fromkeys(variables, f"http://127.0.0.1:{proxy.port}")
        scene.strangers = (proxy,)
        yield scene


FAULTS = (
    passes("proxy-tunnels", _tunnelled),
    passes(
        "proxy-not-for-this-machine",
        {"http": lambda: _past("HTTP_PROXY"), "all": lambda: _past("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY")},
    ),
    keeps_failing(
        "proxy-gone",
        TransportError,
        f"gateway {{id}}: the proxy for {{endpoint}} could not be reached; {_PROXY_VARIABLES}",
        {"http": _proxy_gone, "socks": _socks_gone, "not-socks": _behind(_socks_none, "socks5h")},
        requests=0,
        cause="A proxy variable is outdated, or the proxy is down.",
    ),
    fails(
        "proxy-refuses",
        TransportError,
        f"gateway {{id}}: the proxy refused a connection to {{endpoint}} (HTTP 403); {_PROXY_VARIABLES}",
        _behind(_answers(http(403, b"<h1>no</h1>"))),
        requests=0,
        cause="The proxy doesn't allow the API's host.",
    ),
    fails(
        "proxy-login",
        TransportError,
        "gateway {id}: the proxy refused a connection to {endpoint} (HTTP 407); "
        "check the user name and password in HTTPS_PROXY",
        _behind(_answers(http(407, b"", "Proxy-Authenticate: Basic"))),
        requests=0,
        cause="The proxy requires a user name and a password.",
    ),
    keeps_failing(
        "proxy-fails",
        TransportError,
        f"gateway {{id}}: the proxy refused a connection to {{endpoint}} (HTTP 502); {_PROXY_VARIABLES}",
        _behind(_answers(http(502, b""))),
        requests=0,
    ),
    keeps_failing(
        "proxy-silent",
        DeadlineExceededError,
        SILENT,
        {
            "silent": _behind(silence, slow=True),
            "drips": _behind(_drips, slow=True),
            "socks": _behind(_socks_silence, "socks5h", slow=True),
            "socks-name": _never_found_for_socks,
        },
        requests=0,
    ),
    fails(
        "proxy-invalid-url",
        TransportError,
        INVALID_URL,
        {
            "port": _no_proxy(f"http://user:{_PASSWORD}@127.0.0.1:port"),
            "host": _no_proxy(f"http://user:{_PASSWORD}@"),
            "scheme": _no_proxy(f"gopher://user:{_PASSWORD}@127.0.0.1:70"),
        },
        requests=0,
    ),
    passes(
        "socks-tunnels",
        {
            "name": _behind_socks(healthy, host=_HOST, told=_HOST),
            "name-looked-up-here": _behind_socks(healthy, scheme="socks5", host=_HOST),
        },
    ),
    fails(
        "socks-refuses",
        TransportError,
        f"gateway {{id}}: the proxy refused a connection to {{endpoint}} (SOCKS 0x02); {_PROXY_VARIABLES}",
        _behind(_socks_asked(socks5.refused(2)), "socks5h"),
        requests=0,
    ),
    keeps_failing(
        "socks-fails",
        TransportError,
        f"gateway {{id}}: the proxy refused a connection to {{endpoint}} (SOCKS 0x04); {_PROXY_VARIABLES}",
        _behind(_socks_asked(socks5.refused(4)), "socks5h"),
        requests=0,
    ),
    fails(
        "socks-login",
        TransportError,
        "gateway {id}: the proxy refused a connection to {endpoint} (SOCKS login); "
        "check the user name and password in HTTPS_PROXY",
        _behind(_socks_greeted(socks5.NO_WAY_TO_LOG_IN), "socks5h"),
        requests=0,
    ),
    fails(
        "socks-missing",
        TransportError,
        "gateway {id}: no request to {endpoint}: a proxy variable names a SOCKS proxy, and PySocks is missing; "
        "run `pip install requests[socks]`",
        _no_pysocks,
        requests=0,
    ),
)
