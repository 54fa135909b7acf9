"""Lookups by name: one request for the list of gateways, however many names a program looks up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import (
    APIError,
    AuthenticationError,
    GatewayLookup,
    NotFoundError,
    NotReadyError,
    PermissionDeniedError,
    SettingsError,
    WaitForReady,
    get_gateway,
    get_gateway_output,
)
from pulumi_coreweave_gateway.emulator import Emulator
from tests.integration.deployment import deploy, new_deployment

pytestmark = pytest.mark.enable_socket

GATEWAYS = "/v1alpha1/inference/gateways"


@pytest.fixture(name="emulator")
def _emulator(coreweave_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Return an emulator that programs of this process are configured for."""
    coreweave_emulator.setenv(monkeypatch)
    return coreweave_emulator


def _lists(emulator: Emulator) -> int:
    return sum(request.path == GATEWAYS for request in emulator.requests())


def _by_name(resource_name: str, gateway_name: pulumi.Input[str], **options: Any) -> pulumi.Output[str]:
    return GatewayLookup(resource_name, gateway_name=gateway_name, **options).gateway_id


def test_one_list_for_the_whole_program(emulator: Emulator) -> None:
    """Names share one request, whether resources or functions look them up."""
    names = [f"gateway-{number}" for number in range(30)]
    wanted = [emulator.add(name=name) for name in names]

    def program() -> Any:
        resources = [_by_name(name, name) for name in names[:10]]
        functions = [get_gateway(gateway_name=name).gateway_id for name in names[10:20]]
        outputs = [get_gateway_output(gateway_name=name).gateway_id for name in names[20:]]
        return pulumi.Output.all(*resources, *functions, *outputs)

    assert deploy(program) == wanted
    assert _lists(emulator) == 1


def test_one_list_from_many_threads(emulator: Emulator) -> None:
    """Names that are looked up on several threads share one request too."""
    wanted = emulator.add(name="prod")
    emulator.script(delay=0.2)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: get_gateway(gateway_name="prod").gateway_id, range(8)))
    assert set(found) == {wanted}
    assert _lists(emulator) == 1


def test_each_deployment_requests_its_own_list(emulator: Emulator) -> None:
    """Programs that one process runs one after another don't share a list."""
    emulator.add(name="staging")
    deploy(lambda: _by_name("staging", "staging"))
    wanted = emulator.add(name="prod")
    assert deploy(lambda: _by_name("prod", "prod")) == wanted
    assert _lists(emulator) == 2


def test_deployments_that_run_at_once_request_one_list_each(emulator: Emulator) -> None:
    """Inline programs that take turns in one process don't make one another request the list again."""
    wanted = emulator.add(name="prod")
    deployments = [new_deployment(), new_deployment()]
    for deployment in deployments * 3:
        assert deployment.run(lambda: get_gateway(gateway_name="prod").gateway_id) == wanted
    assert _lists(emulator) == 2


def test_without_an_engine_a_list_is_shared_for_seconds(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that runs on, such as a server or a notebook, sees what was created, and soon what was removed."""
    now = time.monotonic
    with pytest.raises(NotFoundError):
        get_gateway(gateway_name="prod")
    wanted = emulator.add(name="prod")
    for _ in range(3):
        assert get_gateway(gateway_name="prod").gateway_id == wanted
    assert _lists(emulator) == 2
    emulator.remove(wanted)
    monkeypatch.setattr(time, "monotonic", lambda: now() + 6)
    with pytest.raises(NotFoundError):
        get_gateway(gateway_name="prod")
    assert _lists(emulator) == 3


def test_list_that_failed_is_requested_again(emulator: Emulator) -> None:
    """The failure of a list isn't the result of later lookups."""
    wanted = emulator.add(name="prod")
    emulator.script(403)
    with pytest.raises(PermissionDeniedError):
        get_gateway(gateway_name="prod")
    assert get_gateway(gateway_name="prod").gateway_id == wanted


@pytest.mark.parametrize("replaced", [False, True])
def test_deferred_lookup_finds_a_gateway_of_the_same_program(emulator: Emulator, replaced: bool) -> None:
    """If a deferred lookup finds no gateway, or only one being deleted, a new list is requested."""
    emulator.add(name="staging")
    if replaced:
        emulator.change(emulator.add(name="prod"), status={"status": "STATUS_DELETING"})
    created: list[str] = []

    def create(_: str) -> str:
        created.append(emulator.add(name="prod"))
        return "prod"

    def program() -> Any:
        name = _by_name("first", "staging").apply(create)
        return pulumi.Output.all(*(_by_name(f"later-{number}", name) for number in range(5)))

    assert deploy(program) == created * 5
    assert _lists(emulator) == 2


def test_deferred_lookup_finds_the_gateway_that_replaced_another(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list from before the replacement, in which the former gateway has the name, isn't used."""
    now = time.monotonic
    emulator.add(name="staging")
    former = emulator.add(name="prod")
    created: list[str] = []

    def replace(_: str) -> str:
        emulator.remove(former)
        created.append(emulator.add(name="prod"))
        monkeypatch.setattr(time, "monotonic", lambda: now() + 60)
        return "prod"

    def program() -> Any:
        name = _by_name("first", "staging").apply(replace)
        return pulumi.Output.all(_by_name("later", name), _by_name("waits", name, wait_for_ready=True))

    assert deploy(program) == created * 2
    assert _lists(emulator) == 2


def test_deferred_lookup_uses_a_list_that_has_its_gateway(emulator: Emulator) -> None:
    """If a deferred lookup finds its gateway, no second list is requested."""
    wanted = emulator.add(name="prod")
    assert deploy(lambda: _by_name("later", _by_name("first", "prod").apply(lambda _: "prod"))) == wanted
    assert _lists(emulator) == 1


def test_missing_name_requests_no_second_list(emulator: Emulator) -> None:
    """A resource that wasn't deferred, and finds no gateway, doesn't request a second list."""
    with pytest.raises(NotFoundError):
        deploy(lambda: pulumi.Output.all(*(_by_name(f"x{number}", "prod") for number in range(3))))
    assert _lists(emulator) == 1


def test_profiles_have_their_own_lists(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up with its profile's token; without one, no request is sent. Errors name the lookup."""
    emulator.add(name="prod")
    with pytest.raises(SettingsError, match=r"^lookup 'x': .*COREWEAVE_EU_API_TOKEN"):
        deploy(lambda: _by_name("x", "prod", profile="eu"))
    assert emulator.requests() == []
    monkeypatch.setenv("COREWEAVE_EU_API_TOKEN", "another")
    monkeypatch.setenv("COREWEAVE_EU_API_ENDPOINT", emulator.url)

    def program() -> None:
        get_gateway(gateway_name="prod")
        with pytest.raises(AuthenticationError, match=r"^get_gateway 'prod': .*COREWEAVE_EU_API_TOKEN"):
            get_gateway(gateway_name="prod", profile="eu")

    deploy(program)


def _progress(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [message for message in caplog.messages if message.startswith("waiting for ")]


def _waiting(**wait: float) -> Callable[[], pulumi.Output[str]]:
    """Return a program that waits for a gateway."""
    return lambda: _by_name("x", "prod", wait_for_ready=WaitForReady(poll_interval=0.1, **wait))


def test_wait_for_a_name_outlasts_an_outage(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A wait reports that the list could not be read, and continues; without a wait that is an error."""
    monkeypatch.setenv("COREWEAVE_LOOKUP_TIMEOUT", "1s")
    caplog.set_level(logging.INFO)
    wanted = emulator.add(name="prod")
    emulator.script(503, path=GATEWAYS, times=None)
    with pytest.raises(APIError, match=r"^lookup 'x': the list of gateways: "):
        deploy(lambda: _by_name("x", "prod"))
    emulator.script(path=GATEWAYS, times=None)
    emulator.script(503, path=GATEWAYS, times=5)  # one second has not enough time for so many attempts
    assert deploy(_waiting(timeout=60)) == wanted
    assert f"gateways can't be listed at the moment: {emulator.url} failed (HTTP 503" in _progress(caplog)[0]


def test_waits_for_a_name_and_for_ready_share_a_timeout(emulator: Emulator) -> None:
    """Both waits share one timeout: a gateway that is listed at its end is read once and not polled."""
    gateway_id = emulator.add(name="prod", ready=False)
    emulator.script(path=GATEWAYS, delay=1.1)
    with pytest.raises(NotReadyError, match=r"^lookup 'x': gateway .*: not ready after "):
        deploy(_waiting(timeout=1))
    assert [request.path for request in emulator.requests()] == [GATEWAYS, f"{GATEWAYS}/{gateway_id}"]


def test_wait_without_time_polls_once(emulator: Emulator) -> None:
    """Without time to wait, a gateway that is ready is found, however long the API takes to say so."""
    wanted = emulator.add(name="prod")
    emulator.script(delay=0.4, times=None)
    assert deploy(_waiting(timeout=0)) == wanted


def test_wait_for_a_replacement_ends_with_the_timeout(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    """While several gateways with the name are being deleted, a replacement is waited for until the timeout."""
    caplog.set_level(logging.INFO)
    for _ in range(2):
        emulator.change(emulator.add(name="prod"), status={"status": "STATUS_DELETING"})
    with pytest.raises(NotReadyError, match="is being deleted, and no other gateway has its name") as caught:
        deploy(_waiting(timeout=0.5))
    assert caught.value.status == "STATUS_DELETING"
    assert _progress(caplog) == ["waiting for STATUS_READY [0s elapsed]: STATUS_DELETING; not replaced yet"]
