"""The fuzz target: the bytes of a body → JSON → a gateway → its outputs."""

from __future__ import annotations

import json
from typing import Any

from pulumi_coreweave_gateway.client.body import InvalidBodyError, parse_json
from pulumi_coreweave_gateway.client.models import Gateway, parse_gateway
from pulumi_coreweave_gateway.errors import InvalidResponseError
from pulumi_coreweave_gateway.gateways.outputs import gateway_outputs

KEY = "wandb-key-that-nobody-may-see"
"""A secret in the bodies, which must not be in an output or a message."""

_LONGEST_MESSAGE = 2000
_NAMES = set(gateway_outputs(parse_gateway({"spec": {"id": "00000000-0000-4000-8000-000000000000"}})))


class InvariantError(Exception):
    """A body breaks an invariant."""


def read(body: bytes) -> Gateway | None:
    """Return the gateway in a body, or None if the body is rejected.

    Raises:
        InvariantError: An error's message isn't one short line, or shows the secret.
        Exception: A bug, which a user would see as a traceback.

    """
    try:
        value = parse_json(body)
    except InvalidBodyError:
        return None
    try:
        return parse_gateway(value.get("gateway") if isinstance(value, dict) else value, "gateway")
    except InvalidResponseError as error:
        _require("a message on one short line", str(error).isprintable() and len(str(error)) < _LONGEST_MESSAGE)
        _require("no value in a message", KEY not in str(error))
        return None


def check(body: bytes) -> None:
    """Read a body, and check that the state can hold the outputs.

    Raises:
        InvariantError: The outputs break an invariant, or show the secret.

    """
    gateway = read(body)
    if gateway is None:
        return
    outputs = gateway_outputs(gateway)
    _require("every output, and no other", set(outputs) == _NAMES)
    _require("plain values only, none of them None", _plain(outputs))
    _require("Unicode", json.loads(json.dumps(outputs, ensure_ascii=False).encode("utf-8")) == outputs)
    auth = json.loads(body)["gateway"]["spec"].get("weightsAndBiasesAuth") if KEY.encode() in body else None
    if auth and auth.get("apiKey") == KEY and body.count(KEY.encode()) == 1:
        _require("no key in the outputs", KEY not in json.dumps(outputs) and KEY not in repr(gateway))
        _require("apiKeySet to be true", outputs["weightsAndBiasesAuth"]["apiKeySet"])
    wire = {"gateway": json.loads(gateway.model_dump_json(by_alias=True))}
    again = read(json.dumps(wire).encode())
    _require("the dumped gateway to be valid", again is not None)
    if again is not None:
        second = gateway_outputs(again)
        # The key is discarded while parsing: only the first result has its presence.
        second["weightsAndBiasesAuth"]["apiKeySet"] = outputs["weightsAndBiasesAuth"]["apiKeySet"]
        _require("the same outputs after a round trip", second == outputs)


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_plain, value))
    return type(value) in {str, bool}


def _require(what: str, holds: bool) -> None:
    if not holds:
        raise InvariantError(f"expected {what}")
