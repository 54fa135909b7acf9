"""What can only be seen in a new interpreter: the cost of an import, its side effects, and how a program exits."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("requests", "urllib3", "pydantic")
"""What a program that merely declares lookups doesn't need."""


def _imports(statement: str) -> set[str]:
    """Return which of the heavy packages a statement brings into a new interpreter that has Pulumi already."""
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


def test_measure_of_imports() -> None:
    """The measure below sees an import."""
    assert "requests" in _imports("import requests")


@pytest.mark.parametrize(
    "statement",
    [
        "import pulumi_coreweave_gateway",
        "import pulumi_coreweave_gateway as package; [getattr(package, name) for name in package.__all__]",
        "from pulumi_coreweave_gateway import *",
        "import pulumi_coreweave_gateway.providers",
        "import pulumi_coreweave_gateway.pytest_plugin",
    ],
)
def test_a_program_pays_for_what_it_takes(statement: str) -> None:
    """Neither the package nor any of its names brings what only a request needs: a program starts at once."""
    assert _imports(statement) == set()


def test_pickle_is_left_as_it_was() -> None:
    """Making references patches nothing: other people's dynamic providers in the same program keep working."""
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


def test_no_thread_delays_the_exit() -> None:
    """A program that ends, or is interrupted, does so at once, whatever is still being asked."""
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
