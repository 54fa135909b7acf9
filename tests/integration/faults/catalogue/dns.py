"""Host names that can't be resolved, or that resolve to several addresses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial

from pulumi_coreweave_gateway.errors import TransportError

from .. import tls
from ..hostile import HostileServer, Visit
from ..model import Scene, fails, keeps_failing, passes
from ..responses import healthy
from ..scenes import SLOW, at, deaf, elsewhere, names
from .messages import INVALID_URL, NO_HOST, SILENT


@contextlib.contextmanager
def _never_found() -> Iterator[Scene]:
    """Set up a host whose name lookup hangs."""
    with names(silent=[]):
        yield at("https://silent.example", SLOW)


@contextlib.contextmanager
def _second_address(*, first_is_deaf: bool) -> Iterator[Scene]:
    """Set up a host with two addresses, of which only the second has a server."""

    def healthy_over_tls(visit: Visit) -> None:
        visit.over_tls(tls.context(tls.chain(host="two.example")))
        healthy(visit)

    with HostileServer(healthy_over_tls) as server, contextlib.ExitStack() as stack:
        if first_is_deaf:
            stack.enter_context(deaf("127.0.0.2", server.port))
        stack.enter_context(names(two=["127.0.0.2", "127.0.0.1"]))
        environ = {"COREWEAVE_HTTP_TIMEOUT": "2", "REQUESTS_CA_BUNDLE": tls.bundle()}
        scene = at(f"https://two.example:{server.port}", environ)
        scene.server = server
        yield scene


FAULTS = (
    keeps_failing(
        "dns-no-such-host",
        TransportError,
        NO_HOST,
        elsewhere("https://no-such-host.invalid"),
        requests=0,
        cause="The endpoint is misspelled, or the machine has no DNS or no network.",
    ),
    fails(
        "dns-invalid-name",
        TransportError,
        INVALID_URL,
        {"empty": elsewhere("https://api..invalid"), "long-label": elsewhere(f"https://{'a' * 64}.invalid")},
        requests=0,
    ),
    keeps_failing("dns-silent", TransportError, SILENT, _never_found, requests=0),
    passes(
        "dns-second-address",
        {
            "refuses": partial(_second_address, first_is_deaf=False),
            "silent": partial(_second_address, first_is_deaf=True),
        },
    ),
)
