"""Run an example program with Pulumi's mocks and the real SDKs of the providers that it uses."""

from __future__ import annotations

import asyncio
import importlib.util
import runpy
import sys
import unittest.mock
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from pulumi_coreweave_gateway.testing import GATEWAY_LOOKUP, GatewayMocks, mock_gateway
from tests.unit.mocked import event_loop, outcome

PROGRAMS = Path(__file__).resolve().parents[2] / "programs"


def needs_sdk(package: str) -> pytest.MarkDecorator:
    """Return a mark that skips tests unless a provider's SDK is installed, without importing it, which is slow."""
    return pytest.mark.skipif(importlib.util.find_spec(package) is None, reason=f"{package} is not installed")


class Recorder(GatewayMocks):
    """Mocks that return resources as their providers would, and record what the program declares.

    Args:
        gateways: the gateways that exist.
        functions: the results of the providers' functions, by token.
        stacks: the outputs of other stacks, by name.
        profiles: the gateways of other organizations.
        deployments: the deployments that exist.

    Attributes:
        resources: the inputs of each resource, by type and name.
        exports: the stack's outputs.

    """

    def __init__(
        self,
        gateways: Iterable[Mapping[str, Any]],
        functions: Mapping[str, Any],
        stacks: Mapping[str, Any],
        profiles: Mapping[str, Iterable[Mapping[str, Any]]],
        deployments: Iterable[Mapping[str, Any]],
    ) -> None:
        super().__init__(gateways, profiles=profiles, deployments=deployments)
        self.resources: dict[tuple[str, str], dict[str, Any]] = {}
        self.exports: dict[str, Any] = {}
        self._functions, self._stacks = functions, stacks

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Record a resource; a Kubernetes object without a name gets a generated one."""
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {"name": args.name, "outputs": self._stacks[args.name]}
        if args.typ != GATEWAY_LOOKUP:
            self.resources[args.typ, args.name] = args.inputs
        identity, outputs = super().new_resource(args)
        if args.typ.startswith("kubernetes:"):
            outputs["metadata"] = {"name": f"{args.name}-a1b2c3d4", **outputs["metadata"]}
        return identity, outputs

    def call(self, args: MockCallArgs) -> Any:
        """Return a function's result."""
        return self._functions[args.token] if args.token in self._functions else super().call(args)


def run_program(
    name: str | Path,
    config: Mapping[str, str],
    gateways: Iterable[Mapping[str, Any]] = (mock_gateway("prod"),),
    *,
    profiles: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    deployments: Iterable[Mapping[str, Any]] = (),
    functions: Mapping[str, Any] | None = None,
    stacks: Mapping[str, Any] | None = None,
    preview: bool = False,
) -> Recorder:
    """Run a program and return what it declares.

    Args:
        name: the folder of one of programs/, or the path of another program.
        config: its configuration; lists and objects as JSON.
        gateways: the gateways that exist.
        profiles: those of other organizations.
        deployments: the deployments that exist.
        functions: the results of the providers' functions, by token.
        stacks: the outputs of other stacks, by name.
        preview: whether to run a preview or an up.

    """
    asyncio.set_event_loop(event_loop())  # otherwise the mocks create one that is never closed
    recorder = Recorder(gateways, functions or {}, stacks or {}, profiles or {}, deployments)
    modules = set(sys.modules)

    def run() -> Any:
        exports: dict[str, Any] = {}
        pulumi.runtime.set_all_config({f"project:{key}": value for key, value in config.items()})
        # Mocks have no stack that would take them.
        with warnings.catch_warnings(), unittest.mock.patch("pulumi.export", exports.__setitem__):
            # Generated SDKs warn of their own deprecated resources when they are imported.
            warnings.simplefilter("ignore", DeprecationWarning)
            runpy.run_path(str(PROGRAMS / name), run_name="__main__")
        return exports

    try:
        recorder.exports = outcome(run, preview=preview, engine=recorder).value
    finally:
        # Programs have modules of the same name.
        for module in set(sys.modules) - modules:
            if str(getattr(sys.modules[module], "__file__", "")).startswith(str(PROGRAMS)):
                del sys.modules[module]
    return recorder
