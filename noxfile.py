"""``make versions``: tests on every supported Python that is installed, and with the lowest and highest SDK.

The engine is the one of this machine; program and provider run on the session's Python.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
"""The versions in pyproject.toml's classifiers."""

STACK_TEST = "tests/stack/test_life_cycle.py"
"""Also checks that program and provider run on the Python of the tests."""

# What pyenv has installed, whether or not it is switched on here.
_PYENV = (folder for version in PYTHONS for folder in sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin")))
os.environ["PATH"] = os.pathsep.join([*map(str, _PYENV), os.environ["PATH"]])

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True


def _install(session: nox.Session) -> None:
    session.install("--require-hashes", "-r", "requirements-dev.txt")
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    session.install("pip")  # which Pulumi's own language host runs in the program's environment


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run unit tests, contract and stack tests on one Python, with the versions of the lock file."""
    _install(session)
    session.run("python", "-m", "pytest", "tests/unit", "tests/integration/contract", *session.posargs)
    session.run("python", "-m", "pytest", STACK_TEST)


@nox.session(python=f"{sys.version_info.major}.{sys.version_info.minor}")
@nox.parametrize("sdk", ["lowest", "highest"])
def pulumi(session: nox.Session, sdk: str) -> None:
    """Run unit and stack tests with the lowest or the highest SDK that pyproject.toml allows."""
    _install(session)
    (requirement,) = (text for text in PROJECT["project"]["dependencies"] if re.match(r"pulumi[^\w-]", text))
    resolution = "lowest-direct" if sdk == "lowest" else "highest"
    session.install("--upgrade", "--resolution", resolution, requirement)
    session.run("python", "-c", "import importlib.metadata as m; print('pulumi', m.version('pulumi'))")
    session.run("python", "-m", "pytest", "tests/unit", *session.posargs)
    session.run("python", "-m", "pytest", STACK_TEST)
