"""The provider's reference, as every state holds it."""

from __future__ import annotations

import base64
import pickle
import pickletools

import dill  # type: ignore[import-untyped]
import pytest
from pulumi.dynamic import ResourceProvider

from pulumi_coreweave_gateway import providers
from pulumi_coreweave_gateway.pulumi_internals import PROVIDER_KEY, provider_reference

# For ever: states hold these texts.
REFERENCES = {
    "GATEWAY": "Y3B1bHVtaV9jb3Jld2VhdmVfZ2F0ZXdheS5wcm92aWRlcnMKR0FURVdBWQpwMAou",
    "GATEWAYS": "Y3B1bHVtaV9jb3Jld2VhdmVfZ2F0ZXdheS5wcm92aWRlcnMKR0FURVdBWVMKcDAKLg==",
}
INSTANCES = {name: value for name, value in vars(providers).items() if isinstance(value, ResourceProvider)}


def test_every_provider_has_one() -> None:
    """No provider can be added without its reference being written down here."""
    assert set(INSTANCES) == set(REFERENCES)


@pytest.mark.parametrize("name", REFERENCES)
def test_never_changes(name: str) -> None:
    """A state that any version wrote names the provider by the same text, so that no update shows a change."""
    assert provider_reference(INSTANCES[name]) == REFERENCES[name]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("loads", [pickle.loads, dill.loads], ids=["pickle", "dill"])
def test_leads_to_the_instance(name: str, loads: object) -> None:
    """What stands in the state, read as the SDK reads it, is the one instance: nothing is captured or copied."""
    assert callable(loads)
    assert loads(base64.b64decode(REFERENCES[name])) is INSTANCES[name]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_by_name_in_every_protocol(name: str, protocol: int) -> None:
    """However it is pickled, it is a name, a few dozen bytes long, and never an object's content."""
    pickled = pickle.dumps(INSTANCES[name], protocol)
    assert len(pickled) < 100
    assert pickle.loads(pickled) is INSTANCES[name]  # noqa: S301 - our own
    assert not {"BUILD", "REDUCE", "NEWOBJ"} & {code.name for code, _, _ in pickletools.genops(pickled)}


@pytest.mark.parametrize("name", REFERENCES)
def test_configured_provider_is_the_same(name: str) -> None:
    """Nor does a provider that holds a token take it along."""
    instance = INSTANCES[name]
    before = vars(instance).copy()
    vars(instance)["_reader"] = "cw-distinctive-token"
    try:
        assert base64.b64encode(pickle.dumps(instance, 0)).decode() == REFERENCES[name]
    finally:
        vars(instance).update(before)


def test_not_a_secret() -> None:
    """A state stays readable: the SDK is told that the reference holds no secret."""
    assert all(instance.serialize_as_secret_always is False for instance in INSTANCES.values())
    assert PROVIDER_KEY == "__provider"
