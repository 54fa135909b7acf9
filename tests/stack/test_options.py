"""Resource options and invalid arguments of a lookup, on the real engine."""

from pulumi_coreweave_gateway.emulator import Emulator
from tests.stack.project import YES, Project, errors, said

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
    shown = project.succeed("up", *YES)
    assert "option" not in shown
    assert f"https://api.{gateway_id}" not in shown
    (entry,) = project.lookups()
    assert "shop:index:Shop$shop:index:Platform$pulumi-python:dynamic/coreweave:GatewayLookup" in entry["urn"]
    outputs = project.outputs()
    assert outputs == {**dict.fromkeys(("endpoint", "openai", "organization"), "[secret]"), "status": "STATUS_READY"}


def test_invalid_value_of_an_output_is_one_line(project: Project, coreweave_emulator: Emulator) -> None:
    """An invalid value of an Output is a one-line error, as if the program had passed the value itself."""
    project.program(f"{HEAD}\nGatewayLookup('prod', gateway_id=pulumi.Output.from_input('prod'))\n")
    done = project.cli("preview")
    assert done.returncode != 0
    (error,) = errors(done)
    assert "pass a gateway's name as gateway_name" in error
    assert "Traceback" not in said(done)
    assert coreweave_emulator.requests() == []


def test_plaintext_token_is_refused(project: Project, coreweave_emulator: Emulator) -> None:
    """A plaintext token in the stack configuration stops the program; no request is sent and nothing is written."""
    project.set({"coreweave-gateway:token": "tok-plain"})
    project.program(f"{HEAD}\nGatewayLookup('prod', gateway_id={coreweave_emulator.add()!r})\n")
    done = project.cli("up", *YES)
    assert done.returncode != 0
    assert "pulumi config set --secret coreweave-gateway:token" in said(done)
    assert "tok-plain" not in said(done)
    assert coreweave_emulator.requests() == []
    assert project.lookups() == []


def test_transformation_that_replaces_the_options_is_one_line(project: Project, coreweave_emulator: Emulator) -> None:
    """A transformation that drops the lookup's options would create it: the error says how to keep them."""
    gateway_id = coreweave_emulator.add(name="prod")
    project.program(
        f"""{HEAD}
pulumi.runtime.register_stack_transformation(
    lambda args: pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions(protect=False)))
pulumi.export("endpoint", GatewayLookup("prod", gateway_id="{gateway_id}").endpoint)
"""
    )
    for command in (("preview",), ("up", *YES)):
        done = project.cli(*command)
        assert done.returncode != 0
        assert "a lookup can't be created: a transformation has replaced its resource options; merge" in said(done)
        assert "must implement 'create'" not in said(done)
        assert "pulumi_coreweave_gateway/providers.py" not in said(done)
