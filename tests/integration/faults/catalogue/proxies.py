"""Proxies: those that fail, and those that must not be used."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from pulumi_coreweave_gateway.errors import TransportError

from .. import tls
from ..hostile import Behaviour, HostileServer, Visit, free_port
from ..model import Scene, Start, fails, keeps_failing, passes
from ..responses import TOKEN, healthy, http, responds, silence
from ..scenes import SLOW, at, served
from .messages import INVALID_URL, SILENT

_PASSWORD = "proxy-Do-Not-Show-77c1"
_REMEDY = "check the proxy variables (HTTPS_PROXY, NO_PROXY), and the user name and password in them"
_REFUSED = f"gateway {{id}}: the proxy refused a connection to {{endpoint}} (HTTP STATUS); {_REMEDY}"


def _scene(proxy: str, *, slow: bool = False) -> Scene:
    scene = at("https://api.coreweave.example", {"HTTPS_PROXY": proxy, **(SLOW if slow else {})})
    scene.secrets = (TOKEN, _PASSWORD)
    return scene


def _behind(behaviour: Behaviour, *, slow: bool = False) -> Start:
    """Return a function that sets up a proxy with this behaviour, whose URL holds a password."""

    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        with HostileServer(behaviour) as proxy:
            scene = _scene(f"http://user:{_PASSWORD}@127.0.0.1:{proxy.port}", slow=slow)
            scene.proxies = (proxy,)
            yield scene

    return start


def _gone(scheme: str) -> Start:
    @contextlib.contextmanager
    def start() -> Iterator[Scene]:
        with free_port() as port:
            yield _scene(f"{scheme}://user:{_PASSWORD}@127.0.0.1:{port}")

    return start


def _invalid(url: str) -> Start:
    return lambda: contextlib.nullcontext(_scene(url))


def _tunnel(visit: Visit, port: int) -> None:
    """Forward everything, as a proxy should, and record what the client sends."""
    visit.request()
    with socket.create_connection(("127.0.0.1", port)) as onward:
        visit.send(http(200, b"", length=None))
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


def _healthy_over_tls(visit: Visit) -> None:
    visit.over_tls(tls.context())
    healthy(visit)


def _drips(visit: Visit) -> None:
    if visit.request():
        visit.drip(b"HTTP/1.1 200 Whatever\r\nX-Long: " + b"a" * 10_000, 0.02)


@contextlib.contextmanager
def _tunnelled() -> Iterator[Scene]:
    """Set up a working proxy."""
    with (
        served(_healthy_over_tls, scheme="https", environ={"REQUESTS_CA_BUNDLE": tls.bundle()})() as scene,
        HostileServer(lambda visit: _tunnel(visit, scene.server.port if scene.server else 0)) as proxy,
    ):
        scene.environ["HTTPS_PROXY"] = f"http://user:{_PASSWORD}@127.0.0.1:{proxy.port}"
        scene.proxies = (proxy,)
        yield scene


@contextlib.contextmanager
def _past(*variables: str) -> Iterator[Scene]:
    """Set up an endpoint on this machine, and a proxy that must not be used for it."""
    with HostileServer(healthy) as proxy, served(healthy)() as scene:
        scene.environ |= dict.fromkeys(variables, f"http://127.0.0.1:{proxy.port}")
        scene.untouched = (proxy,)
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
        f"gateway {{id}}: no connection to {{endpoint}} through the proxy; {_REMEDY}",
        {"http": _gone("http"), "socks": _gone("socks5h")},
        requests=0,
        cause="A proxy variable is outdated, the proxy is down, or a SOCKS proxy refuses the connection.",
    ),
    fails(
        "proxy-refuses",
        TransportError,
        _REFUSED.replace("STATUS", "403"),
        _behind(responds(http(403, b"<h1>no</h1>"))),
        requests=0,
        cause="The proxy doesn't allow the API's host.",
    ),
    fails(
        "proxy-login",
        TransportError,
        _REFUSED.replace("STATUS", "407"),
        _behind(responds(http(407, b"", "Proxy-Authenticate: Basic"))),
        requests=0,
        cause="The proxy requires a user name and a password.",
    ),
    keeps_failing(
        "proxy-fails",
        TransportError,
        _REFUSED.replace("STATUS", "502"),
        _behind(responds(http(502, b""))),
        requests=0,
    ),
    keeps_failing(
        "proxy-silent",
        TransportError,
        SILENT,
        {"silent": _behind(silence, slow=True), "drips": _behind(_drips, slow=True)},
        requests=0,
    ),
    fails(
        "proxy-invalid-url",
        TransportError,
        INVALID_URL,
        {
            "port": _invalid(f"http://user:{_PASSWORD}@127.0.0.1:port"),
            "host": _invalid(f"http://user:{_PASSWORD}@"),
            "scheme": _invalid(f"gopher://user:{_PASSWORD}@127.0.0.1:70"),
        },
        requests=0,
    ),
)
