"""What a program gets hold of: errors, settings, clients and gateways, however they are shown or stored."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from pulumi_coreweave_gateway.client import GatewayClient
from pulumi_coreweave_gateway.client.models import parse_gateway
from pulumi_coreweave_gateway.config import Settings, Token
from pulumi_coreweave_gateway.errors import GatewayError
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs
from tests.integration.faults.answers import answers, body, http
from tests.integration.faults.hostile import Behaviour, HostileServer, Visit
from tests.integration.leaks.search import Finding, Search
from tests.integration.leaks.secrets import SECRETS, TOKEN, WANDB_KEY

_SEARCH = Search(SECRETS)
_ID = "6f1c0d7e-8a52-4b0e-9d3f-0c5b7e2a4411"
_WITH_KEY = {"apiKey": WANDB_KEY, "serverUrl": "https://wandb.example.com"}


def _gateway(**spec: Any) -> bytes:
    return body({"gateway": {"spec": {"id": _ID, "name": "prod", "weightsAndBiasesAuth": _WITH_KEY, **spec}}})


def _refused(status: int, message: str, *headers: str, code: object = 7) -> Behaviour:
    return answers(http(status, body({"code": code, "message": message, "details": [{"token": TOKEN}]}), *headers))


def _broken_off(visit: Visit) -> None:
    if visit.request():
        visit.send(http(200, _gateway(), length=10**6))
        visit.reset()


FAULTS: Mapping[str, Behaviour] = {
    "401": _refused(401, f"{TOKEN} is unknown", f"X-Request-Id: {TOKEN}"),
    "403": _refused(403, f"Bearer {TOKEN}", code=TOKEN),
    "403-url": _refused(403, f"?token={quote(TOKEN, safe='')}", f"X-Request-Id: {quote(TOKEN)}"),
    "403-html": answers(http(403, f"<p>{TOKEN}</p>".encode(), kind="text/html")),
    "503": _refused(503, TOKEN * 20, f"Set-Cookie: {TOKEN}"),
    "status-line": answers(f"HTTP/1.1 {TOKEN}\r\n\r\n".encode()),
    "redirect": answers(http(302, b"", f"Location: https://{TOKEN}@login.example/?t={TOKEN}")),
    "redirect-host": answers(http(302, b"", f"Location: https://{quote(TOKEN, safe='')}.example/")),
    "html": answers(http(200, f"<p>{TOKEN} {WANDB_KEY}</p>".encode(), kind="text/html")),
    "cut": answers(http(200, _gateway()[:-2])),
    "broken-off": _broken_off,
    "two-values": answers(http(200, _gateway() * 2)),
    "no-gateway": answers(http(200, body({"gateway": WANDB_KEY}))),
    "wrong-id": answers(http(200, _gateway(id=TOKEN))),
    "wrong-type": answers(http(200, _gateway(name={TOKEN: WANDB_KEY}))),
    "beside-the-key": answers(
        http(200, _gateway(weightsAndBiasesAuth={"apiKey": WANDB_KEY, "serverUrl": [WANDB_KEY]}))
    ),
    "key-for-object": answers(http(200, _gateway(weightsAndBiasesAuth=WANDB_KEY))),
    "silence": lambda visit: visit.hold(),
    "echo-folded": _refused(403, "no", f"X-Request-Id: {TOKEN[:15]}\r\n {TOKEN[15:]}"),
}


def _settings(endpoint: str) -> Settings:
    return Settings(endpoint=endpoint, token=Token(TOKEN), http_timeout=0.5, lookup_timeout=0.5)


def _shown(value: object) -> Iterator[tuple[str, str | bytes]]:
    """Yield all that a program, a log or a crash reporter makes of a value."""
    for name, show in (("str", str), ("repr", repr), ("vars", lambda one: repr(getattr(one, "__dict__", None)))):
        yield name, show(value)
    if isinstance(value, BaseException):
        yield "args", repr(value.args)
        yield "traceback", "".join(traceback.format_exception(value))
        yield "pickle", pickle.dumps(value)
        yield "copy", repr(vars(copy.copy(value)))
        for wrapped in (value.__cause__, value.__context__):
            if wrapped is not None:
                yield from _shown_without_pickle(wrapped)


def _shown_without_pickle(error: BaseException) -> Iterator[tuple[str, str]]:
    yield "what it wraps", f"{error!s} {error!r} {error.args!r} {''.join(traceback.format_exception(error))}"


def _findings(value: object) -> list[Finding]:
    return [finding for place, shown in _shown(value) for finding in _SEARCH.text(place, shown)]


@pytest.mark.parametrize("name", FAULTS)
def test_an_error_holds_no_secret(name: str) -> None:
    """Neither the token nor the W&B key is in an error, its parts or its pickle, whatever the server sent."""
    with HostileServer(FAULTS[name]) as server, GatewayClient(_settings(f"http://127.0.0.1:{server.port}")) as client:
        with pytest.raises(GatewayError) as caught:
            client.get(_ID)
        assert server.requests or name == "silence"
    assert _findings(caught.value) == []


def test_settings_and_client_show_no_token() -> None:
    """Settings, token and client show stars for the token, and can't be pickled with it."""
    settings = _settings("http://127.0.0.1:9")
    with GatewayClient(settings) as client:
        for value in (settings, settings.token, client, f"{settings.token:>40}", [settings.token]):
            assert _findings(value) == []
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(settings)


def test_a_gateway_has_dropped_the_key() -> None:
    """A gateway, its outputs and its pickle know that there was a W&B key, and not the key."""
    gateway = parse_gateway({"spec": {"id": _ID, "weightsAndBiasesAuth": _WITH_KEY}})
    auth = gateway.spec.weights_and_biases_auth
    assert auth is not None
    assert auth.api_key_set
    assert _findings(gateway) == []
    for kept in (pickle.dumps(gateway), gateway.model_dump_json(), repr(gateway_outputs(gateway)), repr(auth.__dict__)):
        assert _SEARCH.text("kept", kept) == []


@pytest.mark.parametrize("plant", ["argument", "attribute", "cause"])
def test_a_planted_secret_is_found(plant: str) -> None:
    """An error that holds a secret in an argument, an attribute or a cause is found out."""
    error = GatewayError(TOKEN if plant == "argument" else "harmless")
    if plant == "attribute":
        error.server_message = quote(WANDB_KEY, safe="")
    if plant == "cause":
        error.__cause__ = ValueError(f"Authorization: {TOKEN}")
    assert _findings(error)
