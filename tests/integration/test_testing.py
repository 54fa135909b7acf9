"""The mocks, as users' unit tests use them: without an engine and without sockets."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from pulumi_coreweave_gateway import (
    DeploymentsLookup,
    GatewayLookup,
    GatewaysLookup,
    get_deployments,
    get_deployments_output,
    get_gateway,
    get_gateway_output,
    get_gateways,
    get_gateways_output,
)
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.errors import AmbiguousNameError, FleetError, NotFoundError
from pulumi_coreweave_gateway.testing import GATEWAY_LOOKUP, GET_GATEWAY, GatewayMocks, mock_deployment, mock_gateway
from tests.integration.deployment import deploy
from tests.unit.mocked import outcome
from tests.unit.samples import FULL, ID

PROGRAM = """
import pulumi
import pulumi_coreweave_gateway as coreweave

prod = coreweave.GatewayLookup("prod", gateway_name="prod", wait_for_ready=True)
by_id = coreweave.GatewayLookup("by-id", gateway_id=pulumi.Output.from_input("00000000-0000-4000-8000-000000000001"))
fleet = coreweave.GatewaysLookup("fleet", zones=["US-EAST-04A"])
function = coreweave.get_gateway(gateway_name="staging")
later = coreweave.get_gateway_output(gateway_name=pulumi.Output.from_input("prod"))
several = coreweave.get_gateways(["00000000-0000-4000-8000-000000000001"])
several_later = coreweave.get_gateways_output(name_pattern="p*")
other = pulumi.CustomResource("shop:index:Other", "other", {"endpoint": prod.endpoint})
"""

TEST = """
import pulumi
import pytest
import pytest_socket
from pulumi_coreweave_gateway import NotFoundError, get_gateway
from pulumi_coreweave_gateway.testing import GatewayMocks, mock_gateway

pytest_socket.disable_socket(allow_unix_socket=True)
STAGING = "00000000-0000-4000-8000-000000000001"
pulumi.runtime.set_mocks(GatewayMocks([
    mock_gateway("prod"),
    mock_gateway("staging", gateway_id=STAGING, ready=False, zone="US-WEST-01A"),
]))
import program


def check(output, expected):
    def compare(value):
        assert value == expected
    return output.apply(compare)


@pulumi.runtime.test
def test_by_name():
    return pulumi.Output.all(
        check(program.prod.status, "STATUS_READY"),
        check(program.prod.name, "prod"),
        check(pulumi.Output.all(program.prod.id, program.prod.endpoint).apply(lambda both: both[0] in both[1]), True),
        check(program.prod.body_based_routing.api_type, "API_TYPE_OPENAI"),
    )


@pulumi.runtime.test
def test_by_id():
    return pulumi.Output.all(
        check(program.by_id.status, "STATUS_CREATING"),
        check(program.by_id.endpoint, ""),
        check(program.by_id.id, STAGING),
    )


@pulumi.runtime.test
def test_fleet():
    return check(program.fleet.gateways.apply(lambda all: [one.name for one in all]), ["prod"])


@pulumi.runtime.test
def test_functions():
    assert program.function.gateway_id == STAGING
    assert [one.name for one in program.several.gateways] == ["staging"]
    return pulumi.Output.all(
        check(program.later.name, "prod"),
        check(program.several_later.apply(lambda found: [one.name for one in found.gateways]), ["prod"]),
    )


def test_missing_gateway():
    with pytest.raises(Exception, match="mocked get_gateway: no gateway has the name 'stagin'; .*'staging' "):
        get_gateway(gateway_name="stagin")
"""


def test_every_lookup_works_under_mocks(tmp_path: Path) -> None:
    """A user's unit test runs a program with every kind of lookup, with sockets forbidden."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "test_program.py").write_text(TEST)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_program.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "5 passed" in done.stdout


def test_ambiguous_or_unknown_name_lists_the_candidates() -> None:
    """The errors are those of a real lookup, and list the candidates."""
    a, b = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
    mocks = GatewayMocks(
        [mock_gateway("prod", gateway_id=b, ready=False), mock_gateway("prod", gateway_id=a, zone="A")]
    )
    both = f"'prod' ({a}, A, STATUS_READY), 'prod' ({b}, US-EAST-04A, STATUS_CREATING)"
    with pytest.raises(AmbiguousNameError) as ambiguous:
        mocks.new_resource(
            MockResourceArgs(
                GATEWAY_LOOKUP, "here", {"gateway_name": "prod", "include_timestamps": False}, None, None, None
            )
        )
    assert str(ambiguous.value) == (
        f"mocked lookup 'here': 2 gateways have the name 'prod': {both}; look one of them up by its ID"
    )
    with pytest.raises(NotFoundError) as missing:
        mocks.call(MockCallArgs(GET_GATEWAY, {"gateway_name": "prd"}, ""))
    assert str(missing.value).startswith(
        "mocked get_gateway: no gateway has the name 'prd'; gateways visible to the token: 'prod' ("
    )


@pytest.mark.enable_socket  # an event loop has a pair of sockets
def test_fleet_names_the_failure_of_each_gateway() -> None:
    """As with the real API, a program finds each gateway that is missing in the error."""
    with pytest.raises(FleetError) as caught:
        outcome(lambda: get_gateways([ID]), engine=GatewayMocks())
    assert {key: type(error) for key, error in caught.value.failures.items()} == {ID: NotFoundError}


def test_mocks_create_an_event_loop_if_there_is_none() -> None:
    """``set_mocks`` works at module level on Python 3.14, where no thread has an event loop by default."""

    def create() -> None:
        with pytest.raises(RuntimeError):
            asyncio.get_event_loop()
        GatewayMocks([])
        asyncio.get_event_loop().close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(create).result()


BARE = "00000000-0000-4000-8000-000000000001"
"""A gateway that has only an ID."""


def _every_lookup() -> pulumi.Output[Any]:
    """Look up gateways and deployments in every way, and return all outputs."""
    lookups = [
        GatewayLookup("id", gateway_id=BARE),
        GatewayLookup("name", gateway_name="prod"),
        GatewayLookup("timestamps", gateway_id=ID, include_timestamps=True),
        GatewayLookup("profile", gateway_name="prod", profile="eu"),
    ]
    fleets = [
        GatewaysLookup("ids", gateway_ids=[ID, BARE, ID]),
        GatewaysLookup("skipped", gateway_ids=[ID, ID.replace("6", "0")], missing="skip"),
        GatewaysLookup("every", include_timestamps=True),
        GatewaysLookup("filtered", statuses=["STATUS_READY"], profile="eu"),
    ]
    deployments = [
        DeploymentsLookup("models", gateway_id=ID),
        DeploymentsLookup("stamped", include_timestamps=True),
        DeploymentsLookup("model", model="m", profile="eu"),
    ]
    return pulumi.Output.all(
        *({name: getattr(found, name) for name in ("id", *_outputs(DeploymentsLookup))} for found in deployments),
        [get_deployments(gateway_id=ID), get_deployments_output(missing="skip", model="none", profile="eu")],
        *({name: getattr(lookup, name) for name in ("id", *_outputs(GatewayLookup))} for lookup in lookups),
        *({name: getattr(fleet, name) for name in ("id", *_outputs(GatewaysLookup))} for fleet in fleets),
        [get_gateway(ID), get_gateway(gateway_name="prod", profile="eu"), get_gateway_output(gateway_name="prod")],
        [get_gateways(), get_gateways([ID], profile="eu"), get_gateways_output(name_pattern="p*")],
    )


def _outputs(kind: type) -> list[str]:
    return [name for name in kind.__annotations__ if name != "is_lookup"]


@pytest.mark.enable_socket
def test_mocks_return_what_a_real_lookup_returns(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each lookup has the same outputs under mocks as with an API that has the same objects, in every profile."""
    ours, theirs = [FULL, {"spec": {"id": BARE}}], [{"spec": FULL["spec"], "status": {"status": "STATUS_READY"}}]
    model = mock_deployment("m", gateway_ids=[ID])
    europe = GatewayMocks(theirs, deployments=[model])
    mocks = GatewayMocks(ours, deployments=[model], profiles={"eu": europe})
    mocked = outcome(_every_lookup, preview=False, engine=mocks).value
    coreweave_emulator.replace(ours)
    coreweave_emulator.add_deployment(model)
    coreweave_emulator.setenv(monkeypatch)
    with Emulator(theirs) as eu:
        eu.add_deployment(model)
        monkeypatch.setenv("COREWEAVE_EU_API_ENDPOINT", eu.url)
        monkeypatch.setenv("COREWEAVE_EU_API_TOKEN", eu.token)
        assert deploy(_every_lookup) == mocked
