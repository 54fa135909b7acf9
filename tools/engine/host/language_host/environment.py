"""Which Python a project runs on, making its virtual environment, and what is installed there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_INSTALLED = """
import importlib.metadata, json, re, sys
found, needed, plugins = {}, set(), []
for one in importlib.metadata.distributions():
    name = one.metadata["Name"]
    if not name:
        continue  # the rest of an installation that was broken off
    found.setdefault(name, one.version)
    needed.update(re.split("[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in one.requires or []
                  if "extra ==" not in line)
    if not name.lower().startswith(("pulumi-", "pulumi_")):
        continue
    for file in one.files or []:
        if file.name == "pulumi-plugin.json" and file.locate().is_file():
            about = json.loads(file.locate().read_text())
            plugins.append({"name": re.sub("^pulumi[-_]", "", name), "version": one.version, **about})
json.dump({"found": found, "needed": sorted(needed), "plugins": plugins, "version": sys.version.split()[0]}, sys.stdout)
"""


class EnvironmentFailedError(Exception):
    """A project's Python could not be used; the message is for the user."""


@dataclass(frozen=True)
class Environment:
    """A project's Python.

    Attributes:
        virtualenv: its virtual environment, None where the project names none.

    """

    virtualenv: Path | None

    @classmethod
    def of(cls, root: str, options: Mapping[str, Any]) -> Environment:
        """Return what a project's options ask for.

        Args:
            root: the folder of its Pulumi.yaml, which a relative path starts from.
            options: the options of its runtime.

        """
        chosen = options.get("virtualenv") or os.environ.get("PULUMI_RUNTIME_VIRTUALENV")
        return cls((Path(root) / str(chosen)) if chosen else None)

    @property
    def python(self) -> str:
        """The interpreter.

        Raises:
            EnvironmentFailedError: there is none.

        """
        if self.virtualenv is not None:
            python = self.virtualenv / "bin" / "python"
            if not python.exists():
                raise EnvironmentFailedError(
                    f"the virtual environment {self.virtualenv} does not exist; run `pulumi install` to make it"
                )
            return str(python)
        found = shutil.which("python3") or shutil.which("python")
        if found is None:
            raise EnvironmentFailedError("there is no python3 on PATH")
        return found

    def variables(self) -> dict[str, str]:
        """Return the environment of a process that runs on it."""
        environ = dict(os.environ)
        if self.virtualenv is not None:
            environ["VIRTUAL_ENV"] = str(self.virtualenv)
            environ["PATH"] = os.pathsep.join([str(self.virtualenv / "bin"), environ.get("PATH", "")])
        return environ

    def installation(self, folder: Path) -> Iterator[list[str]]:
        """Yield the commands that make the environment and install what a project's folder names."""
        if self.virtualenv is not None and not (self.virtualenv / "bin" / "python").exists():
            yield [shutil.which("python3") or sys.executable, "-m", "venv", str(self.virtualenv)]
        install = [self.python, "-m", "pip", "install", "--disable-pip-version-check"]
        if (folder / "requirements.txt").exists():
            yield [*install, "-r", "requirements.txt"]
        elif (folder / "pyproject.toml").exists():
            yield [*install, "."]

    def installed(self) -> dict[str, Any]:
        """Return what is installed: ``found`` (name → version), ``needed``, ``plugins`` and Python's ``version``.

        Raises:
            EnvironmentFailedError: the interpreter does not answer.

        """
        python = self.python
        try:
            done = subprocess.run(
                [python, "-c", _INSTALLED], env=self.variables(), capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise EnvironmentFailedError(f"{python} does not run: {error.strerror}") from None
        if done.returncode:
            # The last line alone: what comes before it is a traceback of the script above.
            why = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise EnvironmentFailedError(f"{python} can't tell what is installed: {why}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
