"""The provider plugin on the real engine, called as generated SDKs call it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tools.engine import Engine
from tools.sandbox import CHECKOUT, sandbox_environment

from pulumi_coreweave_gateway.about import VERSION
from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, said
from tests.stack.test_languages import folder_with_yaml_host

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
    user.set({f"{namespace}:token": token for namespace in ("coreweave-gateway", "own")})
    user.set({f"{namespace}:endpoint": coreweave_emulator.url for namespace in ("coreweave-gateway", "own")})
    explicit = (
        "own = {name: pulumi.Config('own').require(name) for name in ('token', 'endpoint')}\n"
        "known = pulumi.ProviderResource('coreweave-gateway', 'known', own)\n"
        "pulumi.export('name', call('getGateway', known, gatewayName='prod').apply(lambda found: found['name']))\n"
    )
    user.program(f"{PROGRAM}\n{explicit}")
    assert user.up() == {"name": "prod"}
    assert provider(user)["inputs"]["token"] == "[secret]"

    del user.environ["COREWEAVE_API_TOKEN"]
    user.program(f"{PROGRAM}\npulumi.export('count', call('getGateways').apply(lambda all: len(all['gateways'])))\n")
    shown = user.succeed("up", *YES, "--diff")
    assert user.outputs() == {"count": 1}
    assert provider(user)["inputs"]["token"] == "[secret]"
    assert token not in shown


def test_functions_without_a_program(user: Project, coreweave_emulator: Emulator) -> None:
    """``pulumi do`` prints what a function returns, with no stack and no state; its errors are one line."""
    gateway = coreweave_emulator.add(name="prod")
    coreweave_emulator.add_deployment(model="llama", gateway_ids=[gateway])
    shutil.rmtree(user.folder)
    user.folder.mkdir()

    def do(function: str, *flags: str) -> tuple[int, str, str]:
        done = user.cli("do", f"coreweave-gateway:{function}", *flags)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    code, printed, error = do("getGateway", "--gateway-name", "prod")
    assert (code, json.loads(printed)["gatewayId"], error) == (0, gateway, "")
    code, printed, error = do("getDeployments", "--gateway-id", gateway)
    assert (code, json.loads(printed)["models"], error) == (0, ["llama"], "")
    assert do("getGateway") == (1, "", "error: getGateway: pass exactly one of gatewayId and gatewayName")
    missing = "error: there are no deployments of 'x'; models there: 'llama'; correct model, or accept none with "
    assert do("getDeployments", "--model", "x") == (1, "", f"{missing}missing='skip'")
    user.environ["COREWEAVE_HTTP_TIMEOUT"] = "soon"
    code, printed, error = do("getGateway", "--gateway-name", "prod")
    assert (code, printed) == (1, "")
    assert re.fullmatch("error: COREWEAVE_HTTP_TIMEOUT: invalid duration; .*", error)


def test_models_in_a_yaml_program(engine: Engine, user: Project, coreweave_emulator: Emulator, tmp_path: Path) -> None:
    """A YAML program gets the models that answer, and the numbers of their deployments."""
    gateway = coreweave_emulator.add(name="prod")
    coreweave_emulator.add_deployment(model="llama", gateway_ids=[gateway])
    user.environ["PATH"] = f"{folder_with_yaml_host(engine, tmp_path / 'bin')}:{user.environ['PATH']}"
    snippet = (CHECKOUT / "docs" / "snippets" / "getDeployments.yaml").read_text()
    (user.folder / "__main__.py").unlink()
    (user.folder / "Pulumi.yaml").write_text(snippet.replace("name: models\n", "name: shop\n", 1))
    with (user.folder / "Pulumi.yaml").open("a") as file:
        file.write("  weight: ${deployments.deployments[0].weight}\n")
    user.configure(gatewayId=gateway)
    assert user.up() == {"models": ["llama"], "weight": 100}
