"""Lookups in the contexts of real programs: components, other threads, and arguments that turn out to have no value."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from pulumi_coreweave_gateway import (
    DeploymentsLookup,
    GatewayLookup,
    GatewaysLookup,
    InvalidArgumentError,
    SettingsError,
    get_deployments_output,
    get_gateway,
    get_gateway_output,
    get_gateways_output,
)
from pulumi_coreweave_gateway.testing import GatewayMocks, mock_gateway
from tests.unit.mocked import Group, outcome

PROD = mock_gateway("prod")
ID = PROD["spec"]["id"]
NO_VALUE: pulumi.Output[Any] = pulumi.Output.from_input(None)


def _merged(parent: pulumi.Resource, *outer: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options that nested components hand on to what they contain."""
    options: pulumi.ResourceOptions | None = None
    for each in outer:
        options = pulumi.ResourceOptions.merge(options, each)
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(parent=parent))


@pytest.mark.parametrize("outer", [(None,), (None, pulumi.ResourceOptions(protect=True, version="1.0.0"))])
@pytest.mark.parametrize(
    "lookup",
    [
        lambda opts: GatewayLookup("one", gateway_id=ID, opts=opts).endpoint,
        lambda opts: GatewayLookup("one", gateway_name="prod", opts=opts).endpoint,
        lambda opts: GatewaysLookup("all", opts=opts).gateways.apply(lambda gateways: gateways[0].endpoint),
    ],
    ids=["by ID", "by name", "fleet"],
)
def test_lookup_in_a_component(lookup: Callable[[pulumi.ResourceOptions], pulumi.Output[str]], outer: Any) -> None:
    """A lookup takes the options that components hand on."""
    found = outcome(lambda: lookup(_merged(Group("group"), *outer)), engine=GatewayMocks([PROD]))
    assert found.value == f"https://api.{ID}.gw.cwinference.com"


@pytest.mark.parametrize(
    ("argument", "lookup"),
    [
        ("gateway_id", lambda: GatewayLookup("one", gateway_id=NO_VALUE).name),
        ("gateway_name", lambda: GatewayLookup("one", gateway_name=NO_VALUE).name),
        ("gateway_ids", lambda: GatewaysLookup("all", gateway_ids=NO_VALUE).gateways),
        ("gateway_ids[0]", lambda: GatewaysLookup("all", gateway_ids=[NO_VALUE]).gateways),
        ("zones", lambda: GatewaysLookup("all", zones=NO_VALUE).gateways),
        ("zones[0]", lambda: GatewaysLookup("all", zones=[NO_VALUE]).gateways),
        ("statuses", lambda: GatewaysLookup("all", statuses=NO_VALUE).gateways),
        ("name_pattern", lambda: GatewaysLookup("all", name_pattern=NO_VALUE).gateways),
        ("gateway_id", lambda: DeploymentsLookup("models", gateway_id=NO_VALUE).deployments),
        ("model", lambda: DeploymentsLookup("models", model=NO_VALUE).deployments),
        ("gateway_id", lambda: get_deployments_output(gateway_id=NO_VALUE)),
        ("model", lambda: get_deployments_output(model=NO_VALUE)),
        ("gateway_id", lambda: get_gateway_output(NO_VALUE)),
        ("gateway_name", lambda: get_gateway_output(gateway_name=NO_VALUE)),
        ("gateway_ids", lambda: get_gateways_output(NO_VALUE)),
        ("zones", lambda: get_gateways_output(zones=NO_VALUE)),
        ("statuses", lambda: get_gateways_output(statuses=NO_VALUE)),
        ("name_pattern", lambda: get_gateways_output(name_pattern=NO_VALUE)),
    ],
)
def test_argument_without_a_value_is_an_error(argument: str, lookup: Callable[[], Any]) -> None:
    """An Output that resolves to None is an error that names the argument, and never widens the lookup."""
    with pytest.raises(InvalidArgumentError) as caught:
        outcome(lookup, engine=GatewayMocks([PROD]))
    assert argument in str(caught.value).partition(";")[0]


def _on_another_thread(call: Callable[[], object]) -> BaseException | None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - returned
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return errors[0] if errors else None


@pytest.mark.parametrize(
    ("secret_keys", "plaintext"),
    [(["coreweave-gateway:token"], False), ([], True), (None, False)],
    ids=["secret", "plaintext", "not known"],
)
def test_plaintext_token_on_another_thread(
    secret_keys: list[str] | None, plaintext: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that the engine marks as a secret is one on every thread; where that isn't known, nothing is claimed."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"coreweave-gateway:token": "t", "coreweave-gateway:endpoint": "x"}))
    if secret_keys is not None:
        monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(secret_keys))
    error = _on_another_thread(lambda: get_gateway(ID))
    assert isinstance(error, SettingsError)  # the endpoint is invalid, so that nothing is sent
    assert ("stored in plaintext" in str(error)) is plaintext


def test_dummy_token_under_mocks_is_accepted() -> None:
    """A test's configuration isn't encrypted, and isn't refused for that."""

    def program() -> pulumi.Output[str]:
        pulumi.runtime.set_all_config({"coreweave-gateway:token": "dummy"})
        return GatewayLookup("one", gateway_id=ID).name

    assert outcome(program, engine=GatewayMocks([PROD])).value == "prod"


@pytest.mark.parametrize(("variable", "warns"), [("COREWEAVE_API_TOKEN", False), ("OTHER", True)])
def test_token_in_the_projects_own_namespace(
    variable: str, warns: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A token that was set without the namespace, and is the only one, gets a hint."""
    monkeypatch.setenv(variable, "x")

    def program() -> pulumi.Output[str]:
        pulumi.runtime.set_all_config({"project:token": "x", f"project:{variable}": ""})
        return GatewayLookup("one", gateway_id=ID).name

    outcome(program, engine=GatewayMocks([PROD]))
    hint = "project:token in the stack configuration is the project's own; did you mean coreweave-gateway:token?"
    assert (hint in caplog.text) is warns
