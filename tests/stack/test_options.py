"""Resource options and arguments of a lookup, on the real engine."""

import json

import pytest

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import Project, said

HEAD = """
import pulumi
from pulumi_coreweave_gateway import GatewayLookup
"""


def test_supported_resource_options(project: Project, coreweave_emulator: Emulator) -> None:
    """Options that nested components hand on are accepted; those that a read supports work as elsewhere."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(
        f"""{HEAD}
class Platform(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Platform", name, None, opts)

def quiet(args):
    return pulumi.ResourceTransformationResult(
        args.props, pulumi.ResourceOptions.merge(
            args.opts, pulumi.ResourceOptions(additional_secret_outputs=["organization_id"])))

class Shop(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Shop", name, None, opts)
        platform = Platform("platform", pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=self)))
        self.gateway = GatewayLookup("prod", gateway_id="{gateway_id}", opts=pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(
                parent=platform, transformations=[quiet], additional_secret_outputs=["endpoint"])))

gateway = Shop("shop", pulumi.ResourceOptions(protect=False, version="1.0.0")).gateway
pulumi.export("endpoint", gateway.endpoint)
pulumi.export("openai", gateway.openai_base_url)
pulumi.export("organization", gateway.organization_id)
pulumi.export("status", gateway.status)
"""
    )
    done = project.cli("up", "--yes")
    assert done.returncode == 0, said(done)
    assert "option" not in said(done)
    assert f"https://api.{gateway_id}" not in done.stdout
    (entry,) = project.lookups()
    assert entry["parent"].endswith("::platform")
    assert "shop:index:Shop$shop:index:Platform$pulumi-python:dynamic/coreweave:GatewayLookup" in entry["urn"]
    assert {"endpoints", "organizationId"} <= set(entry["additionalSecretOutputs"])
    outputs = json.loads(project.succeed("stack", "output", "--json"))
    assert outputs == {**dict.fromkeys(("endpoint", "openai", "organization"), "[secret]"), "status": "STATUS_READY"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "pass gateway_id"),
        ("gateway_id=7", "expected a gateway's UUID as a string, not int"),
        ("gateway_id=ID, opts=pulumi.ResourceOptions(id='x')", "the resource option id can't be used"),
        ("gateway_id=ID, opts=pulumi.ResourceOptions(ignore_changes=['status'])", "ignore_changes can't be used"),
    ],
)
def test_invalid_arguments_are_one_line(
    project: Project, coreweave_emulator: Emulator, arguments: str, sentence: str
) -> None:
    """A wrong argument fails before anything is sent, and says what is wrong."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(f"{HEAD}\nID = {gateway_id!r}\nGatewayLookup('prod', {arguments})\n")
    done = project.cli("preview")
    assert done.returncode != 0
    assert sentence in said(done)
    assert "Traceback" not in said(done)
    assert coreweave_emulator.counts().requests == 0


def test_plaintext_token_is_refused(project: Project, coreweave_emulator: Emulator) -> None:
    """A plaintext token in the stack configuration stops the program; no request is sent and nothing is written."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.succeed("config", "set", "--plaintext", "coreweave-gateway:token", "tok-plain")
    project.program(f"{HEAD}\nGatewayLookup('prod', gateway_id={gateway_id!r})\n")
    done = project.cli("up", "--yes")
    assert done.returncode != 0
    assert "pulumi config set --secret coreweave-gateway:token" in said(done)
    assert "tok-plain" not in said(done)
    assert coreweave_emulator.counts().requests == 0
    assert project.lookups() == []
