"""The provider plugin on the real engine, called as generated SDKs call it."""

import json
import shutil
from typing import Any

import pytest
from tools.sandbox import CHECKOUT

from pulumi_coreweave_gateway.about import VERSION
from tests.stack.plugin_programs import CALLS, ONE_GATEWAY
from tests.stack.programs import MAKER
from tests.stack.project import Project, said

EXECUTABLE = "pulumi-resource-coreweave-gateway"
TOKEN_KEY = "coreweave-gateway:token"
SCHEMA = CHECKOUT / "provider" / "pulumi_coreweave_gateway" / "plugin" / "schema.json"


@pytest.fixture
def gateway_id(coreweave_emulator: Any, project: Project) -> str:
    """Return the ID of a gateway that the project's program looks up with the installed plugin."""
    executable = shutil.which(EXECUTABLE, path=project.environ["PATH"])
    project.succeed("plugin", "install", "resource", "coreweave-gateway", VERSION, "--file", str(executable))
    # Otherwise the CLI prefers the executable on PATH, with a warning.
    project.environ["PULUMI_IGNORE_AMBIENT_PLUGINS"] = "true"
    found: str = coreweave_emulator.add(name="prod")
    project.configure(gatewayId=found)
    project.program(ONE_GATEWAY)
    return found


def providers(project: Project) -> list[dict[str, Any]]:
    """Return the plugin's providers in the state, with ciphertexts as they are stored."""
    exported = json.loads(project.cli("stack", "export").stdout)
    resources = exported["deployment"].get("resources", [])
    return [one for one in resources if one["type"] == "pulumi:providers:coreweave-gateway"]


def test_schema_is_valid(project: Project) -> None:
    """The CLI accepts the schema, and gets the same one from the installed executable."""
    checked = project.cli("schema", "check", str(SCHEMA))
    assert checked.returncode == 0, said(checked)
    assert said(checked) == ""
    got = project.cli("package", "get-schema", str(shutil.which(EXECUTABLE, path=project.environ["PATH"])))
    assert json.loads(got.stdout) == json.loads(SCHEMA.read_text(encoding="utf-8")), said(got)


def test_preview_and_up_show_live_values(project: Project, gateway_id: str, coreweave_emulator: Any) -> None:
    """The first preview shows the gateway; up stores a provider and no gateway; destroy sends no request."""
    endpoint = f"https://api.{gateway_id}.gw.cwinference.com"
    preview = project.cli("preview")
    assert preview.returncode == 0, said(preview)
    assert endpoint in preview.stdout
    assert "warning" not in said(preview)
    assert project.up()["endpoint"] == endpoint
    (provider,) = providers(project)
    assert "token" not in provider.get("inputs", {})
    project.succeed("preview", "--expect-no-changes")

    coreweave_emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
    drift = project.cli("preview", "--diff")
    assert "STATUS_UPDATING" in drift.stdout, said(drift)

    coreweave_emulator.forget_requests()
    del project.environ["COREWEAVE_API_TOKEN"]
    project.succeed("destroy", "--yes")
    assert coreweave_emulator.counts().requests == 0


def test_missing_gateway_is_one_line(project: Project, gateway_id: str, coreweave_emulator: Any) -> None:
    """The error of a gateway that isn't found names it, without a line of the plugin's code."""
    coreweave_emulator.remove(gateway_id)
    failed = project.cli("preview")
    assert failed.returncode != 0
    (line,) = (line for line in said(failed).splitlines() if f"gateway {gateway_id}: not found at" in line)
    assert line.endswith("check the ID, and that the token is of the gateway's organization")
    assert "pulumi_coreweave_gateway" not in said(failed)


def test_invalid_setting_is_one_line(project: Project, gateway_id: str) -> None:
    """An invalid setting is named before any lookup, without its value."""
    project.environ["COREWEAVE_API_TOKEN"] = "Bearer CW-SECRET-pasted"
    preview = project.cli("preview")
    assert preview.returncode != 0
    assert "COREWEAVE_API_TOKEN" in said(preview)
    assert "CW-SECRET-pasted" not in said(preview)


@pytest.mark.parametrize("flag", ["--secret", "--plaintext"])
def test_configured_token_is_ciphertext_in_the_state(
    project: Project, gateway_id: str, coreweave_emulator: Any, flag: str
) -> None:
    """The engine stores the token encrypted, even if the stack configuration has it in plaintext."""
    token = project.environ.pop("COREWEAVE_API_TOKEN")
    project.succeed("config", "set", flag, TOKEN_KEY, token)
    assert project.up()["endpoint"]
    (provider,) = providers(project)
    assert "ciphertext" in provider["inputs"]["token"]
    assert token not in project.cli("stack", "export").stdout
    assert token not in said(project.cli("up", "--yes", "--diff"))


def test_unknown_argument_is_looked_up_in_up(project: Project, gateway_id: str, coreweave_emulator: Any) -> None:
    """An unknown ID, or a pending dependency, gives an unknown result in preview, without a call."""
    project.program(
        CALLS
        + MAKER
        + """
    maker = Maker("maker", config.require("gatewayId"))
    gateway = call("getGateway", gatewayId=maker.id)
    later = call("getGateway", depends_on=[maker], gatewayName="prod")
    pulumi.export("status", gateway.apply(lambda found: found["status"]))
    pulumi.export("name", later.apply(lambda found: found["name"]))
"""
    )
    preview = project.succeed("preview")
    assert "STATUS_READY" not in preview
    assert coreweave_emulator.counts().requests == 0
    assert project.up() == {"status": "STATUS_READY", "name": "prod"}


def test_secret_argument_makes_a_secret_result(project: Project, gateway_id: str) -> None:
    """Outputs that follow from a secret are shown as secrets."""
    project.program(
        CALLS + '\n    gateway = call("getGateway", gatewayId=pulumi.Output.secret(config.require("gatewayId")))'
        '\n    pulumi.export("status", gateway.apply(lambda found: found["status"]))\n'
    )
    project.up()
    assert "[secret]" in project.cli("stack", "output").stdout


def test_two_organizations(project: Project, gateway_id: str, coreweave_emulator: Any) -> None:
    """Each explicit provider sends its own token, whatever the environment says, and none is stored in plaintext."""
    token = project.environ["COREWEAVE_API_TOKEN"]
    project.environ["COREWEAVE_API_TOKEN"] = "CW-SECRET-of-nobody"
    project.program(
        CALLS
        + f"""
    known = Provider("known", token={token!r})
    other = Provider("other")
    pulumi.export("name", call("getGateway", known, gatewayName="prod").apply(lambda found: found["name"]))
    pulumi.export("count", call("getGateways", known).apply(lambda found: len(found["gateways"])))
    if config.get_bool("both"):
        pulumi.export("other", call("getGateway", other, gatewayName="prod"))
"""
    )
    outputs = project.up()
    assert (outputs["name"], outputs["count"]) == ("prod", 1)
    assert token not in project.cli("stack", "export").stdout
    project.configure(both="true")
    failed = project.cli("preview")
    assert failed.returncode != 0
    assert "token" in said(failed)
    assert "CW-SECRET-of-nobody" not in said(failed)


def test_error_of_a_large_fleet_arrives(project: Project, gateway_id: str) -> None:
    """The error of a large fleet is cut to what SDKs accept; a longer one would end as a broken stream."""
    project.program(
        CALLS
        + """
    ids = [f"00000000-0000-4000-8000-{number:012x}" for number in range(1000)]
    pulumi.export("fleet", call("getGateways", gatewayIds=ids))
"""
    )
    failed = project.cli("preview")
    assert "1000 of 1000" in said(failed)
    assert "more characters)" in said(failed)
