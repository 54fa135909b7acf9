"""Errors hold no secret, however they are printed, pickled or copied."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import GatewayError
from tests.integration.faults.hostile import Behaviour, HostileServer, Visit
from tests.integration.faults.responses import body, http, responds
from tests.integration.leaks.search import Finding, Search
from tests.integration.leaks.secrets import SECRETS, TOKEN, WANDB_KEY

_SEARCH = Search(SECRETS)
_ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
_WITH_KEY = {"apiKey": WANDB_KEY, "serverUrl": "https://wandb.example.com"}


def _gateway(**spec: Any) -> bytes:
    return body({"gateway": {"spec": {"id": _ID, "name": "prod", "weightsAndBiasesAuth": _WITH_KEY, **spec}}})


def _refused(status: int, message: str, *headers: str, code: object = 7) -> Behaviour:
    return responds(http(status, body({"code": code, "message": message, "details": [{"token": TOKEN}]}), *headers))


def _broken_off(visit: Visit) -> None:
    if visit.request():
        visit.send(http(200, _gateway(), length=10**6))
        visit.reset()


FAULTS: Mapping[str, Behaviour] = {
    "401": _refused(401, f"{TOKEN} is unknown", f"X-Request-Id: {TOKEN}"),
    "403-url": _refused(403, f"?token={quote(TOKEN, safe='')}", f"X-Request-Id: {quote(TOKEN)}", code=TOKEN),
    "503": _refused(503, TOKEN * 20, f"Set-Cookie: {TOKEN}"),
    "status-line": responds(f"HTTP/1.1 {TOKEN}\r\n\r\n".encode()),
    "redirect": responds(http(302, b"", f"Location: https://{TOKEN}@login.example/?t={TOKEN}")),
    "redirect-host": responds(http(302, b"", f"Location: https://{quote(TOKEN, safe='')}.example/")),
    "html": responds(http(200, f"<p>{TOKEN} {WANDB_KEY}</p>".encode(), kind="text/html")),
    "broken-off": _broken_off,
    "two-values": responds(http(200, _gateway() * 2)),
    "no-gateway": responds(http(200, body({"gateway": WANDB_KEY}))),
    "wrong-type": responds(http(200, _gateway(name={TOKEN: WANDB_KEY}))),
    "echo-folded": _refused(403, "no", f"X-Request-Id: {TOKEN[:15]}\r\n {TOKEN[15:]}"),
}


def _findings(error: BaseException) -> list[Finding]:
    """Search everything that a program, a log or a crash reporter may show of an error."""
    shown: list[str | bytes] = [pickle.dumps(error), repr(vars(copy.copy(error)))]
    shown += traceback.format_exception(error)
    for one in (error, error.__cause__, error.__context__):
        if one is not None:
            shown += [str(one), repr(one), repr(one.args), repr(vars(one)), *traceback.format_exception(one)]
    return [finding for text in shown for finding in _SEARCH.text("error", text)]


@pytest.mark.parametrize("name", FAULTS)
def test_error_holds_no_secret(name: str) -> None:
    """Neither the token nor the W&B key is in an error, its parts or its pickle, whatever the server sent."""
    with HostileServer(FAULTS[name]) as server:
        settings = Settings(f"http://127.0.0.1:{server.port}", Token(TOKEN), lookup_timeout=0.5)
        with GatewayClient(settings) as client, pytest.raises(GatewayError) as caught:
            client.get(_ID)
        assert server.requests
    assert _findings(caught.value) == []


@pytest.mark.parametrize("plant", ["argument", "attribute", "cause"])
def test_planted_secret_is_found(plant: str) -> None:
    """A secret in an argument, an attribute or a cause of an error is found."""
    error = GatewayError(TOKEN if plant == "argument" else "harmless")
    if plant == "attribute":
        error.server_message = quote(WANDB_KEY, safe="")
    if plant == "cause":
        error.__cause__ = ValueError(f"Authorization: {TOKEN}")
    assert _findings(error)
