"""The seeds: every gateway of the contract, deep nesting, and the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.fuzz.target import KEY

CORPUS = Path(__file__).parent / "corpus"
_READABLE_DEPTH, _UNREADABLE_DEPTH = 200, 200_000
_CONTRACT = Path(__file__).parents[1] / "integration" / "contract" / "gateways.yaml"


class _Loader(yaml.SafeLoader):
    """Loads times as text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def contract_bodies() -> list[bytes]:
    """Return a response for each gateway of the contract, without and with a W&B key."""
    gateways = yaml.load(_CONTRACT.read_text(encoding="utf-8"), Loader=_Loader)["gateways"]  # noqa: S506
    responses = [{"gateway": made} for gateway in gateways for made in (gateway, _with_key(gateway))]
    return [json.dumps(response).encode() for response in responses]


def nested_bodies() -> list[bytes]:
    """Return two deeply nested bodies, of which only the first can be parsed."""
    return [
        b'{"gateway": {"spec": ' + b"[" * depth + b"]" * depth + b"}}" for depth in (_READABLE_DEPTH, _UNREADABLE_DEPTH)
    ]


def corpus_bodies() -> list[bytes]:
    """Return the corpus: one body for each path through the code that fuzzing has found."""
    return [file.read_bytes() for file in sorted(CORPUS.iterdir())]


def _with_key(gateway: dict[str, Any]) -> dict[str, Any]:
    return {**gateway, "spec": {**gateway["spec"], "weightsAndBiasesAuth": {"apiKey": KEY}}}
