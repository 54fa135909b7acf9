"""The dynamic providers in their own process, called over gRPC as engines call them.

On a read step, older engines send the inputs and no properties, newer ones both. On a refresh, all send the previous
outputs as properties, and no inputs.
"""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_coreweave_gateway import GatewayLookup, providers
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.gateways.outputs import state_name
from pulumi_coreweave_gateway.gateways.request import FleetRequest
from pulumi_coreweave_gateway.provider_process.reader import FLEET_CONNECTIONS
from pulumi_coreweave_gateway.pulumi_internals import PROVIDER_KEY, provider_reference

pytestmark = pytest.mark.enable_socket

UNKNOWN = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"
PATIENCE = 30.0
URN = "urn:pulumi:stack::project::pulumi-python:dynamic/coreweave:GatewayLookup::prod"

Values = dict[str, Any]


class ProviderProcess:
    """The SDK's process of dynamic providers, as the engine starts it.

    Args:
        environ: Environment variables, in addition to those of this process.
        config: The stack configuration.

    """

    def __init__(
        self,
        environ: Mapping[str, str],
        config: Mapping[str, str] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-W", "error", "-m", "pulumi.dynamic"],
            env={**os.environ, "PULUMI_PROJECT": "project", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._stderr: list[bytes] = []
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config or {})), timeout=PATIENCE)

    def read(self, id_: str, *, inputs: Values | None = None, properties: Values | None = None) -> tuple[str, Values]:
        """Return the ID and the properties in the response to a read."""
        response = self._stub.Read(
            provider_pb2.ReadRequest(
                id=id_,
                urn=URN,
                inputs=None if inputs is None else _struct(inputs),
                properties=None if properties is None else _struct(properties),
            ),
            timeout=PATIENCE,
        )
        return response.id, json_format.MessageToDict(response.properties)

    def error(self, id_: str, **shape: Values) -> str:
        """Return the error message of a read that fails."""
        with pytest.raises(grpc.RpcError) as caught:
            self.read(id_, **shape)
        return str(caught.value.details())

    def __enter__(self) -> ProviderProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def stderr(self) -> str:
        """Return what the process wrote to stderr, once it has ended: an engine shows all of it to the user."""
        return b"".join(self._stderr).decode()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        self._stderr.extend(self._process.stderr)


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


@pytest.fixture(scope="module", name="shared_emulator")
def _shared_emulator() -> Iterator[Emulator]:
    """Yield the emulator that the provider's process is configured for."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def coreweave_emulator(shared_emulator: Emulator) -> Emulator:
    """Return the shared emulator, without gateways and scripts."""
    shared_emulator.replace([])
    shared_emulator.script(times=None)
    return shared_emulator


@pytest.fixture(name="provider", scope="module")
def _provider(shared_emulator: Emulator) -> Iterator[ProviderProcess]:
    """Yield a provider's process that is configured by its environment."""
    with ProviderProcess(shared_emulator.environ) as process:
        yield process
    assert process.stderr() == ""


def _inputs(gateway_id: str, profile: str = "") -> Values:
    return {"gatewayId": gateway_id, "profile": profile, PROVIDER_KEY: provider_reference(providers.GATEWAY)}


def _fleet(request: FleetRequest) -> Values:
    return {**request.to_state(), PROVIDER_KEY: provider_reference(providers.GATEWAYS)}


class TestOneGateway:
    """Reading one gateway."""

    @pytest.mark.parametrize("properties", [None, {}], ids=["no properties", "empty properties"])
    def test_read_step_of_older_engines(
        self, provider: ProviderProcess, coreweave_emulator: Emulator, properties: Values | None
    ) -> None:
        """Without properties the inputs are used, and the response has all outputs."""
        gateway_id = coreweave_emulator.add(name="prod")
        found, outputs = provider.read(gateway_id, inputs=_inputs(gateway_id), properties=properties)
        assert found == gateway_id
        assert set(outputs) == {*map(state_name, GatewayLookup.__annotations__), PROVIDER_KEY} - {
            "isLookup",
            "updatedAt",
        }
        assert (outputs["name"], outputs["status"], outputs["profile"]) == ("prod", "STATUS_READY", "")
        assert outputs["endpoints"] == [f"https://api.{gateway_id}.gw.cwinference.com"]
        assert outputs[PROVIDER_KEY] == provider_reference(providers.GATEWAY)

    def test_read_step_of_newer_engines(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """With the inputs as properties, the read isn't treated as a refresh: a missing gateway is an error."""
        gateway_id = coreweave_emulator.add(name="prod")
        inputs = _inputs(gateway_id)
        assert provider.read(gateway_id, inputs=inputs, properties=inputs) == provider.read(gateway_id, inputs=inputs)
        assert "not found" in provider.error(UNKNOWN, inputs=_inputs(UNKNOWN), properties=_inputs(UNKNOWN))

    def test_refresh(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """A refresh, which sends only the previous outputs, returns the current ones."""
        gateway_id = coreweave_emulator.add(name="prod", ready=False)
        _, before = provider.read(gateway_id, inputs=_inputs(gateway_id))
        assert provider.read(gateway_id, properties=before) == (gateway_id, before)
        coreweave_emulator.become_ready(gateway_id)
        found, after = provider.read(gateway_id, properties=before)
        assert found == gateway_id
        assert (before["ready"], after["ready"]) == (False, True)
        assert set(before) == set(after)

    def test_refresh_behind_a_proxy(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """A 404 that doesn't come from the API removes no gateway from the state or from a fleet."""
        gateway_id = coreweave_emulator.add(name="prod")
        request = FleetRequest(gateway_ids=(gateway_id,), missing="skip")
        _, before = provider.read(gateway_id, inputs=_inputs(gateway_id))
        _, fleet = provider.read(request.resource_id, inputs=_fleet(request))
        coreweave_emulator.script(404, times=None, text="<html>404 Not Found</html>")
        for message in (
            provider.error(gateway_id, properties=before),
            provider.error(request.resource_id, properties=fleet),
        ):
            assert (
                f"gateway {gateway_id}: unexpected response from {coreweave_emulator.url} (HTTP 404, request" in message
            )

    def test_wrong_path_removes_nothing_from_the_state(
        self, provider: ProviderProcess, coreweave_emulator: Emulator
    ) -> None:
        """A 404 doesn't prove a deletion if the list of gateways isn't found either."""
        gateway_id = coreweave_emulator.add(name="prod")
        _, before = provider.read(gateway_id, inputs=_inputs(gateway_id))
        coreweave_emulator.script(404, times=None)
        message = provider.error(gateway_id, properties=before)
        assert message.startswith(
            f"gateway {gateway_id}: not found, but can't confirm the deletion: the list of gateways: "
        )
        assert message.isprintable()

    def test_timestamps(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """Timestamps are read if they are included, on a refresh too."""
        gateway_id = coreweave_emulator.add(name="prod")
        _, outputs = provider.read(gateway_id, inputs={**_inputs(gateway_id), "includeTimestamps": True})
        assert outputs["updatedAt"]
        assert outputs["conditions"][0]["lastUpdateTime"]
        assert provider.read(gateway_id, properties=outputs)[1] == outputs

    def test_invalid_id_reaches_no_url(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """An ID in a state that was edited by hand must be a UUID."""
        before = len(coreweave_emulator.requests())
        message = provider.error("../parameters", inputs=_inputs(UNKNOWN))
        assert "'../parameters' is not a UUID" in message
        assert message.isprintable()
        assert len(coreweave_emulator.requests()) == before


class TestFleet:
    """Reading several gateways."""

    @pytest.mark.parametrize("properties", [None, {}], ids=["no properties", "empty properties"])
    def test_read_step_of_older_engines(
        self, provider: ProviderProcess, coreweave_emulator: Emulator, properties: Values | None
    ) -> None:
        """Without properties the inputs are used; the gateways are in the order of the IDs."""
        first, second = (coreweave_emulator.add(name=name) for name in ("b", "a"))
        request = FleetRequest(gateway_ids=(second, first))
        found, outputs = provider.read(request.resource_id, inputs=_fleet(request), properties=properties)
        assert found == request.resource_id
        assert [gateway["name"] for gateway in outputs["gateways"]] == ["a", "b"]
        assert {key: value for key, value in outputs.items() if key != "gateways"} == _fleet(request)

    def test_api_that_hangs_does_not_block_another_profile(self, coreweave_emulator: Emulator) -> None:
        """A fleet is read while all connections of another profile wait for a response."""
        there = coreweave_emulator.add(name="prod")
        with Emulator() as hanging, ThreadPoolExecutor(1) as pool:
            ids = tuple(hanging.add(name=f"gateway-{number}") for number in range(3 * FLEET_CONNECTIONS))
            hanging.script(times=None, delay=20.0)
            environ = {
                "COREWEAVE_EU_API_TOKEN": hanging.token,
                "COREWEAVE_EU_API_ENDPOINT": hanging.url,
                "COREWEAVE_EU_LOOKUP_TIMEOUT": "6s",
            }
            with ProviderProcess({**coreweave_emulator.environ, **environ}) as process:
                theirs = FleetRequest(gateway_ids=ids, profile="eu")
                failing = pool.submit(process.error, theirs.resource_id, inputs=_fleet(theirs))
                while len(hanging.requests()) < FLEET_CONNECTIONS:
                    time.sleep(0.01)
                ours = FleetRequest(gateway_ids=(there,))
                _, outputs = process.read(ours.resource_id, inputs=_fleet(ours))
                assert not failing.done()
                assert "no complete response" in failing.result()
        assert [gateway["name"] for gateway in outputs["gateways"]] == ["prod"]


class TestConfiguration:
    """The configuration of the provider's process."""

    def test_from_the_stack(self, coreweave_emulator: Emulator) -> None:
        """Endpoint and token come from the stack configuration, those of a profile from its own namespace."""
        gateway_id = coreweave_emulator.add(name="prod")
        config = {"coreweave:endpoint": coreweave_emulator.url, "coreweave:token": coreweave_emulator.token}
        eu = {key.replace("coreweave:", "coreweave-eu:"): value for key, value in config.items()}
        with ProviderProcess({}, {**config, **eu, "other:key": "x"}) as process:
            _, outputs = process.read(gateway_id, inputs=_inputs(gateway_id))
            _, of_profile = process.read(gateway_id, inputs=_inputs(gateway_id, "eu"))
            assert of_profile == {**outputs, "profile": "eu"}
            _, refreshed = process.read(gateway_id, properties=of_profile)
            assert refreshed == of_profile
            message = process.error(gateway_id, inputs=_inputs(gateway_id, "us"))
        assert message.startswith("no CoreWeave API token: set the environment variable COREWEAVE_US_API_TOKEN")
        assert message.isprintable()
        assert process.stderr() == ""

    def test_invalid_setting_is_one_line_without_its_value(self) -> None:
        """An invalid token is an error that names the setting and doesn't show the token."""
        with ProviderProcess({}, {"coreweave:token": "Bearer distinctive"}) as process:
            message = process.error(UNKNOWN, inputs=_inputs(UNKNOWN))
        assert message.startswith("coreweave:token in the stack configuration: invalid token: it starts with")
        assert message.isprintable()
        assert "distinctive" not in message + process.stderr()


OTHER_PROVIDER = """
import traceback
from pulumi.dynamic import ResourceProvider
from pulumi_coreweave_gateway import GatewayError

class Other(ResourceProvider):
    def __reduce__(self):
        return "OTHER"

    def read(self, id_, props):
        try:
            raise GatewayError("caught by another provider")
        except GatewayError:
            logged = traceback.format_exc()
        raise RuntimeError(f"broken after {logged.splitlines()[0]}")

OTHER = Other()
"""


def test_other_providers_keep_their_tracebacks(coreweave_emulator: Emulator, tmp_path: Path) -> None:
    """Another provider in the same process gets tracebacks, in its errors and when it formats one itself."""
    (tmp_path / "other_module.py").write_text(OTHER_PROVIDER, encoding="utf-8")
    theirs = {PROVIDER_KEY: base64.b64encode(b"cother_module\nOTHER\n.").decode(), "x": "y"}
    with ProviderProcess({**coreweave_emulator.environ, "PYTHONPATH": str(tmp_path)}) as process:
        before = process.error("x", inputs=theirs)
        assert "\n" not in process.error(UNKNOWN, inputs=_inputs(UNKNOWN))
        after = process.error("x", inputs=theirs)
    assert before.startswith("Traceback (most recent call last):")
    assert before.endswith("RuntimeError: broken after Traceback (most recent call last):\n")
    assert after == before


@pytest.mark.parametrize("name", ["create", "update", "delete", "diff", "check"])
@pytest.mark.parametrize("kind", [providers.GatewayProvider, providers.GatewaysProvider], ids=lambda one: one.__name__)
def test_provider_only_reads(kind: type, name: str) -> None:
    """The providers implement no operation that could change anything."""
    assert not any(name in vars(base) for base in kind.__mro__ if base.__module__ == providers.__name__)
