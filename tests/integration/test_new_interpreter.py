"""Imports, their side effects, and the exit of a program, in a new interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = {
    "no heavy imports": """
import sys
import pulumi, pulumi.dynamic
before = set(sys.modules)
import pulumi_coreweave_gateway.providers
from pulumi_coreweave_gateway import *
heavy = {"requests", "urllib3", "pydantic"} - before
assert heavy.isdisjoint(sys.modules), heavy.intersection(sys.modules)
""",
    "pickle is not patched": """
import pickle
from pulumi_coreweave_gateway import providers
from pulumi_coreweave_gateway.pulumi_internals import provider_reference
before = dict(vars(pickle._Pickler)), dict(pickle._Pickler.dispatch)
for provider in (providers.GATEWAY, providers.GATEWAYS):
    provider_reference(provider)
assert (dict(vars(pickle._Pickler)), dict(pickle._Pickler.dispatch)) == before
""",
    "a request in progress does not delay the exit": """
import threading
from pulumi_coreweave_gateway.threads import DaemonPool
began = threading.Event()
DaemonPool(1, "exit").submit(lambda: (began.set(), threading.Event().wait()))
assert began.wait(20)
""",
}
"""Programs: one that declares lookups imports only what that needs, other dynamic providers keep working, and a program
exits at once."""


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_in_a_new_interpreter(code: str) -> None:
    """The program ends with success, without a warning or other output."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
