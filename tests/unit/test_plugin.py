"""The provider plugin's configuration and arguments, without a process."""

import asyncio
import json
import re
from importlib.resources import files
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from grpc import StatusCode
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.rpc import UNKNOWN, wrap_rpc_secret

from pulumi_coreweave_gateway.config import resolve_settings
from pulumi_coreweave_gateway.errors import InvalidArgumentError, SettingsError
from pulumi_coreweave_gateway.gateways.request import FleetRequest
from pulumi_coreweave_gateway.plugin.lookups import Lookups, fleet_request
from pulumi_coreweave_gateway.plugin.servicer import ProviderServicer
from pulumi_coreweave_gateway.plugin.values import from_struct, has_unknowns, to_struct

DEFAULT = "urn:pulumi:dev::shop::pulumi:providers:coreweave-gateway::default_0_1_0"
TOKEN = "CW-SECRET-from-the-configuration"
ENVIRON = {"COREWEAVE_API_TOKEN": "CW-SECRET-from-the-environment"}


SCHEMA = json.loads(files("pulumi_coreweave_gateway.plugin").joinpath("schema.json").read_text(encoding="utf-8"))


def test_schema_describes_everything_in_any_language() -> None:
    """Each type, property, argument and enum value has a description without names that only Python has."""

    def check(value: Any, path: str) -> None:
        for name, item in value.items():
            described = {**item, **item.get("outputs", {})}
            assert described.get("description"), f"{path}.{name}"
            prose = described["description"].partition("{{% examples %}}")[0]
            assert not re.search(r"[a-z]_[a-z]|Lookup|None\b|timestamps", prose), f"{path}.{name}: {prose}"
            check(described.get("properties", {}), name)
            check(item.get("inputs", {}).get("properties", {}), name)
            check({value["name"]: value for value in item.get("enum", [])}, name)

    check(SCHEMA["types"], "types")
    check(SCHEMA["functions"], "functions")
    check(SCHEMA["config"]["variables"], "config")


def check_config(
    config: dict[str, Any], environ: dict[str, str] | None = None, urn: str = DEFAULT
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the inputs and failures in CheckConfig's response."""
    request = protocol.CheckRequest(urn=urn, news=to_struct(config))
    response = asyncio.run(ProviderServicer(environ or {}).CheckConfig(request, None))
    return MessageToDict(response.inputs), [(failure.property, failure.reason) for failure in response.failures]


def test_check_config_marks_token_as_secret() -> None:
    """The engine stores the response in the state, where the token must be encrypted."""
    config = {"token": TOKEN, "endpoint": "https://api.coreweave.com", "version": "0.1.0"}
    inputs, failures = check_config(config)
    assert inputs == {**config, "token": wrap_rpc_secret(TOKEN)}
    assert failures == []


@pytest.mark.parametrize("token", [UNKNOWN, wrap_rpc_secret(TOKEN)])
def test_check_config_leaves_unknown_or_marked_token(token: Any) -> None:
    """An unknown token stays unknown, and a marked one is marked once."""
    assert check_config({"token": token}) == ({"token": token}, [])


def test_token_from_the_environment_is_not_stored() -> None:
    """CheckConfig adds no token to the inputs, which the engine stores in the state."""
    assert check_config({}, ENVIRON) == ({}, [])


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({}, "COREWEAVE_API_TOKEN"),
        ({"token": "Bearer abc"}, "Bearer"),
        ({"token": TOKEN, "endpoint": "http://api.example.com"}, "https"),
        ({"token": TOKEN, "httpTimeout": "soon"}, "httpTimeout"),
        ({"token": TOKEN, "lookupTimeout": "-1s"}, "lookupTimeout"),
    ],
)
def test_check_config_failure_names_no_property(config: dict[str, Any], reason: str) -> None:
    """The engine prints the value of the property that a failure names, which may be the token."""
    _, ((name, sentence),) = check_config(config)
    assert name == ""
    assert reason in sentence
    assert "\n" not in sentence
    assert TOKEN not in sentence
    assert "abc" not in sentence


def test_unknown_settings_are_not_checked() -> None:
    """Settings aren't checked while one of them is unknown."""
    assert check_config({"token": TOKEN, "endpoint": UNKNOWN, "httpTimeout": "soon"})[1] == []


def test_environment_takes_precedence_over_stack_configuration() -> None:
    """The default provider gets the stack configuration, which the environment overrides, as for the Python package."""
    bad_environ = {**ENVIRON, "COREWEAVE_HTTP_TIMEOUT": "soon"}
    assert check_config({"httpTimeout": "5s"}, bad_environ, DEFAULT)[1] != []


@pytest.mark.parametrize("name", ["eu", "default-eu", "default_eu", "defaults"])
def test_explicit_provider_takes_precedence_over_environment(name: str) -> None:
    """Explicit providers, such as those for two organizations, don't use the token in the environment."""
    servicer, urn = ProviderServicer(ENVIRON), f"urn:pulumi:dev::shop::pulumi:providers:coreweave-gateway::{name}"
    assert servicer._settings(urn, {"token": TOKEN}).token.reveal() == TOKEN
    with pytest.raises(SettingsError, match="no token for it"):
        servicer._settings(urn, {"endpoint": "https://api.eu.example.com"})
    elsewhere = ProviderServicer({**ENVIRON, "COREWEAVE_API_ENDPOINT": "https://api.elsewhere.example"})
    assert elsewhere._settings(urn, {"token": TOKEN}).endpoint == "https://api.coreweave.com"


@pytest.mark.parametrize(
    "name",
    ["default", "default_0_1_0", "default_0_1_0_github_/api.github.com/o/r", "default_github_/api.github.com/o/r"],
)
def test_default_provider_uses_the_environment(name: str) -> None:
    """The engine names its default providers by the version and download URL that an SDK asks for."""
    urn = f"urn:pulumi:dev::shop::pulumi:providers:coreweave-gateway::{name}"
    token = ProviderServicer(ENVIRON)._settings(urn, {"token": TOKEN}).token
    assert token.reveal() == ENVIRON["COREWEAVE_API_TOKEN"]


def test_plugin_and_package_resolve_the_same_settings() -> None:
    """The plugin and the Python package resolve a stack configuration to equal settings."""
    config = {"token": TOKEN, "endpoint": "https://api.example.com/", "httpTimeout": "1m", "lookupTimeout": "2m"}
    package = resolve_settings(lambda key: config.get(key.rpartition(":")[2]), {})
    assert ProviderServicer({})._settings(DEFAULT, config) == package


@pytest.mark.parametrize(
    ("news", "changes"),
    [({"token": "a"}, protocol.DiffResponse.DIFF_NONE), ({"token": "b"}, protocol.DiffResponse.DIFF_SOME)],
)
def test_changed_token_updates_the_provider(news: dict[str, Any], changes: Any) -> None:
    """A changed token updates the provider and replaces nothing; a secret mark is not a change."""
    request = protocol.DiffRequest(old_inputs=to_struct({"token": wrap_rpc_secret("a")}), news=to_struct(news))
    response = asyncio.run(ProviderServicer({}).DiffConfig(request, None))
    assert response.changes == changes
    assert not response.replaces


def test_secrets_nulls_and_unknowns() -> None:
    """Secrets lose their mark at any depth, nulls stay, and unknowns are found at any depth."""
    struct = Struct()
    struct.update({"a": wrap_rpc_secret({"b": [wrap_rpc_secret("c"), True]}), "none": None})
    assert from_struct(struct) == {"a": {"b": ["c", True]}, "none": None}
    assert not has_unknowns({"a": [{"b": "c"}]})
    assert has_unknowns({"a": [{"b": UNKNOWN}]})


def test_unknown_arguments_give_an_empty_response() -> None:
    """With an unknown argument, nothing is looked up, and the response is empty, because it can't hold unknowns."""
    request = protocol.InvokeRequest(
        tok="coreweave-gateway:index:getGateways", args=to_struct({"gatewayIds": [UNKNOWN]})
    )
    assert asyncio.run(ProviderServicer({}).Invoke(request, None)) == protocol.InvokeResponse()


class AbortedError(Exception):
    """A call's error."""


class Context:
    """What a servicer uses of gRPC's context of a call."""

    async def abort(self, code: Any, details: str) -> None:
        """End the call."""
        raise AbortedError(code, details)


def test_unknown_function() -> None:
    """A function that doesn't exist is named."""
    request = protocol.InvokeRequest(tok="coreweave-gateway:index:getGatewayz")
    with pytest.raises(AbortedError, match="unknown function 'coreweave-gateway:index:getGatewayz'"):
        asyncio.run(ProviderServicer({}).Invoke(request, Context()))


def test_bug_is_one_line_without_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception is reported in one line by its class and place, because its text may hold secrets."""

    async def fail(*_: Any) -> Any:
        raise RuntimeError(f"Bearer {TOKEN}\nand more")

    monkeypatch.setattr(Lookups, "get_gateway", fail)
    request = protocol.InvokeRequest(tok="coreweave-gateway:index:getGateway")
    with pytest.raises(AbortedError) as raised:
        asyncio.run(ProviderServicer({}).Invoke(request, Context()))
    code, details = raised.value.args
    assert code == StatusCode.INTERNAL
    assert details.startswith("coreweave-gateway:index:getGateway: unexpected RuntimeError at test_plugin.py:")
    assert details.isprintable()
    assert TOKEN not in details


def test_fleet_request() -> None:
    """The arguments of getGateways make the same request as those of the Python package."""
    gateway_id = "0D9B6C0E-52F4-4F0A-8A43-1C1F6F3E7A01"
    assert fleet_request({"gatewayIds": [gateway_id], "missing": "skip"}) == FleetRequest((gateway_id.lower(),), "skip")
    filters = {"zones": ["US-EAST-04A"], "statuses": ["STATUS_READY"], "namePattern": "prod-*"}
    assert fleet_request(filters) == FleetRequest(
        zones=("US-EAST-04A",), statuses=("STATUS_READY",), name_pattern="prod-*"
    )
    assert fleet_request({}) == FleetRequest()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            {"gatewayIds": [], "zones": ["A"]},
            r"pass either gatewayIds or filters \(zones, statuses, namePattern\)",
        ),
        ({"gatewayIds": ["x"]}, r"gatewayIds\[0\]"),
        ({"namePattern": 1.0}, "namePattern: expected a string"),
        ({"gatewayId": "x"}, "unknown argument 'gatewayId'; did you mean gatewayIds?"),
        ({"profile": "eu"}, "unknown argument 'profile'; expected gatewayIds, missing"),
    ],
)
def test_invalid_fleet_arguments_are_rejected(arguments: dict[str, Any], reason: str) -> None:
    """The error has an invalid argument's name in the schema."""
    with pytest.raises(InvalidArgumentError, match=f"^getGateways: {reason}"):
        fleet_request(arguments)
