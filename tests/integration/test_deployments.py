"""Lookups of deployments: the requests that are sent, the results, and waits until they are ready."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import (
    APIError,
    DeploymentsLookup,
    InvalidArgumentError,
    NotFoundError,
    NotReadyError,
    WaitForReady,
    get_deployments,
    get_deployments_output,
    providers,
)
from pulumi_coreweave_gateway.deployments.request import DeploymentsRequest
from pulumi_coreweave_gateway.emulator import Emulator
from pulumi_coreweave_gateway.pulumi_internals import PROVIDER_KEY, provider_reference
from tests.integration.deployment import deploy
from tests.integration.processes import PluginProcess, ProviderProcess

pytestmark = pytest.mark.enable_socket

DEPLOYMENTS = "/v1alpha1/inference/deployments"
LLAMA = "meta-llama/Llama-3.1-8B"


@pytest.fixture(name="emulator")
def _emulator(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Return an emulator that programs of this process are configured for."""
    coreweave_emulator.setenv(monkeypatch)
    return coreweave_emulator


@pytest.fixture(name="gateway")
def _gateway(emulator: Emulator) -> str:
    """Return the ID of a gateway with two models, beside one with another."""
    gateway, other = emulator.add(name="prod"), emulator.add(name="other")
    emulator.add_deployment(model=LLAMA, gateway_ids=[gateway, other])
    emulator.add_deployment(model="qwen", gateway_ids=[gateway], ready=False)
    emulator.add_deployment(model="other", gateway_ids=[other])
    return gateway


def _requests(emulator: Emulator) -> list[tuple[str, str]]:
    return [(request.path, request.query) for request in emulator.requests()]


def test_lookup_and_functions_return_the_same_with_one_request_each(emulator: Emulator, gateway: str) -> None:
    """A lookup, both functions and the plugin read the deployments of a gateway by one request for a list."""

    def program() -> Any:
        lookup = DeploymentsLookup("models", gateway_id=gateway, include_timestamps=True)
        value = get_deployments(gateway_id=gateway)
        later = get_deployments_output(gateway_id=pulumi.Output.from_input(gateway))
        functions = [value.models, value.ready, value.deployments], [later.models, later.ready, later.deployments]
        typed = lookup.deployments.apply(lambda found: (found[0].weight, found[0].conditions[0].type))
        return [[lookup.models, lookup.ready, lookup.deployments], *functions, typed]

    lookup, value, later, typed = deploy(program)
    assert lookup == value == later
    assert lookup[:2] == [[LLAMA], False]
    assert [each["model"] for each in lookup[2]] == [LLAMA, "qwen"]
    assert tuple(typed) == (100, "Ready")
    with PluginProcess(emulator.environ) as plugin:
        outputs = plugin.invoke("getDeployments", gatewayId=gateway)
        assert plugin.invoke("getDeployments", model="qwen")["models"] == []
        assert "did you mean model?" in plugin.error("getDeployments", models="qwen")
        assert f"there are no deployments of 'x' behind gateway {gateway}" in plugin.error(
            "getDeployments", gatewayId=gateway, model="x"
        )
        assert plugin.invoke("getDeployments", model="x", missing="skip")["deployments"] == []
    assert (outputs["models"], outputs["ready"]) == (lookup[0], lookup[1])
    assert [(each["engineVersion"], each["gatewayIds"]) for each in outputs["deployments"]] == [
        (each["engine_version"], each["gateway_ids"]) for each in lookup[2]
    ]
    assert _requests(emulator)[:4] == [(DEPLOYMENTS, f"parentGatewayId={gateway}")] * 4


def test_server_that_ignores_the_filter_and_pages(emulator: Emulator, gateway: str) -> None:
    """Deployments of other gateways are left out whatever the API returns, and pages are followed."""
    everything = {"items": [emulator.get(emulator.add_deployment(model="elsewhere", gateway_ids=[]))]}
    emulator.script(path=DEPLOYMENTS, json={**everything, "nextPageToken": "a b"})
    assert [each.model for each in get_deployments(gateway_id=gateway)] == [LLAMA, "qwen"]
    assert _requests(emulator)[-1] == (DEPLOYMENTS, f"parentGatewayId={gateway}&pageToken=a%20b")


def test_gateway_that_the_api_does_not_know(emulator: Emulator, gateway: str) -> None:
    """A list that isn't found is an error, and never an empty list."""
    emulator.script(404, path=DEPLOYMENTS, times=None)
    reason = r"^get_deployments: the list of deployments: [^;]*HTTP 404[^;]*; check the gateway's ID, and [^;]*$"
    with pytest.raises(NotFoundError, match=reason) as caught:
        get_deployments(gateway_id=gateway, missing="skip")
    assert (caught.value.grpc_code, caught.value.request_id) == ("not_found", "emulator-1")
    # Without a gateway, it is the path that doesn't exist.
    with pytest.raises(APIError, match="check coreweave-gateway:endpoint"):
        get_deployments(missing="skip")


def _waiting(gateway: str, **wait: float) -> Callable[[], pulumi.Output[Any]]:
    options = WaitForReady(poll_interval=0.1, **wait)
    return lambda: DeploymentsLookup("models", gateway_id=gateway, wait_for_ready=options).models


def test_wait_ends_when_all_are_ready(emulator: Emulator, gateway: str, caplog: pytest.LogCaptureFixture) -> None:
    """The wait polls the list until all that aren't disabled are ready; its progress names what is waited for."""
    caplog.set_level(logging.INFO)
    off = emulator.add_deployment(model="off", gateway_ids=[gateway], ready=False)
    emulator.change(off, spec={"disabled": True})
    (qwen,) = (each.deployment_id for each in get_deployments(model="qwen"))
    emulator.become_ready(qwen, after_reads=2)
    assert deploy(_waiting(gateway)) == [LLAMA, "qwen"]
    progress = [record.getMessage() for record in caplog.records]
    assert progress[0] == (
        "waiting for STATUS_READY [0s elapsed]: qwen (qwen): STATUS_CREATING; Ready is False (Progressing)"
    )
    assert progress[-1] == "STATUS_READY after 0s"


def test_wait_that_takes_too_long(emulator: Emulator, gateway: str) -> None:
    """The error has the status, the unmet conditions, and what to do."""
    with pytest.raises(NotReadyError) as caught:
        deploy(_waiting(gateway, timeout=0))
    assert str(caught.value) == (
        f"lookup 'models': deployments behind gateway {gateway}: not ready after 0s; increase the timeout with "
        "wait_for_ready=WaitForReady(timeout=…), or check the deployments (qwen (qwen): STATUS_CREATING; Ready is "
        "False (Progressing))"
    )
    assert (caught.value.status, caught.value.conditions) == ("STATUS_CREATING", ("Ready is False (Progressing)",))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": {"status": "STATUS_FAILED"}}, "qwen (qwen) has failed and can't recover"),
        ({"status": {"status": "STATUS_DELETING"}}, "qwen (qwen) is being deleted"),
    ],
)
def test_wait_ends_for_a_final_status(emulator: Emulator, gateway: str, changes: Any, reason: str) -> None:
    """A deployment that will never be ready ends the wait at once."""
    (qwen,) = (each.deployment_id for each in get_deployments(model="qwen"))
    emulator.change(qwen, **changes)
    with pytest.raises(NotReadyError) as caught:
        deploy(_waiting(gateway))
    assert f": deployments behind gateway {gateway}: {reason} (" in str(caught.value)


def test_wait_ends_if_all_are_disabled(emulator: Emulator, gateway: str) -> None:
    """A disabled deployment stays in CREATING for ever, so that waiting for nothing else is an error at once."""
    for deployment in get_deployments(gateway_id=gateway):
        emulator.change(deployment.deployment_id, spec={"disabled": True}, status={"status": "STATUS_CREATING"})
    with pytest.raises(NotReadyError, match=r"all of them are disabled, so none can become ready; enable one$"):
        deploy(_waiting(gateway))


def test_preview_of_a_wait(emulator: Emulator, gateway: str) -> None:
    """A preview doesn't wait: it shows the deployments as they are, and the models as unknown until all are ready."""

    def program() -> Any:
        lookup = DeploymentsLookup("models", gateway_id=gateway, wait_for_ready=True)
        return pulumi.Output.all(lookup.models.is_known(), lookup.ready)

    assert deploy(program, preview=True) == [False, False]
    (qwen,) = (each.deployment_id for each in get_deployments(model="qwen"))
    emulator.become_ready(qwen)
    assert deploy(program, preview=True) == [True, True]


def test_wait_and_skip_exclude_each_other() -> None:
    """Nothing could be waited for if none is acceptable."""
    with pytest.raises(
        InvalidArgumentError, match=r"^lookup 'x': pass either missing='skip' or wait_for_ready, not bo"
    ):
        DeploymentsLookup("x", missing="skip", wait_for_ready=True)


def test_provider_process(emulator: Emulator, gateway: str) -> None:
    """The provider's process reads on a read step and on a refresh; without a match it fails, except in a teardown."""
    request = DeploymentsRequest(gateway, LLAMA)
    reference = {PROVIDER_KEY: provider_reference(providers.DEPLOYMENTS)}
    inputs = {"request": request.to_state(), "profile": "", **reference}
    with ProviderProcess(emulator.environ) as process:
        found, outputs = process.read(request.resource_id, inputs=inputs)
        assert found == request.resource_id
        assert {**outputs, "deployments": []} == {**inputs, "deployments": [], "models": [LLAMA], "ready": True}
        assert process.read(found, inputs=inputs, properties=inputs) == (found, outputs)
        (deployment,) = outputs["deployments"]
        emulator.change(deployment["deployment_id"], spec={"traffic": {"weight": 7}})
        assert process.read(found, properties=outputs)[1]["deployments"] == [{**deployment, "weight": 7}]
        emulator.remove(deployment["deployment_id"])
        message = process.error(found, properties=outputs)
        assert message.startswith(f"there are no deployments of '{LLAMA}' behind gateway {gateway}; models there: ")
        torn_down = process.read(found, inputs={**inputs, providers.ALLOW_MISSING: True})
        assert torn_down == (found, {**inputs, "deployments": [], "models": [], "ready": False})
    assert process.stderr == ""
