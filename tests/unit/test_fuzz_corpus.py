"""Response bodies found by fuzzing; ``make soak`` searches for more."""

import pytest

from pulumi_coreweave_gateway.client import models
from tests.fuzz import target
from tests.fuzz.mutator import mutate
from tests.fuzz.seeds import contract_bodies, corpus_bodies, nested_bodies

_LARGEST = 16 * 1024


@pytest.mark.parametrize("body", [*contract_bodies(), *nested_bodies(), *corpus_bodies()], ids=lambda body: body[:30])
def test_known_body_is_a_gateway_or_an_error(body: bytes) -> None:
    """Each body becomes a gateway that a state can hold, or a short one-line error that shows no value."""
    target.check(body)


def test_mutated_body_is_a_gateway_or_an_error() -> None:
    """A thousand mutations of the contract's gateways become gateways or errors, and many of them gateways."""
    seeds = contract_bodies()
    read = 0
    for seed in range(1000):
        body = mutate(seeds[seed % len(seeds)], _LARGEST, seed, lambda body, _: body.replace(b"a", b"b", 1))
        target.check(body)
        read += target.read(body) is not None
    assert 100 < read < 900


def test_leak_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzz target fails if a message shows a value."""
    body = f'{{"gateway": {{"spec": {{"id": "{target.KEY}"}}}}}}'.encode()
    target.check(body)
    monkeypatch.setattr(models, "_first", lambda error: str(error.errors()[0]["input"]))
    with pytest.raises(target.InvariantError, match="no value in a message"):
        target.check(body)


def test_missing_output_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzz target fails if an output is missing."""
    monkeypatch.setattr(target, "gateway_outputs", lambda gateway: {"name": gateway.spec.name})
    with pytest.raises(target.InvariantError, match="every output"):
        target.check(contract_bodies()[0])
