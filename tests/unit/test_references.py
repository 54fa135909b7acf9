"""The pickled references to the providers, which every state holds."""

from __future__ import annotations

import base64
import pickle
import pickletools

import dill  # type: ignore[import-untyped]
import pytest
from pulumi.dynamic import ResourceProvider

from pulumi_coreweave_gateway import providers
from pulumi_coreweave_gateway.pulumi_internals import PROVIDER_KEY, provider_reference

# These never change, because states hold them.
REFERENCES = {
    "DEPLOYMENTS": "Y3B1bHVtaV9jb3Jld2VhdmVfZ2F0ZXdheS5wcm92aWRlcnMKREVQTE9ZTUVOVFMKcDAKLg==",
    "GATEWAY": "Y3B1bHVtaV9jb3Jld2VhdmVfZ2F0ZXdheS5wcm92aWRlcnMKR0FURVdBWQpwMAou",
    "GATEWAYS": "Y3B1bHVtaV9jb3Jld2VhdmVfZ2F0ZXdheS5wcm92aWRlcnMKR0FURVdBWVMKcDAKLg==",
}
INSTANCES = {name: value for name, value in vars(providers).items() if isinstance(value, ResourceProvider)}


def test_every_provider_has_a_reference() -> None:
    """A new provider needs its reference here."""
    assert set(INSTANCES) == set(REFERENCES)


@pytest.mark.parametrize("name", REFERENCES)
def test_reference_never_changes(name: str) -> None:
    """The reference is the same in every version, so that no update shows a change."""
    assert provider_reference(INSTANCES[name]) == REFERENCES[name]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("loads", [pickle.loads, dill.loads], ids=["pickle", "dill"])
def test_reference_loads_the_instance(name: str, loads: object) -> None:
    """The reference loads as the module's instance: nothing is captured or copied."""
    assert callable(loads)
    assert loads(base64.b64decode(REFERENCES[name])) is INSTANCES[name]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_pickles_a_name(name: str, protocol: int) -> None:
    """With every protocol, the pickle is a short name instead of the object's content."""
    pickled = pickle.dumps(INSTANCES[name], protocol)
    assert len(pickled) < 100
    assert pickle.loads(pickled) is INSTANCES[name]  # noqa: S301 - our own
    assert not {"BUILD", "REDUCE", "NEWOBJ"} & {code.name for code, _, _ in pickletools.genops(pickled)}


def test_reference_is_not_a_secret() -> None:
    """The state stays readable, because the SDK doesn't encrypt the reference."""
    assert all(instance.serialize_as_secret_always is False for instance in INSTANCES.values())
    assert PROVIDER_KEY == "__provider"
