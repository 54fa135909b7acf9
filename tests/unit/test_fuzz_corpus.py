"""The bodies that fuzzing has found; ``make soak`` searches for more."""

import pytest

from pulumi_coreweave_gateway.client import models
from tests.fuzz import target
from tests.fuzz.mutator import mutate
from tests.fuzz.seeds import contract_bodies, corpus_bodies, nested_bodies

_LARGEST = 16 * 1024


@pytest.mark.parametrize("body", [*contract_bodies(), *nested_bodies(), *corpus_bodies()], ids=lambda body: body[:30])
def test_every_known_body_is_a_gateway_or_one_of_our_errors(body: bytes) -> None:
    """Each body ends in a gateway that a state can hold, or in one short line that shows no value."""
    target.check(body)


def test_changed_bodies_of_the_contract_keep_the_promises() -> None:
    """A thousand changes of the contract's gateways end likewise, and a good part of them in gateways."""
    seeds = contract_bodies()
    read = 0
    for seed in range(1000):
        body = mutate(seeds[seed % len(seeds)], _LARGEST, seed, lambda body, _: body.replace(b"a", b"b", 1))
        target.check(body)
        read += target.read(body) is not None
    assert 100 < read < 900


def test_a_leak_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a message to show a value, the fuzzer would say so."""
    body = f'{{"gateway": {{"spec": {{"id": "{target.KEY}"}}}}}}'.encode()
    target.check(body)
    monkeypatch.setattr(models, "_first", lambda error: str(error.errors()[0]["input"]))
    with pytest.raises(target.BrokenPromiseError, match="no value in a message"):
        target.check(body)


def test_a_field_that_is_lost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were an output to be missing, the fuzzer would say so."""
    monkeypatch.setattr(target, "gateway_outputs", lambda gateway: {"name": gateway.spec.name})
    with pytest.raises(target.BrokenPromiseError, match="every output"):
        target.check(contract_bodies()[0])
