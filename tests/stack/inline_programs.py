"""Inline programs of the Automation API, and a script that runs ``up`` of one of them.

A process of its own for each: after a failure the SDK leaves an event loop with unfinished tasks behind.
"""

import json
import sys

import pulumi
from pulumi import automation

from pulumi_coreweave_gateway import GatewayLookup, get_gateway
from pulumi_coreweave_gateway.testing import mock_gateway

GATEWAY = mock_gateway("prod")


def by_name() -> None:
    """Look a gateway up by its name."""
    gateway = GatewayLookup("prod", gateway_name="prod")
    pulumi.export("endpoint", gateway.endpoint)
    pulumi.export("gateway", gateway)


def by_function() -> None:
    """Look up a gateway that a function has found."""
    GatewayLookup("prod", gateway_id=get_gateway(gateway_name="prod").gateway_id)


def by_id() -> None:
    """Look a gateway up by its ID, which only the provider sends a request for."""
    pulumi.export("status", GatewayLookup("prod", gateway_id=GATEWAY["spec"]["id"]).status)


def main(program: str, folder: str, environ: dict[str, str]) -> None:
    """Run ``up``, and print the stack's outputs as JSON, or exit with the error.

    Args:
        program: The name of the program's function.
        folder: The workspace's folder.
        environ: The workspace's ``env_vars``.

    """
    options = automation.LocalWorkspaceOptions(work_dir=folder, pulumi_home=environ["PULUMI_HOME"], env_vars=environ)
    stack = automation.create_or_select_stack("dev", project_name="inline", program=globals()[program], opts=options)
    try:
        result = stack.up(color="never")
    except automation.CommandError as error:
        sys.exit(str(error))
    print(json.dumps({name: output.value for name, output in result.outputs.items()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
