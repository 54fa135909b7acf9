"""Redirects: never followed, since the token would go along."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial

from pulumi_coreweave_gateway.errors import APIError

from .. import tls
from ..answers import HUGE, ID, MUCH, TOKEN, answers, explodes, floods, healthy, http
from ..hostile import HostileServer, Visit
from ..model import ONE_TRY, Fault, Scene, Start
from ..scenes import served
from .words import ENDPOINT

_PATH = f"/v1alpha1/inference/gateways/{ID}"
_SECRET = "session-Do-Not-Show-1c4f"
_STATUSES = (301, 302, 303, 307, 308)


def _words(status: int, where: str) -> str:
    return (
        f"gateway {{id}}: {{endpoint}} redirects to {where}, and a token is not sent along (HTTP {status}); set "
        f"{ENDPOINT} to the API itself, and look for a login or proxy page in the way"
    )


def _to(location: str, status: int = 302) -> Start:
    return served(answers(http(status, b"<a>moved</a>", f"Location: {location}")), secrets=(TOKEN, _SECRET))


def _to_same_host(status: int) -> Start:
    def redirect(visit: Visit) -> None:
        if visit.request():
            visit.send(http(status, b"", f"Location: http://127.0.0.1:{visit.port}{_PATH}/"))

    return served(redirect, healthy)


@contextlib.contextmanager
def _to_another_host(status: int) -> Iterator[Scene]:
    """Set up a server that redirects to another one, which would gladly take the token."""
    with HostileServer(healthy) as other:
        location = f"http://localhost:{other.port}{_PATH}?key={_SECRET}"
        with served(answers(http(status, b"", f"Location: {location}")), secrets=(TOKEN, _SECRET))() as scene:
            scene.strangers = (other,)
            yield scene


@contextlib.contextmanager
def _from_https_to_http(status: int) -> Iterator[Scene]:
    """Set up a server that redirects from https to plain http."""
    with HostileServer(healthy) as other:
        redirect = answers(http(status, b"", f"Location: http://localhost:{other.port}{_PATH}"))

        def over_tls(visit: Visit) -> None:
            visit.over_tls(tls.context())
            redirect(visit)

        with served(over_tls, scheme="https", environ={"REQUESTS_CA_BUNDLE": tls.bundle()})() as scene:
            scene.strangers = (other,)
            yield scene


FAULTS = (
    *(
        Fault(
            f"redirect-{status}-same-host",
            f"Status {status} to another path of the same host.",
            {"": _to_same_host(status)},
            ONE_TRY,
            APIError,
            _words(status, "127.0.0.1"),
            requests=1,
        )
        for status in _STATUSES
    ),
    *(
        Fault(
            f"redirect-{status}-other-host",
            f"Status {status} to another host, with a secret in the URL.",
            {"": partial(_to_another_host, status)},
            ONE_TRY,
            APIError,
            _words(status, "localhost"),
            requests=1,
        )
        for status in _STATUSES
    ),
    Fault(
        "redirect-to-http",
        "A redirect from `https` to plain `http`.",
        {"": partial(_from_https_to_http, 301)},
        ONE_TRY,
        APIError,
        _words(301, "localhost"),
        requests=1,
    ),
    Fault(
        "redirect-relative",
        "A redirect that names no host.",
        {
            "path": _to("/login"),
            "nothing": _to(""),
            "no-url": _to("http://[half"),
            "script": _to("javascript:alert(1)"),
        },
        ONE_TRY,
        APIError,
        _words(302, "another place"),
        requests=1,
    ),
    Fault(
        "redirect-password",
        "A redirect to a URL with a user, a password and a session in it.",
        {"": _to(f"https://user:{_SECRET}@login.example:8443/{_SECRET}?session={_SECRET}#{_SECRET}")},
        ONE_TRY,
        APIError,
        _words(302, "login.example"),
        requests=1,
    ),
    Fault(
        "redirect-token",
        "A redirect to a host that is named like the token.",
        {"": _to(f"https://{TOKEN}.login.example/"), "lower": _to(f"https://{TOKEN.lower()}.login.example/")},
        ONE_TRY,
        APIError,
        _words(302, "***.login.example"),
        requests=1,
    ),
    Fault(
        "redirect-long-host",
        "A redirect to a host whose name is endless.",
        {"": _to(f"https://{'x' * 5000}.example/")},
        ONE_TRY,
        APIError,
        _words(302, f"{'x' * 64}…"),
        requests=1,
    ),
    Fault(
        "redirect-large",
        "A redirect whose body is huge: a hundred MiB, or a gzip bomb. It is not read.",
        {
            "plain": served(
                floods(http(302, b"", "Location: https://login.example/", length=HUGE)),
                most_sent=MUCH,
                most_memory=MUCH,
            ),
            "no-length": served(
                floods(http(302, b"", "Location: https://login.example/", length=None)),
                most_sent=MUCH,
                most_memory=MUCH,
            ),
            "bomb": served(explodes(302, "Location: https://login.example/"), most_memory=MUCH),
        },
        ONE_TRY,
        APIError,
        _words(302, "login.example"),
        requests=1,
    ),
    Fault(
        "redirect-304",
        "Status 304, though nothing was asked for on condition; or another 3xx that names no place.",
        {"304": served(answers(http(304)))},
        ONE_TRY,
        APIError,
        _words(304, "another place"),
        requests=1,
    ),
)
