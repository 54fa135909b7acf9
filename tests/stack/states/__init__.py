"""States written by released versions, with the programs that wrote them.

Every later version must still preview, refresh and destroy a state, so a file here is never changed once its version is
released. Before the release,

    python -m tests.stack.states

rewrites ``vVERSION.json`` with the program of that version in :data:`PROGRAMS`. For the next version: raise the
version in pyproject.toml, add its program below (with whatever is new in it), and run the command; the older
programs and files stay.
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

from pulumi_coreweave_gateway.emulator import Emulator, sample_gateway
from tests.stack.project import Project, without_ciphertext

HERE = Path(__file__).resolve().parent

_V0_1_0 = """
        import pulumi
        from pulumi_coreweave_gateway import DeploymentsLookup, GatewayLookup, GatewaysLookup

        class Platform(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("shop:index:Platform", name)

        ids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]
        opts = pulumi.ResourceOptions
        full = GatewayLookup("full", gateway_id=ids[0])
        GatewayLookup("bare", gateway_id=ids[1], opts=opts(depends_on=full))
        GatewayLookup("by-name", gateway_name="prod", opts=opts(parent=Platform("platform")))
        GatewayLookup("secret", gateway_id=ids[0], opts=opts(additional_secret_outputs=["endpoint"]))
        GatewayLookup("waited", gateway_id=ids[0], wait_for_ready=True)
        GatewaysLookup("fleet", gateway_ids=ids)
        GatewaysLookup("all", zones=["US-EAST-04A"], name_pattern="p*")
        GatewaysLookup("skipping", gateway_ids=["00000000-0000-4000-8000-0000000000ff"], missing="skip")
        DeploymentsLookup("models", gateway_id=ids[0])
        pulumi.export("endpoint", full.endpoint)
"""

PROGRAMS = {"v0.1.0": _V0_1_0}
"""The programs by version."""

FULL, BARE = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
"""The IDs of the gateways that the programs look up."""

_FIXED_TIME = "2025-01-31T08:00:00Z"
_OF_THE_MACHINE = ("sourcePosition", "stackTrace", "created", "modified")


def set_gateways(emulator: Emulator) -> None:
    """Set up what the programs look up: a gateway with every field and a deployment, and one with only an ID."""
    full = sample_gateway(FULL, name="prod", additional_dns=["llm.example.com"])
    full["spec"]["weightsAndBiasesAuth"] = {"serverUrl": "https://wandb.example.com"}
    # As in the states, whatever the sample's text is today.
    full["status"]["conditions"][0]["message"] = "the gateway serves"
    emulator.replace([full, {"spec": {"id": BARE}}])
    emulator.add_deployment(gateway_ids=[FULL])


def version() -> str:
    """Return the version under development, for instance ``v0.1.0``."""
    return f"v{importlib.metadata.version('pulumi-coreweave-gateway')}"


def write(project: Project, emulator: Emulator) -> dict[str, Any]:
    """Write a state with the version under development, and return its export without machine-specific values."""
    set_gateways(emulator)
    project.program(PROGRAMS[version()])
    project.up()
    export: dict[str, Any] = json.loads(project.succeed("stack", "export"))
    deployment = export["deployment"]
    deployment["manifest"] = {**deployment["manifest"], "time": _FIXED_TIME}
    for entry in deployment["resources"]:
        for key in _OF_THE_MACHINE:
            entry.pop(key, None)
    return export


def lookups(export: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the lookups in an export by name, without ciphertexts."""
    return _by_name(without_ciphertext(export["deployment"]["resources"]))


def current(project: Project) -> dict[str, dict[str, Any]]:
    """Return the lookups in a project's state by name, without ciphertexts."""
    return _by_name(project.lookups())


def _by_name(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    keys = ("id", "type", "external", "inputs", "outputs", "parent", "dependencies", "additionalSecretOutputs")
    return {
        entry["urn"].rsplit("::", 1)[-1]: {key: entry.get(key) for key in keys}
        for entry in entries
        if "dynamic/coreweave:" in entry["type"]
    }
