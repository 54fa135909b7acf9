"""The dynamic providers in their own process, called over gRPC as engines call them.

On a read step, older engines send the inputs and no properties, newer ones both. On a refresh, all send the previous
outputs as properties, and no inputs.
"""

from __future__ import annotations

import base64
import contextlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pulumi_coreweave_gateway import GatewayLookup, providers
from pulumi_coreweave_gateway.client.client import CONNECTIONS
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.gateways.request import FleetRequest
from pulumi_coreweave_gateway.pulumi_internals import PROVIDER_KEY, provider_reference
from tests.integration.processes import ProviderProcess, Values, eventually

pytestmark = pytest.mark.enable_socket

GATEWAYS = "/v1alpha1/inference/gateways"
UNKNOWN = "0d9b6c0e-52f4-4f0a-8a43-1c1f6f3e7a01"


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
    assert process.stderr == ""


def _inputs(gateway_id: str, profile: str = "", *, timestamps: bool = False) -> Values:
    arguments = {"gateway_id": gateway_id, "profile": profile, "include_timestamps": timestamps}
    return {**arguments, PROVIDER_KEY: provider_reference(providers.GATEWAY)}


def _fleet(request: FleetRequest) -> Values:
    arguments = {"request": request.to_state(), "profile": request.profile}
    return {**arguments, PROVIDER_KEY: provider_reference(providers.GATEWAYS)}


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
        assert set(outputs) == {*_inputs(gateway_id), *GatewayLookup.__annotations__} - {"is_lookup"}
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

    def test_refresh_of_a_deleted_gateway(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """A gateway that is neither found by its ID nor listed leaves the state."""
        gateway_id = coreweave_emulator.add(name="prod")
        _, before = provider.read(gateway_id, inputs=_inputs(gateway_id))
        coreweave_emulator.remove(gateway_id)
        assert provider.read(gateway_id, properties=before)[0] == ""

    def test_deletion_is_confirmed_by_a_new_list(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """A list that another lookup has requested before proves no deletion."""
        removed, gateway_id = coreweave_emulator.add(name="removed"), UNKNOWN
        _, before = provider.read(removed, inputs=_inputs(removed))
        coreweave_emulator.remove(removed)
        provider.read(removed, properties=before)
        coreweave_emulator.add(name="prod", gateway_id=gateway_id)
        coreweave_emulator.script(404, gateway_id=gateway_id)
        assert provider.read(gateway_id, properties=before)[0] == gateway_id

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
        _, outputs = provider.read(gateway_id, inputs=_inputs(gateway_id, timestamps=True))
        assert outputs["updated_at"]
        assert outputs["conditions"][0]["last_update_time"]
        assert provider.read(gateway_id, properties=outputs)[1] == outputs

    def test_invalid_id_reaches_no_url(self, provider: ProviderProcess, coreweave_emulator: Emulator) -> None:
        """An ID in a state that was edited by hand must be a UUID."""
        before = coreweave_emulator.requests()
        message = provider.error("../parameters", inputs=_inputs(UNKNOWN))
        assert "'../parameters' is not a UUID" in message
        assert message.isprintable()
        assert coreweave_emulator.requests() == before


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

    def test_fleet_after_a_single_lookup_is_read_at_once(self, coreweave_emulator: Emulator) -> None:
        """All gateways of a fleet are requested at the same time."""
        ids = tuple(coreweave_emulator.add(name=f"gateway-{number}") for number in range(CONNECTIONS - 1))
        request = FleetRequest(gateway_ids=ids)
        with ProviderProcess(coreweave_emulator.environ) as process, ThreadPoolExecutor(1) as pool:
            process.read(ids[0], inputs=_inputs(ids[0]))
            coreweave_emulator.script(delay=1.0, times=None)
            fleet = pool.submit(process.read, request.resource_id, inputs=_fleet(request))

            def all_in_flight() -> bool:
                return sum(one.status is None for one in coreweave_emulator.requests()) == len(ids)

            eventually(lambda: fleet.done() or all_in_flight())
            assert not fleet.done()
            assert [gateway["gateway_id"] for gateway in fleet.result()[1]["gateways"]] == list(ids)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
    def test_warning_that_can_not_be_shown(self, coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        """A fleet is read although the disk behind stderr is full."""
        coreweave_emulator.add(name="prod", zone="US-EAST-04A")
        for name, value in coreweave_emulator.environ.items():
            monkeypatch.setenv(name, value)
        request = FleetRequest(zones=("US-EAST-04A", "NOWHERE"))
        # What can't be written fails once more when the file is closed.
        with contextlib.suppress(OSError), Path("/dev/full").open("w", encoding="utf-8") as full:
            monkeypatch.setattr(sys, "stderr", full)
            read = providers.GatewaysProvider().read("fleet", _fleet(request))
        monkeypatch.undo()
        assert [gateway["name"] for gateway in (read.outs or {})["gateways"]] == ["prod"]

    def test_api_that_hangs_does_not_block_another_profile(self, coreweave_emulator: Emulator) -> None:
        """A fleet is read while all connections of another profile wait for a response."""
        there = coreweave_emulator.add(name="prod")
        with Emulator() as hanging, ThreadPoolExecutor(1) as pool:
            ids = tuple(hanging.add(name=f"gateway-{number}") for number in range(3 * CONNECTIONS))
            hanging.script(403, path=GATEWAYS)
            hanging.script(times=None, delay=20.0)
            environ = {
                "COREWEAVE_EU_API_TOKEN": hanging.token,
                "COREWEAVE_EU_API_ENDPOINT": hanging.url,
                "COREWEAVE_EU_LOOKUP_TIMEOUT": "3s",
            }
            with ProviderProcess({**coreweave_emulator.environ, **environ}) as process:
                theirs = FleetRequest(gateway_ids=ids, profile="eu")
                failing = pool.submit(process.error, theirs.resource_id, inputs=_fleet(theirs))
                eventually(lambda: sum(one.status is None for one in hanging.requests()) == CONNECTIONS)
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
        assert process.stderr == ""

    def test_invalid_setting_is_one_line_without_its_value(self) -> None:
        """An invalid token is an error that names the setting and doesn't show the token."""
        with ProviderProcess({}, {"coreweave:token": "Bearer distinctive"}) as process:
            message = process.error(UNKNOWN, inputs=_inputs(UNKNOWN))
        assert message.startswith("coreweave:token in the stack configuration: invalid token: it starts with")
        assert message.isprintable()
        assert "distinctive" not in message + process.stderr


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


@pytest.mark.parametrize("name", ["create", "update", "delete", "diff"])
@pytest.mark.parametrize("kind", [providers.GatewayProvider, providers.GatewaysProvider], ids=lambda one: one.__name__)
def test_provider_only_reads(kind: type, name: str) -> None:
    """The providers implement no operation that could change anything."""
    assert not any(name in vars(base) for base in kind.__mro__ if base.__module__ == providers.__name__)
