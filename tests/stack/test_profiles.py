"""Two organizations in one program, on the real engine."""

import re
from collections.abc import Iterator

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, said


@pytest.fixture
def europe() -> Iterator[Emulator]:
    """Yield a second API, with a token of its own."""
    with Emulator(token="tok-europe-only") as emulator:
        yield emulator


def test_two_organizations_in_one_program(project: Project, coreweave_emulator: Emulator, europe: Emulator) -> None:
    """Each profile uses its own endpoint and token; lookups in the state have only the profile's name."""
    here = coreweave_emulator.add(name="here")
    there = europe.add(name="there")
    europe.add_deployment(model="there", gateway_ids=[there])
    project.succeed("config", "set", "--secret", "coreweave-eu:token", "tok-europe-only")
    project.set({"coreweave-eu:endpoint": europe.url})
    project.program(
        f"""
import pulumi
from pulumi_coreweave_gateway import DeploymentsLookup, GatewayLookup, GatewaysLookup, get_deployments, get_gateway
pulumi.export("here", GatewayLookup("here", gateway_id={here!r}).name)
pulumi.export("there", GatewayLookup("there", gateway_id={there!r}, profile="eu").name)
pulumi.export("named", GatewayLookup("named", gateway_name="there", profile="eu").name)
pulumi.export("fleet", GatewaysLookup("fleet", profile="eu").gateways.apply(lambda all: [one.name for one in all]))
pulumi.export("function", get_gateway({there!r}, profile="eu").name)
pulumi.export("models", DeploymentsLookup("models", profile="eu").models[0])
pulumi.export("models function", get_deployments(profile="eu").models[0])
"""
    )
    assert project.up() == {
        "here": "here",
        "there": "there",
        "named": "there",
        "fleet": ["there"],
        "function": "there",
        "models": "there",
        "models function": "there",
    }
    for entry in project.lookups():
        assert entry["inputs"]["profile"] == ("" if entry["urn"].endswith("::here") else "eu")
        assert "tok-europe-only" not in str(entry)
        assert europe.url not in str(entry)


def test_profile_inherits_no_token(project: Project, coreweave_emulator: Emulator) -> None:
    """A profile without a token is an error that names its own settings; no request is sent with another token."""
    gateway_id = coreweave_emulator.add(name="here")
    project.program(
        f"from pulumi_coreweave_gateway import GatewayLookup\n"
        f"GatewayLookup('there', gateway_id={gateway_id!r}, profile='eu')\n"
    )
    done = project.cli("preview")
    assert done.returncode != 0
    error = re.search(r"GatewayLookup \(there\):\n +error: (.*)", said(done))
    assert error, said(done)
    for name in ("COREWEAVE_EU_API_TOKEN", "CW_EU_API_TOKEN", "pulumi config set --secret coreweave-eu:token"):
        assert name in error[1]
    assert coreweave_emulator.requests() == []
