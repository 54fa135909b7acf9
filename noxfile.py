"""``make versions``: the unit tests, the contract and a stack test on every supported Python that is installed.

The engine is the one of this machine; program and provider run on the session's Python. Of ``pulumi`` there is one
version to test as long as the floor in pyproject.toml is what the lock file has: lowest and highest are the same then.
"""

from __future__ import annotations

import os
from pathlib import Path

import nox

PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
"""Those that pyproject.toml's classifiers name."""

SMOKE = (
    *("tests/stack/test_interpreter.py", "tests/stack/test_gateway_lookup.py"),
    *("-k", "python_of_the_tests or first_preview or second_run"),
)

# What pyenv has installed, whether or not it is switched on here.
_PYENV = (folder for version in PYTHONS for folder in sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin")))
os.environ["PATH"] = os.pathsep.join([*map(str, _PYENV), os.environ["PATH"]])

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run them on one Python, with the versions of the lock file."""
    session.install("--require-hashes", "-r", "requirements-dev.txt")
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    session.run("python", "-m", "pytest", "tests/unit", "tests/contract", *session.posargs)
    session.run("python", "-m", "pytest", *SMOKE)
