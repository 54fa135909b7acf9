"""Any response becomes a gateway or a GatewayError."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.client.models import Gateway, Listing
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import GatewayError
from tests.integration.test_failures import Clock
from tests.server import Connection, Server, http
from tests.unit.strategies import STEADY, any_json, any_texts, gateways, nearly_gateways

pytestmark = pytest.mark.enable_socket

TOKEN = "cw-distinctive-token"
ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"


def _is_one_line(message: str) -> bool:
    return message.isprintable() and len(message) < 2000


def _outcome(call: Callable[[], Any]) -> Any:
    """Return a call's result, or the GatewayError that it raises."""
    try:
        return call()
    except GatewayError as error:
        return error


class _Server(Server):
    """A server that responds to every request with ``response``."""

    def __init__(self) -> None:
        super().__init__(self._respond)
        self.response = b""

    def _respond(self, connection: Connection) -> None:
        if connection.request():
            connection.send(self.response)


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[_Server]:
    server = _Server()
    with server:
        yield server


_values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20)
_headers = st.dictionaries(
    st.sampled_from(["Retry-After", "Content-Type", "X-Request-Id", "Location", "Content-Encoding", "Set-Cookie"]),
    _values | st.sampled_from([TOKEN, f"https://{TOKEN}.example/{TOKEN}", "gzip", "0", "7"]),
    max_size=3,
)
_statuses = st.just(200) | st.sampled_from([400, 401, 404, 429, 500, 503, 301, 302]) | st.integers(201, 599)
_words = any_texts | st.sampled_from([TOKEN, f"bad token {TOKEN}!", f"\x1b[31m{TOKEN}"])
_bodies = (
    st.binary(max_size=50)
    | st.sampled_from([b"<html></html>", TOKEN.encode()])
    | st.one_of(
        any_json,
        nearly_gateways().map(lambda gateway: {"gateway": gateway}),
        gateways.map(lambda gateway: {"gateway": {**gateway, "spec": {**gateway["spec"], "id": ID}}}),
        st.lists(nearly_gateways() | gateways, max_size=3).map(lambda items: {"items": items}),
        st.fixed_dictionaries({"code": st.integers(-1, 20) | _words, "message": _words}),
    ).map(lambda value: json.dumps(value).encode())
)


@settings(STEADY, max_examples=60)
@example(what="get", status=302, body=b"", headers={"Location": f"https://{TOKEN}.example/{TOKEN}"})
@example(what="list", status=401, body=json.dumps({"code": TOKEN, "message": TOKEN}).encode(), headers={})
@example(what="get", status=404, body=b"", headers={"X-Request-Id": f"{TOKEN}\x1b[31m"})
@given(what=st.sampled_from(["get", "list"]), status=_statuses, body=_bodies, headers=_headers)
def test_any_response(server: _Server, what: str, status: int, body: bytes, headers: dict[str, str]) -> None:
    """Any status, headers and body become gateways or a one-line GatewayError without the token."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    server.response = http(status, b"" if status in {204, 205, 304} else body, *lines)
    with GatewayClient(Settings(server.url, Token(TOKEN)), clock=Clock()) as client:
        found = _outcome(lambda: client.get(ID) if what == "get" else client.list())
    if isinstance(found, GatewayError):
        assert _is_one_line(str(found)), str(found)
        assert TOKEN not in f"{found}{found!r}{vars(found)}"
        assert status != 200 or found.http_status in {None, 200}
    elif what == "get":
        assert isinstance(found, Gateway)
        assert (status, found.spec.id) == (200, ID)
    else:
        assert status == 200
        assert isinstance(found, Listing)
        assert all(isinstance(gateway, Gateway) for gateway in found.items)
        assert TOKEN not in repr(found.unreadable)
