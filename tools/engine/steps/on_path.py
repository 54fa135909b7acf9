"""The first way: a Pulumi CLI that the user has, with its Python language host."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from tools.engine import pins
from tools.engine.cache import read_facts
from tools.engine.model import CLI, HOST, Engine, Machine, StepError
from tools.engine.run import version_of


class OnPath:
    """The first ``pulumi`` on PATH that is not from our own cache."""

    name = "PATH"

    def engine(self, machine: Machine) -> Engine:
        """Return the user's CLI; one without a Python language host is of no use."""
        # `eval "$(make -s env)"` puts our own cache on PATH; an engine of an older checkout must not win by that.
        folders = [
            folder
            for folder in machine.environ.get("PATH", "").split(os.pathsep)
            if folder and not machine.cache.owns(Path(folder))
        ]
        path = os.pathsep.join(folders)
        found = shutil.which(CLI, path=path)
        if not found:
            raise StepError(f"there is no `{CLI}` on it", expected=True)
        cli = Path(found).absolute()
        # Package managers link the CLI alone into a folder on PATH; the engine looks beside the real file, too.
        real = cli.resolve().parent
        host = shutil.which(HOST, path=os.pathsep.join([str(real), path]))
        if not host:
            raise StepError(f"{cli} has no `{HOST}` beside it or on PATH; install the whole Pulumi CLI")
        version = version_of(cli, environ=machine.environ, cwd=pins.CHECKOUT)
        if not version.startswith("v3."):
            raise StepError(f"{cli} is {version}, and the SDK speaks with v3 only")
        if _release(version) < _release(pins.built_version()):
            machine.say(f"{cli} is {version}; the oldest that this project was tried on is {pins.built_version()}.")
        folder = real if os.access(real / CLI, os.X_OK) and os.access(real / HOST, os.X_OK) else cli.parent
        return Engine(folder, version, _is_official(Path(host)), "found on PATH")


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _is_official(host: Path) -> bool:
    """Tell Pulumi's own host from a copy of the fallback, or from that of another cache of ours."""
    facts = read_facts(host.parent.parent)
    if facts:
        return facts.official_host
    ours = pins.HOST_FILES / HOST
    return not (ours.is_file() and host.read_bytes() == ours.read_bytes())
