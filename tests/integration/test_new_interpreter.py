"""Imports, their side effects, and the exit of a program, in a new interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("requests", "urllib3", "pydantic")
"""Packages that a program which only declares lookups doesn't need."""


def _imports(statement: str) -> set[str]:
    """Return the heavy packages that a statement imports in a new interpreter after Pulumi."""
    code = (
        "import sys, pulumi, pulumi.dynamic\n"
        "before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split()) & set(HEAVY)


def test_helper_detects_imports() -> None:
    """The helper reports an import."""
    assert "requests" in _imports("import requests")


@pytest.mark.parametrize(
    "statement",
    [
        "import pulumi_coreweave_gateway",
        "import pulumi_coreweave_gateway as package; [getattr(package, name) for name in package.__all__]",
        "from pulumi_coreweave_gateway import *",
        "import pulumi_coreweave_gateway.providers",
    ],
)
def test_declaring_lookups_imports_no_heavy_package(statement: str) -> None:
    """Neither the package nor any of its names imports what only requests need."""
    assert _imports(statement) == set()


def test_pickle_is_not_patched() -> None:
    """Creating references patches nothing, so that other dynamic providers in the program keep working."""
    code = (
        "import pickle\n"
        "from pulumi_coreweave_gateway import providers\n"
        "from pulumi_coreweave_gateway.pulumi_internals import provider_reference\n"
        "before = dict(vars(pickle._Pickler)), dict(pickle._Pickler.dispatch)\n"
        "for provider in (providers.GATEWAY, providers.GATEWAYS): provider_reference(provider)\n"
        "assert (dict(vars(pickle._Pickler)), dict(pickle._Pickler.dispatch)) == before\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_request_in_progress_does_not_delay_the_exit() -> None:
    """A program exits at once, even if a request is in progress."""
    code = (
        "import threading\n"
        "from pulumi_coreweave_gateway.gateways.worker_threads import DaemonPool\n"
        "began = threading.Event()\n"
        "DaemonPool(1, 'exit').submit(lambda: (began.set(), threading.Event().wait()))\n"
        "assert began.wait(20)\n"
        "print('over')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "over\n", "")
