"""Proxies on the way: those that fail, and those that must not be asked."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping

from pulumi_coreweave_gateway.errors import ConnectionFailedError, DeadlineExceededError

from .. import tls
from ..answers import TOKEN, healthy, http, silence
from ..hostile import Behaviour, HostileServer, Visit, free_port
from ..model import ONE_TRY, TEN_TRIES, Fault, Scene, Start
from ..scenes import SLOW, at, served
from .words import NO_HTTP, RESET, SILENT, TRIES, UNUSABLE

_ENDPOINT = "https://api.coreweave.example"
_PASSWORD = "proxy-Do-Not-Show-77c1"
_PROXY_VARIABLES = "check the proxy variables (HTTPS_PROXY, NO_PROXY) and the network"


def _scene(proxy: str, environ: Mapping[str, str] | None = None) -> Scene:
    scene = at(_ENDPOINT, {"HTTPS_PROXY": proxy, **(environ or {})})
    scene.secrets = (TOKEN, _PASSWORD)
    return scene


def _behind(behaviour: Behaviour, *, slow: bool = False) -> Start:
    """Return what sets up a proxy that behaves so; its URL holds a password."""

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        with HostileServer(behaviour) as proxy:
            scene = _scene(f"http://user:{_PASSWORD}@127.0.0.1:{proxy.port}", SLOW if slow else {})
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
    with socket.create_connection(("127.0.0.1", port)) as onward:
        visit.send(http(200, b"", length=None))
        back = threading.Thread(target=_pump, args=(onward, visit.connection), daemon=True)
        back.start()
        _pump(visit.connection, onward)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(4096):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _served_over_tls(visit: Visit) -> None:
    visit.over_tls(tls.context())
    healthy(visit)


@contextlib.contextmanager
def _tunnelled() -> Iterator[Scene]:
    """Set up a proxy that does what it should."""
    with (
        served(_served_over_tls, scheme="https")() as scene,
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
    Fault(
        "proxy-tunnels",
        "`HTTPS_PROXY` names a proxy that does what it should: it sees neither token nor answer.",
        {"": _tunnelled},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "proxy-not-for-this-machine",
        "A proxy is set, and the endpoint is plain `http` on this machine: the proxy is not asked.",
        {"http": lambda: _past("HTTP_PROXY"), "all": lambda: _past("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY")},
        ONE_TRY,
        requests=1,
    ),
    Fault(
        "proxy-gone",
        "Nobody listens where `HTTPS_PROXY` points.",
        {"": _proxy_gone},
        TEN_TRIES,
        ConnectionFailedError,
        f"gateway {{id}}: the proxy on the way to {{endpoint}} could not be reached, {TRIES}; {_PROXY_VARIABLES}",
        tries=10,
    ),
    Fault(
        "proxy-refuses",
        "The proxy answers 403 instead of a tunnel: it may not lead there.",
        {"": _behind(_answers(http(403, b"<h1>no</h1>")))},
        ONE_TRY,
        ConnectionFailedError,
        f"gateway {{id}}: the proxy on the way to {{endpoint}} refused (HTTP 403); {_PROXY_VARIABLES}",
        tries=1,
    ),
    Fault(
        "proxy-login",
        "The proxy answers 407: its user name or password is missing or wrong.",
        {"": _behind(_answers(http(407, b"", "Proxy-Authenticate: Basic")))},
        ONE_TRY,
        ConnectionFailedError,
        "gateway {id}: the proxy on the way to {endpoint} refused (HTTP 407); check the user name and password in "
        "HTTPS_PROXY",
        tries=1,
    ),
    Fault(
        "proxy-fails",
        "The proxy answers 502 instead of a tunnel.",
        {"": _behind(_answers(http(502, b"")))},
        TEN_TRIES,
        ConnectionFailedError,
        f"gateway {{id}}: the proxy on the way to {{endpoint}} refused (HTTP 502), {TRIES}; {_PROXY_VARIABLES}",
        tries=10,
    ),
    Fault(
        "proxy-no-http",
        "What answers as the proxy speaks no HTTP.",
        {"": _behind(_answers(b"SSH-2.0-OpenSSH\r\n"))},
        TEN_TRIES,
        ConnectionFailedError,
        NO_HTTP,
        tries=10,
    ),
    Fault(
        "proxy-hangs-up",
        "The proxy closes the connection instead of an answer.",
        {"": _behind(_answers(b""))},
        TEN_TRIES,
        ConnectionFailedError,
        RESET,
        tries=10,
    ),
    Fault(
        "proxy-silent",
        "The proxy takes the connection, and says nothing.",
        {"": _behind(silence, slow=True)},
        TEN_TRIES,
        DeadlineExceededError,
        SILENT,
        tries=10,
    ),
    Fault(
        "proxy-no-url",
        "`HTTPS_PROXY` holds no URL of a proxy.",
        {
            "port": _no_proxy(f"http://user:{_PASSWORD}@127.0.0.1:port"),
            "host": _no_proxy(f"http://user:{_PASSWORD}@"),
            "scheme": _no_proxy(f"gopher://user:{_PASSWORD}@127.0.0.1:70"),
        },
        ONE_TRY,
        ConnectionFailedError,
        UNUSABLE,
        tries=1,
    ),
)
