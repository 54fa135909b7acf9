"""The provider plugin on the real engine, called as generated SDKs call it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.about import VERSION
from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, said

EXECUTABLE = "pulumi-resource-coreweave-gateway"
SCHEMA = CHECKOUT / "provider" / "pulumi_coreweave_gateway" / "plugin" / "schema.json"
PROGRAM = """
import pulumi

def call(function, provider=None, **arguments):
    options = pulumi.InvokeOutputOptions(provider=provider)
    return pulumi.runtime.invoke_output(f"coreweave-gateway:index:{function}", arguments, options)
"""


@pytest.fixture(scope="module")
def installed(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of plugins of a user who has installed this one."""
    folder = tmp_path_factory.mktemp("plugin")
    project = Project(folder / "project", sandbox_environment(folder / "pulumi", engine.bin, {}))
    executable = shutil.which(EXECUTABLE, path=project.environ["PATH"])
    project.succeed("plugin", "install", "resource", "coreweave-gateway", VERSION, "--file", str(executable))
    return Path(project.environ["PULUMI_HOME"]) / "plugins"


@pytest.fixture
def user(project: Project, installed: Path) -> Project:
    """Return a project whose user has installed the plugin."""
    shutil.copytree(installed, Path(project.environ["PULUMI_HOME"]) / "plugins")
    # Otherwise the CLI prefers the executable on PATH, with a warning.
    project.environ["PULUMI_IGNORE_AMBIENT_PLUGINS"] = "true"
    return project


def provider(project: Project) -> dict[str, Any]:
    """Return the plugin's provider in the state."""
    (found,) = [one for one in project.state() if one["type"] == "pulumi:providers:coreweave-gateway"]
    return found


def test_schema_is_valid(project: Project) -> None:
    """The CLI accepts the schema, and gets the same one from the installed executable."""
    checked = project.cli("schema", "check", str(SCHEMA))
    assert checked.returncode == 0, said(checked)
    assert said(checked) == ""
    got = project.cli("package", "get-schema", str(shutil.which(EXECUTABLE, path=project.environ["PATH"])))
    assert json.loads(got.stdout) == json.loads(SCHEMA.read_text(encoding="utf-8")), said(got)


def test_values_are_live(user: Project, coreweave_emulator: Emulator) -> None:
    """Up stores a provider and no gateway; a preview shows what has changed, or one line if the gateway is gone.

    Destroy needs no token and sends no request.
    """
    gateway_id = coreweave_emulator.add(name="prod")
    user.program(f"{PROGRAM}\npulumi.export('gateway', call('getGateway', gatewayId={gateway_id!r}))\n")
    assert user.up()["gateway"]["endpoint"] == f"https://api.{gateway_id}.gw.cwinference.com"
    assert "token" not in provider(user).get("inputs", {})
    coreweave_emulator.change(gateway_id, status={"status": "STATUS_UPDATING"})
    preview = user.cli("preview", "--diff")
    assert '"STATUS_READY" => "STATUS_UPDATING"' in preview.stdout, said(preview)
    assert "warning" not in said(preview)

    coreweave_emulator.remove(gateway_id)
    failed = user.cli("preview")
    assert failed.returncode != 0
    (line,) = (line for line in said(failed).splitlines() if f"gateway {gateway_id}: not found at" in line)
    assert "check the ID" in line
    assert "pulumi_coreweave_gateway" not in said(failed)

    sent = len(coreweave_emulator.requests())
    del user.environ["COREWEAVE_API_TOKEN"]
    user.succeed("destroy", *YES)
    assert len(coreweave_emulator.requests()) == sent


def test_tokens_are_ciphertext_in_the_state(user: Project, coreweave_emulator: Emulator) -> None:
    """The engine stores the tokens of providers encrypted, even if the stack configuration has one in plaintext.

    Each explicit provider sends its own token, whatever the environment says.
    """
    coreweave_emulator.add(name="prod")
    token = user.environ["COREWEAVE_API_TOKEN"]
    user.environ["COREWEAVE_API_TOKEN"] = "CW-SECRET-of-nobody"
    user.set(**{"coreweave-gateway:token": token})
    explicit = (
        "known = pulumi.ProviderResource('coreweave-gateway', 'known', {'token': pulumi.Config('own').get('token')})\n"
        "pulumi.export('name', call('getGateway', known, gatewayName='prod').apply(lambda found: found['name']))\n"
    )
    user.set(**{"own:token": token})
    user.program(f"{PROGRAM}\n{explicit}")
    assert user.up() == {"name": "prod"}
    assert provider(user)["inputs"]["token"] == "[secret]"

    del user.environ["COREWEAVE_API_TOKEN"]
    user.program(f"{PROGRAM}\npulumi.export('count', call('getGateways').apply(lambda all: len(all['gateways'])))\n")
    shown = user.succeed("up", *YES, "--diff")
    assert user.outputs() == {"count": 1}
    assert provider(user)["inputs"]["token"] == "[secret]"
    assert token not in shown
