"""The provider plugin over gRPC, without an engine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, plugin_pb2
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.engine_pb2_grpc import EngineServicer, add_EngineServicer_to_server
from pydantic.alias_generators import to_camel
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway import get_gateway, get_gateways
from pulumi_coreweave_gateway.about import VERSION
from pulumi_coreweave_gateway.client.client import CONNECTIONS
from pulumi_coreweave_gateway.emulator import EXAMPLE_GATEWAYS, Emulator
from tests.integration.processes import PLUGIN, PluginProcess, eventually

pytestmark = pytest.mark.enable_socket

CONTRACT_GATEWAYS = Path(__file__).parent / "contract" / "gateways.yaml"
MISSING = "00000000-0000-4000-8000-00000000dead"


class _EngineLog(EngineServicer):
    """An engine that records the messages that it is to display."""

    def __init__(self) -> None:
        self.messages: list[tuple[int, str]] = []

    def Log(self, request: engine_pb2.LogRequest, context: Any) -> Empty:  # noqa: N802 - gRPC's name
        self.messages.append((request.severity, request.message))
        return Empty()


@pytest.fixture(scope="module")
def process() -> Iterator[PluginProcess]:
    """Yield one plugin process for the module."""
    with PluginProcess() as started:
        yield started


@pytest.fixture
def plugin(process: PluginProcess, coreweave_emulator: Any) -> PluginProcess:
    """Return the plugin, configured for the test's emulator."""
    process.configure(endpoint=coreweave_emulator.url, token=coreweave_emulator.token)
    return process


def test_version_and_schema(process: PluginProcess) -> None:
    """The plugin's version is the package's, and so is the schema's."""
    assert process.stub.GetPluginInfo(Empty()).version == VERSION
    schema = json.loads(process.stub.GetSchema(protocol.GetSchemaRequest()).schema)
    assert schema["version"] == VERSION
    assert schema["config"]["variables"]["token"]["secret"] is True
    # A default from the environment would make SDKs copy the token into the provider's inputs.
    assert "defaultInfo" not in json.dumps(schema)
    assert schema["language"]["python"]["packageName"] != "pulumi_coreweave_gateway"


def test_attaches_and_has_no_resources(process: PluginProcess) -> None:
    """An engine can attach to a running plugin; the methods for resources aren't implemented."""
    process.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
    with pytest.raises(grpc.RpcError) as raised:
        process.stub.Create(protocol.CreateRequest())
    error: Any = raised.value
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED


def test_gateway_by_id_and_by_name(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """Lookups by ID and by name return the same outputs."""
    gateway_id = coreweave_emulator.add(name="prod")
    by_id = plugin.invoke("getGateway", gatewayId=gateway_id)
    assert by_id["gatewayId"] == gateway_id
    assert by_id["endpoint"] == f"https://api.{gateway_id}.gw.cwinference.com"
    assert plugin.invoke("getGateway", gatewayName="prod") == by_id


def test_every_output_is_present(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """Even a gateway with only an ID has every output that the schema requires, at every level."""
    schema = json.loads(plugin.stub.GetSchema(protocol.GetSchemaRequest()).schema)
    bare = coreweave_emulator.add({"spec": {"id": "00000000-0000-4000-8000-000000000001"}})
    full = coreweave_emulator.add(name="full")

    def check(value: Any, expected: Any, path: str) -> None:
        expected = schema["types"][expected["$ref"].rpartition("/")[2]] if "$ref" in expected else expected
        kinds = {"string": "str", "boolean": "bool", "array": "list", "object": "dict"}
        assert type(value).__name__ == kinds[expected["type"]], path
        if expected["type"] == "array":
            for item in value:
                check(item, expected["items"], f"{path}[]")
        elif expected["type"] == "object":
            assert sorted(value) == expected["required"] == sorted(expected["properties"]), path
            for name, item in value.items():
                check(item, expected["properties"][name], f"{path}.{name}")

    for gateway_id in (bare, full):
        outputs = schema["functions"]["coreweave-gateway:index:getGateway"]["outputs"]
        check(plugin.invoke("getGateway", gatewayId=gateway_id), outputs, "gateway")
    outputs = schema["functions"]["coreweave-gateway:index:getGateways"]["outputs"]
    check(plugin.invoke("getGateways"), outputs, "gateways")


def in_camel_case(value: Any) -> Any:
    """Return a value with its keys in camelCase, at any depth."""
    if isinstance(value, dict):
        return {to_camel(name): in_camel_case(item) for name, item in value.items()}
    return [in_camel_case(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("gateways", [EXAMPLE_GATEWAYS, CONTRACT_GATEWAYS], ids=["examples", "contract"])
def test_plugin_and_package_return_the_same(
    process: PluginProcess, gateways: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plugin and the Python package return equal values, field by field, for gateways with every field."""
    with Emulator(gateways) as emulator:
        process.configure(endpoint=emulator.url, token=emulator.token)
        emulator.setenv(monkeypatch)
        fleet = process.invoke("getGateways")["gateways"]
        assert in_camel_case(get_gateways()) == fleet
        assert len(fleet) == len(yaml.safe_load(gateways.read_text(encoding="utf-8"))["gateways"])
        for gateway in fleet:
            assert process.invoke("getGateway", gatewayId=gateway["gatewayId"]) == gateway
            assert in_camel_case(get_gateway(gateway["gatewayId"])) == gateway


def test_fleets(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """Gateways are in the order of the IDs, or match the filters; an empty list needs no request."""
    prod, dev = coreweave_emulator.add(name="prod"), coreweave_emulator.add(name="dev", zone="US-WEST-01A")

    def ids(**arguments: Any) -> list[str]:
        return [gateway["gatewayId"] for gateway in plugin.invoke("getGateways", **arguments)["gateways"]]

    assert ids(gatewayIds=[prod, dev, prod]) == [prod, dev]
    assert ids(gatewayIds=[dev, MISSING], missing="skip") == [dev]
    assert ids() == sorted([prod, dev])
    assert ids(zones=["US-WEST-01A"]) == [dev]
    assert ids(statuses=["STATUS_READY"], namePattern="pr*") == [prod]
    before = coreweave_emulator.requests()
    assert ids(gatewayIds=[]) == []
    assert coreweave_emulator.requests() == before


def test_errors_are_one_line(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """Each error is one line without a traceback, the token or a Python name."""
    coreweave_emulator.add(name="twin", gateway_id="00000000-0000-4000-8000-000000000001")
    coreweave_emulator.add(name="twin", gateway_id="00000000-0000-4000-8000-000000000002")
    errors = {
        "exactly one of gatewayId and gatewayName": plugin.error("getGateway", gatewayId=MISSING, gatewayName="prod"),
        "pass exactly one": plugin.error("getGateway"),
        "did you mean gatewayId?": plugin.error("getGateway", gatewayID=MISSING),
        "pass a gateway's name as gatewayName": plugin.error("getGateway", gatewayId="prod"),
        "gatewayIds[0]: 'prod' is not a UUID": plugin.error("getGateways", gatewayIds=["prod"]),
        "as a string": plugin.error("getGateway", gatewayName=1.0),
        MISSING: plugin.error("getGateway", gatewayId=MISSING),
        "no gateway has the name 'prod'": plugin.error("getGateway", gatewayName="prod"),
        "2 gateways have the name 'twin'": plugin.error("getGateway", gatewayName="twin"),
        "1 of 1": plugin.error("getGateways", gatewayIds=[MISSING]),
    }
    for expected, error in errors.items():
        assert expected in error
        for unwanted in ("\n", "Traceback", coreweave_emulator.token, "gateway_", "get_gateway"):
            assert unwanted not in error


def test_gateway_that_must_be_ready(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """The error names what every language has: no lookup with a wait, and arguments in camelCase."""
    found = coreweave_emulator.add(name="prod", ready=False)
    error = plugin.error("getGateway", gatewayName="prod", requireReady=True)
    assert error.startswith(f"gateway {found}: not ready (STATUS_CREATING; ")
    assert error.endswith("); run the command again once it is ready, or omit requireReady")
    coreweave_emulator.become_ready(found)
    assert plugin.invoke("getGateway", gatewayId=found, requireReady=True)["ready"]


def test_rejected_token_is_not_shown(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """A token that the API rejects appears nowhere in the error."""
    plugin.configure(endpoint=coreweave_emulator.url, token="CW-SECRET-wrong")
    error = plugin.error("getGateway", gatewayId=MISSING)
    assert "HTTP 401" in error
    assert "CW-SECRET-wrong" not in error


def test_settings_are_resolved_by_the_first_lookup(process: PluginProcess) -> None:
    """Configure succeeds without a token, so that destroy and refresh don't need one; a lookup fails."""
    process.configure()
    assert "COREWEAVE_API_TOKEN" in process.error("getGateway", gatewayId=MISSING)


def test_names_share_one_list(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """Lookups by name at about the same time share one request; a name that isn't in the list causes another."""
    for number in range(20):
        coreweave_emulator.add(name=f"gateway-{number}")
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda number: plugin.invoke("getGateway", gatewayName=f"gateway-{number}"), range(20)))
    assert [gateway["name"] for gateway in found] == [f"gateway-{number}" for number in range(20)]
    assert len(coreweave_emulator.requests()) == 1
    coreweave_emulator.add(name="created-later")
    assert plugin.invoke("getGateway", gatewayName="created-later")["name"] == "created-later"
    assert len(coreweave_emulator.requests()) == 2


def test_list_that_failed_is_requested_again(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """The failure of a list isn't the result of later lookups."""
    coreweave_emulator.add(name="prod")
    coreweave_emulator.script(403)
    assert "HTTP 403" in plugin.error("getGateway", gatewayName="prod")
    assert plugin.invoke("getGateway", gatewayName="prod")["name"] == "prod"


def test_cancelled_calls_send_nothing_more(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """The request of a call that an engine has given up isn't sent when it would be its turn."""
    gateway_id = coreweave_emulator.add(name="prod")
    coreweave_emulator.script(delay=1.0, times=CONNECTIONS)
    with ThreadPoolExecutor(2 * CONNECTIONS) as pool:
        calls = [pool.submit(plugin.invoke, "getGateway", gatewayId=gateway_id) for _ in range(CONNECTIONS)]
        eventually(lambda: len(coreweave_emulator.requests()) == CONNECTIONS)
        given_up = [pool.submit(plugin.invoke, "getGateway", 0.2, gatewayId=gateway_id) for _ in range(CONNECTIONS)]
        assert all(call.result()["name"] == "prod" for call in calls)
        assert all(isinstance(call.exception(), grpc.RpcError) for call in given_up)
    assert plugin.invoke("getGateway", gatewayId=gateway_id)["name"] == "prod"
    assert len(coreweave_emulator.requests()) == CONNECTIONS + 1


def test_replacement_is_found_after_an_earlier_list(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """A shared list in which the name's only gateway is being deleted is requested again."""
    old = coreweave_emulator.add(name="prod")
    coreweave_emulator.change(old, status={"status": "STATUS_DELETING"})
    assert plugin.invoke("getGateway", gatewayName="prod")["gatewayId"] == old
    new = coreweave_emulator.add(name="prod")
    assert plugin.invoke("getGateway", gatewayName="prod")["gatewayId"] == new


def test_filters_warn_of_values_that_no_gateway_has(coreweave_emulator: Any) -> None:
    """The engine displays a warning of a filter value that no gateway has; without the engine, the call succeeds.

    The plugin is configured by environment variables alone.
    """
    prod = coreweave_emulator.add(name="prod")
    engine = grpc.server(ThreadPoolExecutor(1))
    log = _EngineLog()
    add_EngineServicer_to_server(log, engine)
    address = f"127.0.0.1:{engine.add_insecure_port('127.0.0.1:0')}"
    engine.start()
    # gRPC would look for the engine behind the proxy.
    environ = {**coreweave_emulator.environ, "http_proxy": "http://127.0.0.1:9"}
    with PluginProcess(environ, engine=address) as plugin:
        plugin.configure()
        for _ in range(2):
            assert plugin.invoke("getGateways", zones=["us-east-04a", "MARS-01"])["gateways"][0]["gatewayId"] == prod
            engine.stop(None).wait()
    text = "getGateways: no gateway is in the zone 'MARS-01'; zones of the gateways: 'US-EAST-04A'"
    assert log.messages == [(engine_pb2.WARNING, text)]


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        ("getGateway", "gatewayId"),
        ("getGateway", "gatewayName"),
        *(("getGateways", name) for name in ("gatewayIds", "zones", "statuses", "namePattern")),
    ],
)
def test_argument_without_a_value_is_an_error(plugin: PluginProcess, function: str, argument: str) -> None:
    """A null, such as an output that another stack doesn't have, never widens a lookup to all gateways."""
    assert plugin.error(function, **{argument: None}).startswith(f"{function}: {argument} has no value (None); ")


def test_concurrent_requests_are_limited(plugin: PluginProcess, coreweave_emulator: Any) -> None:
    """Calls and a fleet share the connections, and their requests in flight are limited."""
    ids = [coreweave_emulator.add(name=f"gateway-{number}") for number in range(40)]
    coreweave_emulator.script(delay=0.1, times=None)
    with ThreadPoolExecutor(21) as pool:
        fleet = pool.submit(plugin.invoke, "getGateways", gatewayIds=ids)
        found = list(pool.map(lambda one: plugin.invoke("getGateway", gatewayId=one)["gatewayId"], ids[:20]))
        assert found == ids[:20]
        assert [gateway["gatewayId"] for gateway in fleet.result()["gateways"]] == ids
    requests = coreweave_emulator.requests()
    assert len(requests) == 21
    assert 2 <= len({request.port for request in requests}) <= CONNECTIONS


def test_folder_for_package_add_runs_the_plugin() -> None:
    """The folder with PulumiPlugin.yaml runs as a program, as Pulumi's Python host runs it."""
    folder = CHECKOUT / "plugin"
    assert yaml.safe_load((folder / "PulumiPlugin.yaml").read_text()) == {
        "name": "coreweave-gateway",
        "runtime": "python",
    }
    with PluginProcess(command=[sys.executable, str(folder)]) as plugin:
        assert plugin.stub.GetPluginInfo(Empty()).version == VERSION


@pytest.mark.parametrize("cancelled_first", [True, False])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_process_without_output(coreweave_emulator: Any, number: int, cancelled_first: bool) -> None:
    """A signal ends the process and all calls, those that wait for the API and those that are only arriving."""
    coreweave_emulator.add(name="prod", gateway_id=MISSING)
    coreweave_emulator.script(delay=20.0, times=None)
    with PluginProcess(coreweave_emulator.environ) as plugin:
        plugin.configure()
        with ThreadPoolExecutor(40) as pool:
            calls = [pool.submit(plugin.invoke, "getGateway", gatewayId=MISSING) for _ in range(CONNECTIONS)]
            eventually(lambda: len(coreweave_emulator.requests()) == CONNECTIONS)
            if cancelled_first:
                plugin.stub.Cancel(Empty())
            late = [pool.submit(plugin.invoke, "getGateway", gatewayId=MISSING) for _ in range(20)]
            assert plugin.end(number) == (0, "", "")
            assert all("the lookup was cancelled" in str(call.exception()) for call in calls)
            assert all(isinstance(call.exception(), grpc.RpcError) for call in late)
            # gRPC's message for the calls that it ends itself, after the grace period.
            assert not any("Cancelling all calls" in str(call.exception()) for call in late)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no parent to lose")
def test_ends_when_the_engine_is_gone(coreweave_emulator: Any) -> None:
    """A plugin ends some seconds after its engine was killed."""
    engine = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1], stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline(), flush=True)
input()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", engine, PLUGIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    plugin = int(parent.stdout.readline().split()[0])
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(plugin, 0)
        except ProcessLookupError:
            return
        time.sleep(0.2)
    os.kill(plugin, signal.SIGKILL)
    pytest.fail("the plugin outlived its engine")
