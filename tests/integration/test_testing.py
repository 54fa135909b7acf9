"""The mocks, as users' unit tests use them: without an engine and without sockets."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from pulumi_coreweave_gateway.errors import AmbiguousNameError, NotFoundError
from pulumi_coreweave_gateway.testing import GATEWAY_LOOKUP, GET_GATEWAY, GatewayMocks, mock_gateway

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
        mocks.new_resource(MockResourceArgs(GATEWAY_LOOKUP, "here", {"gatewayName": "prod"}, None, None, None))
    assert str(ambiguous.value) == (
        f"mocked lookup 'here': 2 gateways have the name 'prod': {both}; look one of them up by its ID"
    )
    with pytest.raises(NotFoundError) as missing:
        mocks.call(MockCallArgs(GET_GATEWAY, {"gatewayName": "prd"}, ""))
    assert str(missing.value).startswith(
        "mocked get_gateway: no gateway has the name 'prd'; gateways visible to the token: 'prod' ("
    )


@pytest.mark.enable_socket  # an event loop has a pair of sockets
def test_mocks_create_an_event_loop_if_there_is_none() -> None:
    """``set_mocks`` works at module level on Python 3.14, where no thread has an event loop by default."""

    def create() -> None:
        with pytest.raises(RuntimeError):
            asyncio.get_event_loop()
        GatewayMocks([])
        asyncio.get_event_loop().close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(create).result()
