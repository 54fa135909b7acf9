"""Redirects, which are never followed: the token would be sent along with the request."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import partial

from pulumi_coreweave_gateway.client.redaction import LEFT_OUT
from pulumi_coreweave_gateway.errors import APIError

from .. import tls
from ..hostile import HostileServer, Visit
from ..model import Fault, Scene, Start, fails
from ..responses import ID, TOKEN, healthy, http, responds
from ..scenes import served
from .messages import SETTING

_PATH = f"/v1alpha1/inference/gateways/{ID}"
_SECRET = "session-Do-Not-Show-1c4f"


def _redirects(name: str, status: int, where: str, starts: Start | Mapping[str, Start], cause: str = "") -> Fault:
    message = (
        f"gateway {{id}}: {{endpoint}} redirects to {where}, and the token is not sent there (HTTP {status}); set "
        f"{SETTING} to the API itself, and look for a proxy or a login page in between"
    )
    return fails(name, APIError, message, starts, cause=cause)


def _to(location: str, status: int = 302) -> Start:
    return served(responds(http(status, b"<a>moved</a>", f"Location: {location}")), secrets=(TOKEN, _SECRET))


def _to_same_host(status: int) -> Start:
    def redirect(visit: Visit) -> None:
        if visit.request():
            visit.send(http(status, b"", f"Location: http://127.0.0.1:{visit.port}{_PATH}/"))

    return served(redirect, healthy)


@contextlib.contextmanager
def _to_another_host(status: int) -> Iterator[Scene]:
    """Set up a server that redirects to another one, which would accept the token."""
    with HostileServer(healthy) as other:
        location = f"http://localhost:{other.port}{_PATH}?key={_SECRET}"
        with served(responds(http(status, b"", f"Location: {location}")), secrets=(TOKEN, _SECRET))() as scene:
            scene.untouched = (other,)
            yield scene


@contextlib.contextmanager
def _from_https_to_http(status: int) -> Iterator[Scene]:
    """Set up a server that redirects from https to plain http."""
    with HostileServer(healthy) as other:
        redirect = responds(http(status, b"", f"Location: http://localhost:{other.port}{_PATH}"))

        def over_tls(visit: Visit) -> None:
            visit.over_tls(tls.context())
            redirect(visit)

        with served(over_tls, scheme="https", environ={"REQUESTS_CA_BUNDLE": tls.bundle()})() as scene:
            scene.untouched = (other,)
            yield scene


FAULTS = (
    *(
        _redirects(
            f"redirect-{status}",
            status,
            "localhost",
            partial(_to_another_host, status),
            cause="A login page or a proxy is in between, or the endpoint is a website." if status == 302 else "",
        )
        for status in (301, 302, 303, 307, 308)
    ),
    _redirects("redirect-same-host", 307, "127.0.0.1", _to_same_host(307)),
    _redirects("redirect-to-http", 301, "localhost", partial(_from_https_to_http, 301)),
    _redirects(
        "redirect-no-host",
        302,
        "another location",
        {"path": _to("/login"), "not-a-url": _to("http://[half"), "script": _to("javascript:x")},
    ),
    _redirects(
        "redirect-password",
        302,
        "login.example",
        _to(f"https://user:{_SECRET}@login.example:8443/{_SECRET}?session={_SECRET}#{_SECRET}"),
    ),
    _redirects("redirect-token", 302, LEFT_OUT, _to(f"https://{TOKEN.lower()}.login.example/")),
    _redirects("redirect-304", 304, "another location", served(responds(http(304)))),
)
